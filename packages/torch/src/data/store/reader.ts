import { join } from "node:path";
import { checkIndex, notAccepted, pathText } from "../../checks/index.js";
import { hashOf, readJsonFile, readText } from "../../files/index.js";
import { loadNpz } from "../../io/numpy.js";
import { scope } from "../../memory.js";
import type { Tensor } from "../../tensor/index.js";
import {
  descriptionFile,
  isPlainName,
  type RefuseStore,
  type StoreDescription,
  usualRefusal,
} from "./form.js";

/** Arrays of one file as they are stored, each row after row. */
export type StoredArrays = Readonly<Record<string, ReturnType<Tensor["toTypedArray"]>>>;

/**
 * Reads the samples of a data set that `StoreWriter` wrote, by their number. A file is read, and its hash compared, when its
 * first sample is asked for; it stays in memory.
 *
 *   const { arrays, place } = reader.locate(7);   // sample 7 is row `place` of each array
 */
export class StoreReader<D extends StoreDescription = StoreDescription> {
  readonly description: D;
  readonly #folder: string;
  readonly #refuse: RefuseStore;
  readonly #parts = new Map<number, StoredArrays>();
  readonly #lines = new Map<string, readonly unknown[]>();

  /**
   * @param parse gives the description that the content of `dataset.json` is; throws if it is none
   * @param refuse makes the errors about the folder and its files. Default: TorchErrors
   * @throws what `parse` throws; what `refuse` makes for a folder without a description, or one that leads out of it
   */
  constructor(folder: string, parse: (value: unknown) => D, refuse: RefuseStore = usualRefusal) {
    this.#folder = pathText("StoreReader: folder", folder);
    for (const [name, value] of Object.entries({ parse, refuse }))
      if (typeof value !== "function") throw notAccepted(`StoreReader: ${name}`, value, "a function");
    this.#refuse = refuse;
    this.description = parse(this.#content());
    const stray = this.description.files.find(({ name }) => !isPlainName(name));
    if (stray !== undefined)
      throw refuse(
        `${folder}: ${descriptionFile} lists ${JSON.stringify(stray.name)}, which cannot be one of its files`,
      );
  }

  /**
   * Arrays that sample `index` is in, and its row there.
   * @throws TorchError `torch/argument` for a number that no sample has; what `refuse` makes for a file that is missing or
   * not what was written
   */
  locate(index: number): { readonly arrays: StoredArrays; readonly place: number } {
    const { name, count, files } = this.description;
    checkIndex(name, index, count);
    let place = index;
    for (const [at, file] of files.entries()) {
      if (!file.name.endsWith(".npz")) continue;
      if (place < file.samples) return { arrays: this.#arrays(at), place };
      place -= file.samples;
    }
    throw this.#refuse(`${this.#folder}: ${descriptionFile} lists fewer samples than ${count}`);
  }

  /** Line of sample `index` in the file of this name, as `addLines` was given it. @throws as `locate` */
  line(name: string, index: number): unknown {
    checkIndex(this.description.name, index, this.description.count);
    let lines = this.#lines.get(name);
    if (lines === undefined) {
      const at = this.description.files.findIndex((file) => file.name === name);
      if (at < 0) throw this.#refuse(`${this.#folder}: ${descriptionFile} lists no ${name}`);
      const text = readText(this.#checked(at), { maxBytes: Infinity });
      lines = text
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as unknown);
      this.#lines.set(name, lines);
    }
    return lines[index];
  }

  /** Content of the description. */
  #content(): unknown {
    const folder = this.#folder;
    try {
      return readJsonFile(join(folder, descriptionFile));
    } catch (cause) {
      throw this.#refuse(`${folder}: ${(cause as Error).message}; give the folder of a data set`, cause);
    }
  }

  #arrays(at: number): StoredArrays {
    const known = this.#parts.get(at);
    if (known !== undefined) return known;
    const path = this.#checked(at);
    const arrays = scope(() =>
      Object.fromEntries(
        Object.entries(loadNpz(path)).map(([name, tensor]) => [name, tensor.toTypedArray()] as const),
      ),
    );
    this.#parts.set(at, arrays);
    return arrays;
  }

  /** The path of a file, if its content is what was written. */
  #checked(at: number): string {
    const { name, sha256 } = this.description.files[at]!;
    const path = join(this.#folder, name);
    let found: string;
    try {
      found = hashOf(path);
    } catch (cause) {
      throw this.#refuse((cause as Error).message, cause);
    }
    if (found === sha256) return path;
    throw this.#refuse(`${path} is not the file that was written: its SHA-256 differs`);
  }
}
