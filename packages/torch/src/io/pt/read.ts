import { checkLimit, quote, quoteSome, type Refuse } from "../../files/refuse.js";
import type { RawTensor } from "../raw.js";
import type { ByteSource } from "../source.js";
import { PtArchive } from "./archive.js";
import { Budget } from "./budget.js";
import { convert } from "./convert.js";
import { allowList, findGlobal } from "./globals.js";
import { unpickle } from "./machine.js";
import { tensorOf } from "./numpy.js";
import { PyDict, type PyTensor, type PyValue } from "./objects.js";
import { Storages } from "./storage.js";
import type { PtValue } from "./value.js";

/** Default limit on the size of all tensors of a checkpoint together. */
function defaultLimit(fileSize: number): number {
  return Math.max(64 * 2 ** 20, 16 * fileSize);
}

/** Makes a tensor of the caller's kind. Called once for each tensor of the file, in the order of the tree. */
export type Leaf<T> = (raw: RawTensor) => T;

/** A checkpoint whose pickle has been read; its tensors not yet. */
export class PtReader {
  readonly #root: PyValue;
  readonly #storages: Storages;
  readonly #refuse: Refuse;

  /**
   * @param maxBytes what all tensors together may take; default 16 times the file, at least 64 MiB
   * @throws io/unsafe, io/format, io/truncated, io/dtype, io/limit
   */
  constructor(source: ByteSource, maxBytes: number = defaultLimit(source.size)) {
    const { refuse } = source;
    checkLimit(maxBytes, refuse);
    const archive = new PtArchive(source);
    const pickle = archive.readPickle();
    const budget = new Budget(pickle.length, maxBytes, refuse);
    const names = allowList(budget, refuse);
    const storages = new Storages(archive, refuse);
    const find = (module: string, name: string) => findGlobal(names, module, name, refuse);
    this.#root = unpickle(pickle, { find, persistent: (id) => storages.find(id) }, budget, refuse);
    this.#storages = storages;
    this.#refuse = refuse;
  }

  /** The whole tree. */
  tree<T>(leaf: Leaf<T>): PtValue<T> {
    return convert(this.#root, this.#reader(tensorsUnder(this.#root), leaf), this.#refuse);
  }

  /**
   * The state dict: the value under `key`; by default the file's whole value, or its `state_dict`, `model_state_dict`
   * or `model`. Other parts of the file are not read.
   * @throws io/missing, io/format naming every value that is not a tensor
   */
  stateDict<T>(leaf: Leaf<T>, key?: string): Map<string, T> {
    const dict = pickStateDict(this.#root, key, this.#refuse);
    const read = this.#reader(tensorsUnder(dict), leaf);
    const made = new Map<PyTensor, T>();
    const result = new Map<string, T>();
    dict.keys.forEach((name, at) => {
      const tensor = tensorOf(dict.values[at]!)!;
      const value = made.get(tensor) ?? read(tensor);
      made.set(tensor, value);
      result.set(name as string, value);
    });
    return result;
  }

  /** Reads tensors, keeping each storage only until its last tensor has been made. */
  #reader<T>(tensors: ReadonlySet<PyTensor>, leaf: Leaf<T>): (tensor: PyTensor) => T {
    const waiting = new Map<string, number>();
    for (const { storage } of tensors) waiting.set(storage.key, (waiting.get(storage.key) ?? 0) + 1);
    return (tensor) => {
      const { storage } = tensor;
      const value = leaf(this.#storages.read(tensor));
      const left = waiting.get(storage.key)! - 1;
      waiting.set(storage.key, left);
      if (left === 0) this.#storages.release(storage);
      return value;
    };
  }
}

/** Every tensor that can be reached; without recursion, since nothing has bounded the depth yet. */
function tensorsUnder(root: PyValue): ReadonlySet<PyTensor> {
  const tensors = new Set<PyTensor>();
  const seen = new Set<PyValue>();
  const todo: PyValue[] = [root];
  for (let value = todo.pop(); value !== undefined; value = todo.pop()) {
    if (value === null || typeof value !== "object" || seen.has(value)) continue;
    seen.add(value);
    const tensor = tensorOf(value);
    if (tensor !== undefined) tensors.add(tensor);
    else for (const child of children(value)) todo.push(child);
  }
  return tensors;
}

function children(value: PyValue & object): readonly PyValue[] {
  if (value instanceof PyDict) return [...value.keys, ...value.values];
  return "items" in value ? value.items : [];
}

const usualKeys = ["state_dict", "model_state_dict", "model"];

function pickStateDict(root: PyValue, key: string | undefined, refuse: Refuse): PyDict {
  if (!(root instanceof PyDict))
    throw refuse("format", "holds no dict, so there is no state dict in it; loadPt reads any value");
  if (key !== undefined) return checkStateDict(root.get(key), key, root, refuse);
  if (root.values.some((value) => tensorOf(value) !== undefined))
    return checkStateDict(root, undefined, root, refuse);
  const usual = usualKeys.find((name) => root.get(name) instanceof PyDict);
  return usual === undefined
    ? checkStateDict(root, undefined, root, refuse)
    : checkStateDict(root.get(usual), usual, root, refuse);
}

function checkStateDict(
  dict: PyValue | undefined,
  key: string | undefined,
  root: PyDict,
  refuse: Refuse,
): PyDict {
  const where = key === undefined ? "the file" : `the key ${quote(key)}`;
  const names = (of: PyDict) =>
    of.keys.map((name) => (typeof name === "string" ? name : `a key of type ${typeof name}`));
  if (!(dict instanceof PyDict))
    throw refuse("missing", `has no dict under ${where}; its keys are ${quoteSome(names(root))}`);
  const strangers = dict.keys.filter(
    (name, at) => typeof name !== "string" || tensorOf(dict.values[at]!) === undefined,
  );
  if (strangers.length === 0) return dict;
  const shown = quoteSome(
    strangers.map((name) => (typeof name === "string" ? name : `a key of type ${typeof name}`)),
  );
  throw refuse(
    "format",
    `${where} is not a state dict: ${strangers.length} of its ${dict.keys.length} values are not tensors (${shown})`,
  );
}
