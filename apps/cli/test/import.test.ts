// `throughline import`: a file for `--pretrained` out of weights of others; and what is said of mistakes.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SlotAutoencoder } from "@throughline/ocra";
import { io, type Tensor } from "@throughline/torch";
import { afterAll, beforeAll, expect, test } from "vitest";
import { json, throughline } from "./support/cli.js";

const cwd = mkdtempSync(join(tmpdir(), "throughline-import-"));
const at = { cwd };
afterAll(() => rmSync(cwd, { recursive: true, force: true }));
beforeAll(() => {
  const model = new SlotAutoencoder({ resolution: 32, dim: 8 });
  io.saveSafetensors(join(cwd, "slots.safetensors"), model.stateDict() as Record<string, Tensor>, {});
  writeFileSync(join(cwd, "notes.txt"), "no weights");
});

test("what it makes can be named as the encoder of a task", async () => {
  const command = ["import", "slots.safetensors", "--resolution", "32", "--pixels", "inverted", "--json"];
  const found = json(await throughline(command, at));
  expect(found).toMatchObject({ kind: "autoencoder", suite: "art", pixels: "inverted" });
  expect(existsSync(join(cwd, found.file as string))).toBe(true);
  const task = ["run", "ocra/task", "--preset", "smoke", "--pretrained", found.file as string];
  expect((await throughline(task, at)).code).toBe(0);
});

test("a file that is there already is left as it is", async () => {
  const before = readFileSync(join(cwd, "slots.safetensors"));
  const command = ["import", "slots.safetensors", "--resolution", "32", "--out", "slots.safetensors"];
  const { code, stderr } = await throughline(command, at);
  expect(code).toBe(2);
  expect(stderr).toContain("slots.safetensors exists already; name another file with --out, or delete it");
  expect(readFileSync(join(cwd, "slots.safetensors")).equals(before)).toBe(true);
});

test.each([
  [["notes.txt"], "notes.txt: its ending is '.txt'; accepted: .safetensors, .pt, .pth"],
  [["nowhere.pt"], "nowhere.pt"],
  [["slots.safetensors", "--resolution", "no"], "--resolution"],
  [["slots.safetensors", "--pixels", "grey"], "pixels"],
])("%j is refused", async (operands, sentence) => {
  const { code, stderr } = await throughline(["import", ...operands], at);
  expect(code).toBe(2);
  expect(stderr).toContain(sentence);
});
