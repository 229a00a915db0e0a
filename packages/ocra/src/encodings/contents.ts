// What is in the files that a data set is made from: other contents under the same name are other data.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";

/** Options of data sets that may name a file or a folder, and what else they may name. */
const fileOptions = ["path", "objects", "unlike", "table"];
const ours: readonly unknown[] = ["tasks", "pool"];

/** SHA-256 of the files that options name, by option: of a file, or of the names and contents of all files in a folder. */
export function contentsOf(options: Readonly<Record<string, unknown>>): Record<string, string> {
  const named = fileOptions.flatMap((option) => {
    const value = options[option];
    return typeof value === "string" && !ours.includes(value) && existsSync(value)
      ? [[option, hashOfFiles(value)]]
      : [];
  });
  return Object.fromEntries(named) as Record<string, string>;
}

function hashOfFiles(path: string): string {
  const hash = createHash("sha256");
  for (const file of filesIn(path))
    hash
      .update(`${relative(path, file)}\0`)
      .update(readFileSync(file))
      .update("\0");
  return hash.digest("hex");
}

function filesIn(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  const entries = readdirSync(path, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
