// Arrays in an .npz archive as a task.
import { fromTypedArray, io, scope, type Tensor } from "@throughline/torch";
import type { DataTask } from "./data-task.js";
import type { FileOptions } from "./file.js";
import { Problems } from "./problems.js";
import { type SequenceArrays, sequenceTask } from "./sequence-task.js";

const arrays = ["inputs", "targets", "lengths"] as const;
const known: readonly string[] = [...arrays, ...arrays.map((name) => `test_${name}`)];

/** The task of the archive at `path`; see `taskFromFile` for what its arrays mean. */
export function npzTask(
  path: string,
  title: string,
  { length: _, ...options }: Omit<FileOptions, "limits">,
): DataTask {
  return scope(() => {
    using file = io.openNpz(path);
    const { names } = file;
    checkNames(names, title);
    const words = wordsOf(file);
    if (words.texts.size > 0 && options.kind === "regression") {
      const problems = new Problems(title);
      problems.add(
        `${[...words.texts.keys()].join(" and ")} are words; values, kind regression, are numbers`,
      );
      throw problems.error();
    }
    const target = (name: string): Tensor => {
      const texts = words.texts.get(name);
      if (texts === undefined) return file.get(name);
      const codes = BigInt64Array.from(texts.values, (word) => BigInt(words.codes.get(word) ?? -1));
      return fromTypedArray(codes, [...texts.shape]);
    };
    const part = (prefix: string): SequenceArrays => ({
      inputs: file.get(`${prefix}inputs`),
      targets: target(`${prefix}targets`),
      ...(names.includes(`${prefix}lengths`) && { lengths: file.get(`${prefix}lengths`) }),
    });
    return sequenceTask({
      ...{ ...options, title, ...part("") },
      ...(names.includes("test_inputs") && { test: part("test_") }),
      ...(words.classes.length > 0 && { classes: words.classes }),
    });
  });
}

/** @throws TorchError `flossing/data` naming arrays that are missing or not understood */
function checkNames(names: readonly string[], title: string): void {
  const problems = new Problems(title);
  const strange = names.filter((name) => !known.includes(name));
  if (strange.length > 0) problems.add(`holds ${strange.join(", ")}; ${known.join(", ")} are understood`);
  for (const prefix of names.some((name) => name.startsWith("test_")) ? ["", "test_"] : [""]) {
    for (const name of ["inputs", "targets"]) {
      if (!names.includes(prefix + name)) problems.add(`has no array ${prefix}${name}`);
    }
  }
  problems.check();
}

interface Words {
  /** The arrays of targets that hold words, by name. */
  readonly texts: ReadonlyMap<string, ReturnType<io.NpzFile["texts"]>>;
  /** All words of them, in their order; the empty one, which pads, is none. */
  readonly classes: readonly string[];
  readonly codes: ReadonlyMap<string, number>;
}

function wordsOf(file: io.NpzFile): Words {
  const wordy = ["targets", "test_targets"].filter((name) => file.names.includes(name) && file.isText(name));
  const texts = new Map(wordy.map((name) => [name, file.texts(name)] as const));
  const distinct = new Set([...texts.values()].flatMap(({ values }) => values.filter((word) => word !== "")));
  const classes = [...distinct].sort();
  return { texts, classes, codes: new Map(classes.map((word, i) => [word, i])) };
}
