import { createHash } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { NpzReader } from "../../src/io/npy/npz.js";
import { readNpy } from "../../src/io/npy/read.js";
import { PtReader } from "../../src/io/pt/read.js";
import { SafetensorsReader } from "../../src/io/safetensors/read.js";
import type { ByteSource } from "../../src/io/source.js";
import {
  expectRefusal,
  type Facts,
  type FixtureEntry,
  facts,
  fixture,
  fixtureFolder,
  manifest,
  source,
} from "./helpers.js";

function read(name: string, from: ByteSource): unknown {
  if (name.endsWith(".npy")) return readNpy(from);
  if (name.endsWith(".npz")) {
    const npz = new NpzReader(from);
    return new Map(npz.names.map((key) => [key, facts(npz.read(key))]));
  }
  if (name.endsWith(".pt")) return new PtReader(from).tree((raw) => raw);
  const reader = new SafetensorsReader(from);
  return new Map(reader.names.map((key) => [key, facts(reader.read(key))]));
}

const asMap = (record: Record<string, Facts>) => new Map(Object.entries(record));

function check(name: string, entry: FixtureEntry): void {
  const from = source(fixture(name), name);
  if (entry.refused) expectRefusal(() => read(name, from), entry.refused, `${name}: `);
  else if (entry.array) expect(facts(readNpy(from))).toEqual(entry.array);
  else if (entry.state) expect(new PtReader(from).stateDict(facts)).toEqual(asMap(entry.state));
  else if (entry.arrays ?? entry.tensors)
    expect(read(name, from)).toEqual(asMap((entry.arrays ?? entry.tensors)!));
  else expect(read(name, from)).toBeTypeOf("object");
}

describe("files made by Python", () => {
  test("every fixture has a recipe and the recorded hash", () => {
    const present = readdirSync(fixtureFolder).filter(
      (name) => name !== "manifest.json" && name !== manifest.recipe,
    );
    expect(present.sort()).toEqual(Object.keys(manifest.files).sort());
    expect(existsSync(join(fixtureFolder, manifest.recipe))).toBe(true);
    for (const [name, { sha256 }] of Object.entries(manifest.files)) {
      expect(createHash("sha256").update(fixture(name)).digest("hex"), name).toBe(sha256);
    }
  });

  for (const [name, entry] of Object.entries(manifest.files)) {
    test(`${name} ${entry.refused ? "is refused" : "holds what Python reads from it"}`, () =>
      check(name, entry));
  }

  test("reading evil.pt does not run its command", () => {
    expectRefusal(() => read("evil.pt", source(fixture("evil.pt"))), "io/unsafe", "'posix.system'");
    expect(existsSync("/tmp/throughline-pickle-was-executed")).toBe(false);
  });
});
