// `throughline import`: a file for `--pretrained` out of weights of others; and what is said of mistakes.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CecPolicy } from "@throughline/cec";
import { SlotAutoencoder } from "@throughline/ocra";
import { io, type Tensor, zeros } from "@throughline/torch";
import { afterAll, beforeAll, expect, test } from "vitest";
import { json, throughline } from "./support/cli.js";

const cwd = mkdtempSync(join(tmpdir(), "throughline-import-"));
const at = { cwd };
afterAll(() => rmSync(cwd, { recursive: true, force: true }));
beforeAll(() => {
  const model = new SlotAutoencoder({ resolution: 32, dim: 8 });
  io.saveSafetensors(join(cwd, "slots.safetensors"), model.stateDict() as Record<string, Tensor>, {});
  const policy = new CecPolicy({
    inputs: { image: { kind: "convnet", height: 24, width: 32, channels: [4, 8], features: 12 } },
    ...{ actions: { count: 5 }, width: 16, layers: 1, heads: 2, window: 6 },
  });
  io.saveSafetensors(join(cwd, "policy.safetensors"), policy.stateDict(), {});
  io.saveSafetensors(join(cwd, "other.safetensors"), { weight: zeros([2, 2]) }, {});
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

test("a policy of CEC is known by its tensors", async () => {
  const command = ["import", "policy.safetensors", "--height", "24", "--width", "32", "--json"];
  const found = json(await throughline(command, at));
  expect(found).toMatchObject({ kind: "cec", model: { window: 6, heads: 2, actions: { count: 5 } } });
  expect(existsSync(join(cwd, found.file as string))).toBe(true);
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
  [
    ["other.safetensors"],
    "other.safetensors holds none of these: a slot autoencoder or OCRA's reasoning module, a policy of CEC",
  ],
  [
    ["policy.safetensors", "--slots", "3"],
    "policy.safetensors holds a policy of CEC, which --slots is not for; accepted: --height, --width",
  ],
  [["policy.safetensors", "--out", "other.safetensors"], "other.safetensors exists already"],
  [["policy.safetensors", "--out", "new.safetensors"], "give their --height and --width"],
])("%j is refused", async (operands, sentence) => {
  const { code, stderr } = await throughline(["import", ...operands], at);
  expect(code).toBe(2);
  expect(stderr).toContain(sentence);
});
