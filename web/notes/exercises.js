// The exercises' forms and checkers. What is right is computed when it is asked, from the mathematics or from a run; nothing is stored.

/** A number as people write one: 0.25, 0,25, 1e-3, 8/27, -2. NaN where it is none. */
export function number(text) {
  const parts = text.trim().replaceAll("−", "-").replace(/^(-?\d*),(\d+)$/, "$1.$2").split("/");
  if (parts.length > 2 || parts.some((part) => part.trim() === "")) return NaN;
  return parts.map(Number).reduce((a, b) => a / b);
}

/** A 2 x 2 matrix: two rows with two numbers each, "0 2; 1 0". Null where it is none. */
export function matrix(text) {
  const rows = text.trim().replace(/^\[+|\]+$/g, "").split(/;|\n/).map((row) => row.trim().split(/[\s,]+/).map(number));
  return rows.length === 2 && rows.every((row) => row.length === 2 && row.every(Number.isFinite)) ? rows : null;
}

const near = (a, b, share) => Math.abs(a - b) <= share * Math.abs(b);
const shown = (x) => String(Number(x.toPrecision(4)));
const right = (say) => ({ right: true, say });
const wrong = (say) => ({ right: false, say });

const product = (A, B) => A.map((row) => B[0].map((_, j) => row.reduce((sum, a, k) => sum + a * B[k][j], 0)));
const transposed = (A) => A[0].map((_, j) => A.map((row) => row[j]));
const distance = (A, B) => Math.hypot(...A.flatMap((row, i) => row.map((a, j) => a - B[i][j])));

/** Where f changes sign between a and b. */
export function root(f, a, b) {
  for (let k = 0; k < 200; ++k) {
    const middle = (a + b) / 2;
    if ((f(a) > 0) === (f(middle) > 0)) a = middle;
    else b = middle;
  }
  return (a + b) / 2;
}

/** Time for the product of N equal scalar layers, each starting at w0, to come half the way to the target 1 under gradient flow. */
export function takeOff(N, w0) {
  const speed = (w) => w ** (N - 1) * (1 - w ** N);
  let w = w0, t = 0;
  while (w ** N < 0.5) {
    const h = 0.002 * w / speed(w);  // 0.2 % of growth a step
    const k1 = speed(w), k2 = speed(w + h / 2 * k1), k3 = speed(w + h / 2 * k2), k4 = speed(w + h * k3);
    w += h / 6 * (k1 + 2 * k2 + 2 * k3 + k4);
    t += h;
  }
  return t;
}

/** W_11 of the 2 x 2 problem at loss l: on matrices [[a, b], [b, b^2 / a]] with the best b for each a. */
export function corner(l) {
  const best = (a) => root((b) => b - 1 + b ** 3 / a ** 2, 0, 1);
  return root((a) => (best(a) - 1) ** 2 + best(a) ** 4 / (2 * a ** 2) - l, 1e-3, 1e6);
}

/** The largest unbalancedness that descent with step size eta has built up at time 2, from an exactly balanced start. */
async function drift(rankscope, eta) {
  const settings = { rows: 4, cols: 4, rank: 4, observe: "all", normalisation: "half_sum", depth: 3, init: "balanced", alpha: 0.3, optimizer: "gd", step_size: eta };
  const steps = Math.round(2 / eta), run = rankscope.run({ system: "deep_matrix", seed: 1, settings, steps });
  run.step(steps);
  const value = run.view("unbalancedness").data[0];
  run.close();
  return value;
}

const checks = {
  takeoff: {
    fields: ["Time t"],
    check(text) {
      const N = 4, w0 = 0.1, t = number(text), half = takeOff(N, w0), formula = w0 ** -(N - 2) / (N - 2);
      if (!Number.isFinite(t)) return wrong("A number, please, such as 12.5 or 1e3.");
      if (near(t, formula, 0.03) || near(t, half, 0.03)) {
        return right(`Yes. t* = ${shown(formula)}; integrated in full, the product passes one half at t = ${shown(half)}.`);
      }
      if (near(t, w0 ** -(N - 2), 0.03)) return wrong("Nearly: the power of σ is right, the factor N − 2 in the denominator is missing.");
      if (near(t, Math.log(1 / w0), 0.05)) return wrong("That is how depth 2 leaves, by a logarithm. Here the depth is 4.");
      if (near(t, w0 ** -(1 - 2 / N) / (N - 2), 0.03)) return wrong("You have put the layer's 0.1 in the place of σ₀. The product starts at 0.1 to the fourth power.");
      return wrong(`Not yet. ${t < half ? "It takes longer than that" : "It is faster than that"}: separate the variables in dσ/dt = N σ^(2−2/N), and let σ go to infinity.`);
    },
  },
  drift: {
    fields: ["Exponent p"],
    waiting: "Training a network at three step sizes…",
    async check(text) {
      const p = number(text);
      if (!Number.isFinite(p)) return wrong("A number, please.");
      const { load } = await import("../rankscope.js?v=0");
      const rankscope = await load(), etas = [0.02, 0.01, 0.005], drifts = [];
      for (const eta of etas) drifts.push(await drift(rankscope, eta));
      const slope = Math.log(drifts[0] / drifts[2]) / Math.log(etas[0] / etas[2]);
      const measured = `Measured just now: drift ${drifts.map(shown).join(", ")} at step size ${etas.join(", ")}, which is an exponent of ${slope.toFixed(3)}.`;
      if (Math.abs(p - slope) < 0.1) return right(`Yes. ${measured}`);
      if (Math.abs(p - slope - 1) < 0.1) return wrong(`That is the exponent of one step. A smaller step means more steps until the same time. ${measured}`);
      return wrong(`Not so. ${measured}`);
    },
  },
  balanced: {
    fields: ["W₂, for example 1 2; 3 4", "W₁"],
    check(...texts) {
      const [W2, W1] = texts.map(matrix), M = [[0, 4], [1, 0]];
      if (!W1 || !W2) return wrong("Each matrix as two rows with a semicolon between them, for example 1 2; 3 4.");
      const W = product(W2, W1);
      if (distance(W, M) > 0.02) return wrong(`Your product W₂W₁ is [${W.map((row) => row.map(shown).join(" ")).join("; ")}], which is not the matrix asked for.`);
      const gap = distance(product(transposed(W2), W2), product(W1, transposed(W1)));
      if (gap > 0.05) return wrong(`The product is right. But W₂ᵀW₂ and W₁W₁ᵀ differ by ${shown(gap)}: share the singular values equally, a square root of each to either layer.`);
      return right("Yes: the product is right and W₂ᵀW₂ = W₁W₁ᵀ. Any rotation between the layers, W₂Q and QᵀW₁, is right as well.");
    },
  },
  crossing: {
    fields: ["σ"],
    check(text) {
      const s = number(text), growth = (N, x) => N * x ** (2 - 2 / N), where = root((x) => growth(3, x) - growth(2, x), 1e-6, 1);
      if (!Number.isFinite(s)) return wrong("A number, please: a decimal or a fraction such as 3/8.");
      if (near(s, where, 0.01)) return right(`Yes, σ = ${where.toFixed(4)}: below it depth 2 grows faster, above it depth 3.`);
      if (near(s, Math.cbrt(where), 0.01)) return wrong("That is the cube root of σ. One step more.");
      if (s > 0) {
        return wrong(`At σ = ${shown(s)} depth 2 grows at ${shown(growth(2, s))} and depth 3 at ${shown(growth(3, s))}, for a push of 1. Where are the two equal?`);
      }
      return wrong("Look for a positive σ: at zero both stand still.");
    },
  },
  corner: {
    fields: ["W₁₁"],
    check(text) {
      const l = 0.005, w = number(text), there = corner(l), bound = (1 - Math.sqrt(2 * l)) ** 2 / Math.sqrt(2 * l);
      if (!Number.isFinite(w)) return wrong("A number, please.");
      if (near(w, there, 0.02)) return right(`Yes. 1/√(2ℓ) = ${shown(1 / Math.sqrt(2 * l))}; the best matrix of rank one at this loss has W₁₁ = ${shown(there)}.`);
      if (near(w, bound, 0.02)) return wrong(`That is the lower bound, and it holds. The run is higher: there one error is spent on W₂₂ alone. Look for the value near ${shown(there)}.`);
      if (near(w, 1 / Math.sqrt(l), 0.02)) return wrong("The loss has a factor one half: a residual of size e in one entry costs e²/2.");
      return wrong(`Not yet: ${w < bound ? `a W₁₁ below ${shown(bound)} cannot be, with a positive determinant at this loss` : "that is more than the run needs"}. Let W have rank one with both off-diagonal entries at 1; what is W₂₂, and what does it cost?`);
    },
  },
};

/** Puts a form in the place of each data-check of the page. */
export function furnish(page) {
  for (const place of page.querySelectorAll("[data-check]")) {
    const { fields, waiting, check } = checks[place.dataset.check];
    const form = document.createElement("form"), said = Object.assign(document.createElement("output"), { id: `said-${place.dataset.check}` });
    form.dataset.check = place.dataset.check;
    const inputs = fields.map((label, i) => {
      const input = Object.assign(document.createElement("input"), { type: "text", name: `answer-${i}`, autocomplete: "off", spellcheck: false, required: true });
      input.setAttribute("aria-describedby", said.id);
      const box = document.createElement("label");
      box.append(label, input);
      form.append(box);
      return input;
    });
    const button = Object.assign(document.createElement("button"), { type: "submit", textContent: "Check" });
    said.setAttribute("aria-live", "polite");
    form.append(button, said);
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      button.disabled = true;
      said.className = "";
      said.textContent = waiting ?? "";
      let answer;
      try {
        answer = await check(...inputs.map(({ value }) => value));
      } catch (error) {
        answer = { right: false, say: `The check itself could not run here: ${error.message}` };
      }
      said.textContent = answer.say;
      said.className = answer.right ? "right" : "wrong";
      for (const input of inputs) input.setAttribute("aria-invalid", String(!answer.right));
      button.disabled = false;
    });
    place.replaceWith(form);
  }
}
