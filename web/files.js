// Files in and out: dropped, chosen, fetched from the samples, saved. None is ever sent anywhere.
const byId = (id) => document.getElementById(id);

const mostBytes = 2 ** 28;  // io/bytes.h: no reader looks at more

/**
 * `take(name, bytes)` gets each file that the reader drops anywhere or chooses, `refuse(name, what, remedy)` those that are not read:
 * said from their size and kind, before a byte of them is. Returns choose(accept), to open the chooser.
 */
export function receiveFiles(take, refuse) {
  const drop = byId("drop"), chooser = byId("chooser");
  const one = async (file) => {
    if (file.size > mostBytes) {
      return refuse(file.name, `has ${Math.ceil(file.size / 2 ** 20)} MiB`, `at most ${mostBytes / 2 ** 20} MiB are read: save a part of it`);
    }
    let bytes;
    try {
      bytes = new Uint8Array(await file.arrayBuffer());
    } catch (error) {
      return refuse(file.name, `cannot be read: ${error.message}`, "is it still there, and may this browser open it?");
    }
    take(file.name, bytes);
  };
  const all = async (files) => {
    for (const file of files) await one(file);
  };
  let depth = 0;  // of the elements that the file is dragged over
  const dragging = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  addEventListener("dragenter", (event) => { if (dragging(event) && ++depth) drop.hidden = false; });
  addEventListener("dragleave", (event) => { if (dragging(event) && --depth <= 0) drop.hidden = true; });
  addEventListener("dragover", (event) => dragging(event) && event.preventDefault());
  addEventListener("drop", (event) => {
    if (!dragging(event)) return;
    event.preventDefault();
    depth = 0;
    drop.hidden = true;
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.());  // now: later they are gone
    const files = [...event.dataTransfer.files].filter((file) => {
      if (!entries.some((entry) => entry?.isDirectory && entry.name === file.name)) return true;
      refuse(file.name, "is a folder", "drop a file of it");
      return false;
    });
    all(files);
  });
  chooser.addEventListener("change", async () => {
    await all(chooser.files);
    chooser.value = "";
  });
  return (accept) => {
    chooser.accept = accept && `${accept},.json`;
    chooser.click();
  };
}

export function saveFile(name, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text]));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

/** The samples beside the page. */
export class Samples {
  #files = new Map();  // sample name -> file name
  #bytes = new Map();  // file name -> promise of an ArrayBuffer: two samples may stand in one file

  know(list) {
    this.#files = new Map(list.map(({ name, file }) => [name, file]));
  }

  has(name) {
    return this.#files.has(name);
  }

  /** A copy of the file that holds the sample of that name. Throws { what, remedy }. */
  async bytes(name) {
    const file = this.#files.get(name);
    if (!file) throw { what: "is not here", remedy: "drop the file on this page first" };
    try {
      if (!this.#bytes.has(file)) this.#bytes.set(file, this.#load(file));
      return new Uint8Array((await this.#bytes.get(file)).slice(0));
    } catch (error) {
      this.#bytes.delete(file);
      throw { what: `could not be loaded: ${error.message}`, remedy: "try again with a connection" };
    }
  }

  async #load(file) {
    const response = await fetch(new URL(`samples/${file}?v=0`, import.meta.url));
    if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
    return response.arrayBuffer();
  }
}
