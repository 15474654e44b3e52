// Pointer, touch, wheel, keyboard, clipboard and focus: the browser's events into the interface module.
import { withBytes } from "./memory.js?v=0";

const encoder = new TextEncoder();
const buttons = [0, 2, 1, 3, 4];  // PointerEvent.button to ImGui's left, right, middle, back, forward
const cursors = ["none", "default", "text", "move", "ns-resize", "ew-resize", "nesw-resize", "nwse-resize", "pointer", "wait",
  "progress", "not-allowed"];
const slack = 6;     // CSS px a finger may move and still be tapping
const patience = 160;  // ms after which a resting finger is pressing, not about to scroll
const scrolling = ["PageUp", "PageDown", "Home", "End"], upright = ["ArrowUp", "ArrowDown"], sideways = ["ArrowLeft", "ArrowRight"];

/**
 * Wires up `canvas` and `agent`, the hidden field that brings up a phone's keyboard. `state()` is { modal, text, navigating };
 * `touched()` asks for frames, `drawNow()` draws at once, while the browser still counts this as the reader's doing.
 * Returns { cursor(index), caret(shown, x, y, height), copied(text) } for the answers.
 */
export function listen({ module, canvas, agent, state, touched, drawNow }) {
  const withText = (texts, f) => withBytes(module, texts.map((text) => encoder.encode(text)), f);

  // --- Pointer ---
  const at = (event) => module._page_pointer_at(event.clientX, event.clientY, event.pointerType === "touch");
  let finger = null;  // { id, x, y, pressed, scrolled, timer } of the first finger down

  function press(event) {
    module._page_button(buttons[event.button] ?? 0, 1, event.pointerType === "touch");
    touched();
  }

  canvas.addEventListener("pointerdown", (event) => {
    canvas.focus({ preventScroll: true });
    modifiers(event);
    if (event.pointerType !== "touch") {
      canvas.setPointerCapture(event.pointerId);
      at(event);
      return press(event);
    }
    // The browser decides within the first px whether a finger scrolls the page; until then nothing may be pressed.
    if (finger) return;
    at(event);
    touched();
    const mine = finger = { id: event.pointerId, x: event.clientX, y: event.clientY, pressed: false, scrolled: false };
    mine.timer = setTimeout(() => {
      if (finger !== mine || mine.pressed || mine.scrolled) return;
      mine.pressed = true;
      press(event);
    }, patience);
  });

  // Where something is turned by dragging, the browser must not take the finger to scroll.
  canvas.addEventListener("touchstart", (event) => {
    const [{ clientX, clientY }] = event.changedTouches;
    if (event.cancelable && module._page_grabs(clientX, clientY)) event.preventDefault();
  }, { passive: false });

  canvas.addEventListener("pointermove", (event) => {
    modifiers(event);
    if (event.pointerType === "touch") {
      if (finger?.id !== event.pointerId) return;
      const dx = event.clientX - finger.x, dy = event.clientY - finger.y;
      if (!finger.pressed && !finger.scrolled && Math.hypot(dx, dy) > slack) {
        if (state().modal && Math.abs(dy) > Math.abs(dx)) {
          finger.scrolled = true;  // what covers the page scrolls under the finger, as the page would
        } else {
          module._page_pointer_at(finger.x, finger.y, 1);  // where it began: a slider is grabbed there
          finger.pressed = true;
          press(event);
        }
      }
      if (finger.scrolled) {
        module._page_wheel(0, finger.y - event.clientY);
        finger.y = event.clientY;
        return touched();
      }
    }
    at(event);
    touched();
  });

  canvas.addEventListener("pointerup", (event) => {
    if (event.pointerType === "touch") {
      if (finger?.id !== event.pointerId) return;
      clearTimeout(finger.timer);
      const { pressed, scrolled } = finger;
      finger = null;
      if (scrolled) return gone();
      if (!pressed) {
        at(event);
        press(event);
        drawNow();
      }
      at(event);
      module._page_button(0, 0, 1);
      drawNow();
      return gone();
    }
    at(event);
    module._page_button(buttons[event.button] ?? 0, 0, 0);
    drawNow();
    touched();
  });

  function gone() {
    module._page_pointer_gone();
    touched();
  }

  canvas.addEventListener("pointercancel", (event) => {  // the browser took the finger to scroll
    if (finger?.id === event.pointerId) {
      clearTimeout(finger.timer);
      finger = null;
    }
    module._page_pointer_gone();
    module._page_button(0, 0, event.pointerType === "touch");
    touched();
  });
  canvas.addEventListener("pointerleave", (event) => event.pointerType !== "touch" && gone());
  canvas.addEventListener("contextmenu", (event) => event.shiftKey || event.preventDefault());

  // --- Wheel: the page's, unless something covers the page or Ctrl asks to zoom into a plot ---
  canvas.addEventListener("wheel", (event) => {
    if (!state().modal && !event.ctrlKey) return;
    event.preventDefault();
    modifiers(event);
    const px = [1, 16, innerHeight][event.deltaMode];
    module._page_wheel(event.deltaX * px, event.deltaY * px);
    touched();
  }, { passive: false });

  // --- Keyboard ---
  const modifiers = (event) => module._page_modifiers(event.ctrlKey, event.shiftKey, event.altKey, event.metaKey);
  const key = (event, down) => withText([event.code, event.key], (a, b, c, d) => module._page_key(a, b, c, d, down));
  const ours = (target) => target === canvas || target === agent;

  /** What the interface does with a key: "take" it from the browser, "hear" it besides the browser, or "leave" it. */
  function claim(event) {
    const { modal, text, navigating } = state(), control = event.ctrlKey || event.metaKey;
    if (!ours(event.target)) {
      if (event.target !== document.body || event.altKey) return "leave";
      if (control) return /^[yz]$/i.test(event.key) ? "take" : "leave";
      if (event.code === "Space" || sideways.includes(event.code)) return "take";
      return event.key.length === 1 || event.code === "Escape" ? "hear" : "leave";
    }
    if (control) {
      return /^[yz]$/i.test(event.key) || (text && /^a$/i.test(event.key)) ? "take" : /^[cxv]$/i.test(event.key) ? "leave" : "hear";
    }
    if (/^F\d+$/.test(event.code)) return "hear";
    if (event.isComposing || event.code === "") return "leave";
    if (scrolling.includes(event.code)) return modal || text ? "take" : "leave";
    if (upright.includes(event.code)) return modal || text || navigating ? "take" : "leave";
    return event.target === agent && event.key.length === 1 ? "hear" : "take";
  }

  addEventListener("keydown", (event) => {
    const claimed = claim(event);
    if (claimed === "leave") return;
    if (claimed === "take") event.preventDefault();
    const { modal, text } = state();
    modifiers(event);
    if (!event.repeat) key(event, 1);
    if (text && event.target !== agent && event.key.length === 1 && !event.ctrlKey && !event.metaKey) {
      withText([event.key], module._page_text);
    }
    // Esc closes what is open; when nothing is, it gives the keyboard back to the page.
    if (event.code === "Escape" && !modal && !text && event.target === canvas) canvas.blur();
    touched();
  });
  addEventListener("keyup", (event) => {
    modifiers(event);
    key(event, 0);
    touched();
  });

  agent.addEventListener("input", (event) => {
    if (event.isComposing) return;
    if (event.inputType === "deleteContentBackward") {  // a phone's keyboard sends no key
      withText(["Backspace", ""], (a, b, c, d) => { module._page_key(a, b, c, d, 1); module._page_key(a, b, c, d, 0); });
    } else if (agent.value) {
      withText([agent.value], module._page_text);
    }
    agent.value = "";
    touched();
  });
  agent.addEventListener("compositionend", () => {
    if (agent.value) withText([agent.value], module._page_text);
    agent.value = "";
    touched();
  });
  agent.addEventListener("keydown", (event) => {
    if (event.code === "Backspace" || event.code === "Enter") event.preventDefault();  // keydown has told already
  });

  // --- Focus: shown to who comes by Tab; no key may stay down when the reader leaves ---
  let tabbed = false;
  addEventListener("keydown", (event) => { tabbed = event.code === "Tab"; }, true);
  addEventListener("pointerdown", () => { tabbed = false; canvas.classList.remove("tabbed"); }, true);
  canvas.addEventListener("focus", () => canvas.classList.toggle("tabbed", tabbed));
  canvas.addEventListener("blur", () => canvas.classList.remove("tabbed"));
  addEventListener("blur", () => { module._page_modifiers(0, 0, 0, 0); module._page_focus(0); touched(); });
  addEventListener("focus", () => { module._page_focus(1); touched(); });

  // --- Clipboard. The browser's own events, because only inside them is it open without asking ---
  const combination = (letter) => {
    module._page_modifiers(1, 0, 0, 0);
    withText([`Key${letter}`, letter.toLowerCase()], (a, b, c, d) => { module._page_key(a, b, c, d, 1); });
    drawNow();
    withText([`Key${letter}`, letter.toLowerCase()], (a, b, c, d) => { module._page_key(a, b, c, d, 0); });
    module._page_modifiers(0, 0, 0, 0);
    drawNow();
  };
  let copying = null;  // the clipboard of the copy event under way
  for (const [name, letter] of [["copy", "C"], ["cut", "X"]]) {
    document.addEventListener(name, (event) => {
      if (!ours(document.activeElement)) return;
      event.preventDefault();
      copying = event.clipboardData;
      combination(letter);
      copying = null;
    });
  }
  document.addEventListener("paste", (event) => {
    if (!ours(document.activeElement)) return;
    event.preventDefault();
    withText([event.clipboardData.getData("text/plain")], module._page_clipboard);
    combination("V");
  });

  return {
    /** ImGui's number of the cursor, plus one. */
    cursor(index) {
      const shape = cursors[index] ?? "default";
      if (canvas.style.cursor !== shape) canvas.style.cursor = shape;
    },
    caret(shown, x, y, height) {
      if (shown) {
        Object.assign(agent.style, { left: `${x}px`, top: `${y}px`, height: `${height}px` });
        if (document.activeElement !== agent) agent.focus({ preventScroll: true });
      } else if (document.activeElement === agent) {
        canvas.focus({ preventScroll: true });
      }
    },
    /** Resolves to whether the text is on the clipboard; null: as the reader's own Ctrl+C asked for, and will not wonder about. */
    async copied(text) {
      if (copying) return copying.setData("text/plain", text), null;
      try {
        await navigator.clipboard.writeText(text);  // there is none at an address without https
        return true;
      } catch {
        return false;
      }
    },
  };
}
