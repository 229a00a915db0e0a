// Fingerprints of what a data set is made from: other contents under the same name are other data.
import { existsSync } from "node:fs";
import { hashOf } from "@throughline/torch/files";
import type { TaskSet } from "../datasets/types.js";

/** Options of data sets that may name a file or a folder, and what else they may name. */
const fileOptions = ["path", "objects", "unlike", "table"];
const ours: readonly unknown[] = ["tasks", "pool"];

/** SHA-256 of the files that options name, by option: of a file, or of the names and contents of all files in a folder. */
export function contentsOf(options: Readonly<Record<string, unknown>>): Record<string, string> {
  const named = fileOptions.flatMap((option) => {
    const value = options[option];
    return typeof value === "string" && !ours.includes(value) && existsSync(value)
      ? [[option, hashOf(value)]]
      : [];
  });
  return Object.fromEntries(named) as Record<string, string>;
}

/** The edition of a set's generator, where it has had more than one. */
export function editionIn({ config }: Pick<TaskSet, "config">): Record<string, string> {
  return config?.edition === undefined ? {} : { edition: String(config.edition) };
}
