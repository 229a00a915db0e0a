import { readdirSync } from "node:fs";
import { join } from "node:path";
import { notAccepted, pathText } from "../../checks/index.js";
import { hashOf, hashOfContent, makeFolder, replaceFile } from "../../files/index.js";
import { saveNpz } from "../../io/numpy.js";
import type { Tensor } from "../../tensor/index.js";
import {
  descriptionFile,
  isPlainName,
  type RefuseStore,
  type StoreDescription,
  type StoredFile,
  usualRefusal,
} from "./form.js";

/**
 * Writes a data set into a new or empty folder, file by file, each whole or not at all. A run of the writer that ends before
 * `finish` leaves a folder that no reader takes for a data set.
 *
 *   const writer = new data.StoreWriter("mazes");
 *   writer.addArrays({ image, action });              // [samples, …] each; part-0000.npz
 *   writer.finish({ name: "mazes", count, files: writer.files });
 */
export class StoreWriter {
  readonly folder: string;
  readonly #files: StoredFile[] = [];
  readonly #refuse: RefuseStore;

  /**
   * @param refuse makes the errors about the folder. Default: TorchErrors
   * @throws what `refuse` makes if the folder holds anything or cannot be made
   */
  constructor(folder: string, refuse: RefuseStore = usualRefusal) {
    this.folder = pathText("StoreWriter: folder", folder);
    if (typeof refuse !== "function") throw notAccepted("StoreWriter: refuse", refuse, "a function");
    this.#refuse = refuse;
    const present = this.#attempt(`${folder} cannot be made`, () => {
      makeFolder(folder);
      return readdirSync(folder);
    });
    if (present.length > 0) throw refuse(`${folder} is not empty (${present[0]}, …); give a new folder`);
  }

  /**
   * Writes the next samples as `part-0000.npz`, `part-0001.npz`, …, compressed.
   * @param arrays [samples, …] each
   * @throws what `refuse` makes unless all have the same number of samples; TorchError `io/…`
   */
  addArrays(arrays: Readonly<Record<string, Tensor>>): void {
    const counts = [...new Set(Object.values(arrays).map(({ shape }) => shape[0]))];
    const [samples] = counts;
    if (counts.length !== 1 || samples === undefined || samples === 0) {
      const shown = Object.entries(arrays).map(([name, { shape }]) => `${name} [${shape.join(", ")}]`);
      throw this.#refuse(
        `arrays of one part have the same number of samples, 1 or more; given ${shown.join(", ") || "none"}`,
      );
    }
    const parts = this.#files.filter((file) => file.name.endsWith(".npz")).length;
    const name = `part-${String(parts).padStart(4, "0")}.npz`;
    saveNpz(join(this.folder, name), arrays, { compress: true });
    this.#files.push({ name, sha256: hashOf(join(this.folder, name)), samples });
  }

  /** Writes a JSON text a line for each sample, from the first on, to be read by name. @throws as `writeText` */
  addLines(name: string, values: readonly unknown[]): void {
    const text = values.map((value) => `${JSON.stringify(value)}\n`).join("");
    this.writeText(name, text);
    this.#files.push({ name, sha256: hashOfContent(text), samples: values.length });
  }

  /** Writes a file that the description does not list, such as a card for readers. @throws what `refuse` makes */
  writeText(name: string, text: string): void {
    if (!isPlainName(name)) throw this.#refuse(`${JSON.stringify(name)} is not a plain file name`);
    const path = join(this.folder, name);
    this.#attempt(`${path} cannot be written`, () => replaceFile(path, [Buffer.from(text)]));
  }

  /** Files that the description will list, in the order in which they were added. */
  get files(): readonly StoredFile[] {
    return this.#files;
  }

  /** Writes the description, which makes the folder a data set. @throws what `refuse` makes */
  finish(description: StoreDescription): void {
    this.writeText(descriptionFile, `${JSON.stringify(description, null, 2)}\n`);
  }

  #attempt<T>(problem: string, work: () => T): T {
    try {
      return work();
    } catch (cause) {
      throw this.#refuse(`${problem}: ${(cause as Error).message}`, cause);
    }
  }
}
