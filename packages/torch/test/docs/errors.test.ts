// docs/errors.md lists every code that is thrown, and no other.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../../../..");

function filesOf(folder: string, ending: RegExp): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && ending.test(entry.name))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));
}

test("every code in the sources is explained in docs/errors.md, and every one there exists", () => {
  const sources = [
    ...filesOf(join(root, "packages/torch/src"), /(?<!generated)\.ts$/),
    ...filesOf(join(root, "packages/torch/native"), /\.(cpp|h)$/),
  ].join("\n");
  const thrown = new Set([...sources.matchAll(/"((?:torch|data|io)\/[a-z-]+)"/g)].map((match) => match[1]!));
  const io = readFileSync(join(root, "packages/torch/src/io/refuse.ts"), "utf8");
  const union = /export type IoCode =([^;]+);/.exec(io)?.[1] ?? "";
  for (const [, code] of union.matchAll(/"([a-z-]+)"/g)) thrown.add(`io/${code}`);
  expect(thrown.size).toBeGreaterThan(20);

  const page = readFileSync(join(root, "docs/errors.md"), "utf8");
  const listed = [...page.matchAll(/^\| `((?:torch|data|io)\/[a-z-]+)` +\|/gm)].map((match) => match[1]!);
  expect([...listed].sort()).toEqual([...thrown].sort());
});
