// Files that options name, as what a run reads.
import { dirname, join } from "node:path";
import type { RunContext } from "@throughline/lab";

/** Sources of objects that are no files. */
const ours: readonly string[] = ["tasks", "pool"];

/** The file or folder that a source of objects is; undefined for ours. */
export function objectInput(source: string | undefined): string | undefined {
  return source === undefined || ours.includes(source) ? undefined : source;
}

/** The descriptions of stored data sets, which hold the SHA-256 of all their files, that are compared when they are read. */
export function pathInputs(path: string | undefined, splits: readonly string[]): Record<string, string> {
  if (path === undefined) return {};
  return Object.fromEntries(splits.map((split) => [split, join(path, split, "dataset.json")]));
}

/** The run's configuration with the places where its files were when it was made, wherever the process is now. */
export function located<
  Config extends { readonly path?: string; readonly objects?: string; readonly unlike?: string },
>(context: RunContext<Config>): Config {
  const { config } = context;
  const stored = context.input("train")?.path;
  return {
    ...config,
    path: context.input("puzzles")?.path ?? (stored === undefined ? config.path : dirname(dirname(stored))),
    objects: context.input("objects")?.path ?? config.objects,
    ...("unlike" in config && { unlike: context.input("unlike")?.path ?? config.unlike }),
  };
}
