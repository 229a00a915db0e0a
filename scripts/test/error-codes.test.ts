// docs/errors.md lists every code of every package with whose fault it is, and no other; and every one of them is in use.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { torchFaults } from "@throughline/torch/errors";
import { expect, test } from "vitest";
import { cecFaults } from "../../packages/cec/dist/errors.js";
import { envFaults } from "../../packages/envs/dist/errors.js";
import { flossingFaults } from "../../packages/flossing/dist/errors.js";
import { labFaults } from "../../packages/lab/dist/errors.js";
import { ocraFaults } from "../../packages/ocra/dist/datasets/errors.js";

const root = join(import.meta.dirname, "../..");

function filesOf(folder: string, ending: RegExp): string {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && ending.test(entry.name) && entry.name !== "errors.ts")
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"))
    .join("\n");
}

const inRoom = (room: string, faults: Readonly<Record<string, string>>): [string, string][] =>
  Object.entries(faults).map(([kind, fault]) => [`${room}/${kind}`, fault]);

const faults = new Map<string, string>([
  ...Object.entries({ ...torchFaults, ...labFaults, ...flossingFaults }),
  ...inRoom("ocra", ocraFaults),
  ...inRoom("envs", envFaults),
  ...inRoom("cec", cecFaults),
  ...inRoom("cli", { usage: "input" }),
]);

const sources: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ["torch", "lab", "envs", "cec", "flossing", "ocra"].map((name) => [
      name,
      filesOf(`packages/${name}/src`, /(?<!generated)\.ts$/),
    ]),
  ),
  native: filesOf("packages/torch/native", /\.(cpp|h)$/),
  cli: filesOf("apps/cli/src", /\.ts$/),
};

test("docs/errors.md has every code of the registers, with its fault", () => {
  const page = readFileSync(join(root, "docs/errors.md"), "utf8");
  const listed = [...page.matchAll(/^\| `([a-z]+\/[a-z-]+)` \| ([a-z]+) \|/gm)].map(
    ([, code, fault]): [string, string] => [code!, fault!],
  );
  expect(listed.length).toBe(new Set(listed.map(([code]) => code)).size);
  expect(listed.sort()).toEqual([...faults].sort());
});

test("every code is in use", () => {
  const all = Object.values(sources).join("\n");
  // Of these rooms the kind alone stands where an error is made.
  const byKind: Readonly<Record<string, string>> = {
    figure: sources.lab!,
    io: sources.torch!,
    ocra: sources.ocra!,
    envs: sources.envs!,
    cec: sources.cec!,
  };
  const unused = [...faults.keys()].filter((code) => {
    const [room, kind] = code.split("/") as [string, string];
    return !all.includes(`"${code}"`) && !byKind[room]?.includes(`"${kind}"`);
  });
  expect(unused).toEqual([]);
});

// TypeScript refuses any other code in the TypeScript; C++ does not.
test("the addon throws no other", () => {
  const thrown = new Set(
    [...sources.native!.matchAll(/"((?:torch|data|io)\/[a-z-]+)"/g)].map(([, code]) => code!),
  );
  expect(thrown.size).toBeGreaterThan(5);
  expect([...thrown].filter((code) => !faults.has(code))).toEqual([]);
});

test("errors are made of the coded class; plain ones are few: mistakes of ours, or caught where they are made", () => {
  const plain = Object.entries(sources).map(([name, text]) => [
    name,
    [...text.matchAll(/throw new (?:Error|RangeError|TypeError)\(/g)].length,
  ]);
  expect(Object.fromEntries(plain)).toEqual({
    torch: 1,
    native: 0,
    lab: 2,
    envs: 0,
    cec: 0,
    flossing: 2,
    ocra: 1,
    cli: 0,
  });
});
