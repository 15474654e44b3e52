// A file that an experiment needs and that is not here: a line names it, and the experiment opens once it was dropped or chosen.
import { documentOf } from "./address.js?v=0";
import { ask } from "./say.js?v=0";

export class Missing {
  #text; #names; #page; #close;

  /**
   * `text` is the document or link, `names` are the files; `why` says what is wrong with one that came. `page` is { choose(), open(text, names),
   * put(name, bytes) -> promise of the core's reply }.
   */
  constructor(text, names, page, why = "") {
    [this.#text, this.#names, this.#page] = [text, names, page];
    this.#say(why);
  }

  #say(why) {
    const inputs = Object.values(documentOf(this.#text).inputs ?? {}), said = this.#names.map((name) => {
      const hash = inputs.find((input) => input?.name === name)?.hash;
      return hash ? `“${name}” (hash ${hash})` : `“${name}”`;
    });
    const [needed, them] = said.length > 1 ? [`the files ${said.join(" and ")}, which are not here`, "them"] : [`the file ${said[0]}, which is not here`, "it"];
    this.#close?.();
    this.#close = ask(`${why}${why && " "}This experiment needs ${needed}: drop ${them} on this page, or choose ${them}.`, {
      "Choose…": () => { this.chosen = true; this.#page.choose(); return false; },
      "Leave it": () => { this.left = true; },
    });
  }

  /** The name that a file of this name is taken for, or null: it is not waited for. One that was chosen for it may be called anything. */
  takes(name) {
    const own = this.#names.find((wanted) => wanted === name || wanted.replace(/\?[a-z][^?]*$/i, "") === name);
    return this.left ? null : own ?? (this.chosen ? this.#names[0] : null);
  }

  async take(name, bytes) {
    this.chosen = false;
    try {
      await this.#page.put(name, bytes);
    } catch (error) {
      return this.#say(`${error.message}.`);
    }
    this.#names = this.#names.filter((wanted) => wanted !== name);
    if (this.#names.length) return this.#say("");
    this.close();
    this.#page.open(this.#text, [name]);
  }

  close() {
    this.left = true;
    this.#close();
  }
}
