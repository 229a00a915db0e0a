// export: runs in other programs' formats, and event files on the way.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { exportFormats } from "@throughline/lab";
import { fileFolder } from "@throughline/testing/folders";
import { beforeAll, describe, expect, test } from "vitest";
import { json, throughline } from "./support/cli.js";

const root = fileFolder();
const at = ["--root", root];
beforeAll(async () => {
  const { code } = await throughline([
    "run",
    "line",
    "--preset",
    "smoke",
    "--name",
    "one",
    "--tensorboard",
    ...at,
  ]);
  expect(code).toBe(0);
});

test("run --tensorboard writes an event file beside metrics.jsonl", () => {
  const run = join(root, "test", "line", "one");
  expect(existsSync(join(run, "metrics.jsonl"))).toBe(true);
  expect(readdirSync(join(run, "tensorboard"))).toEqual([
    expect.stringMatching(/^events\.out\.tfevents\.\d{10}\./),
  ]);
});

test("writes a table of the metrics and prints its path", async () => {
  const out = join(root, "out.csv");
  const { code, stdout } = await throughline(["export", "latest", "--to", "csv", "--out", out, ...at]);
  expect([code, stdout.trim()]).toEqual([0, out]);
  expect(readFileSync(out, "utf8").split("\r\n").slice(0, 2)).toEqual([
    "loop,step,time,loss,total",
    expect.stringMatching(/^train,0,[\d.e-]+,1,0$/),
  ]);
});

test("as JSON", async () => {
  const out = join(root, "events");
  const said = json(
    await throughline(["export", "one", "--to", "tensorboard", "--out", out, "--json", ...at]),
  );
  expect(said).toMatchObject({ id: "one", format: "tensorboard", files: [expect.stringContaining(out)] });
});

describe("misuse", () => {
  test.each([
    [["latest", "--out", "x"], `say what to export to: --to ${exportFormats.join("|")}`],
    [["latest", "--to", "csv"], "say where to export to: --out PATH"],
    [["latest", "--to", "xls", "--out", "x"], `Allowed choices are ${exportFormats.join(", ")}`],
    [["nothing", "--to", "csv", "--out", "x"], "there is no run nothing"],
    [["latest", "--to", "csv", "--out", root], "is there already; give csv another file"],
    [
      ["latest", "--to", "huggingface", "--out", "x"],
      "one keeps no weights: nothing that it tracks is a state dict",
    ],
  ])("%j", async (args, sentence) => {
    const { code, stderr } = await throughline(["export", ...args, ...at], { cwd: root });
    expect(code).toBe(2);
    expect(stderr).toContain(sentence);
    expect(existsSync(join(root, "x"))).toBe(false);
  });
});
