// What a run reads is part of what it is: kept, compared, and told apart.
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createRun,
  defineExperiment,
  type Experiment,
  executeRun,
  LabError,
  option,
  prepareRun,
  readInputs,
  resolveConfig,
} from "@throughline/lab";
import { afterAll, describe, expect, test } from "vitest";
import { z } from "zod";

const root = mkdtempSync(join(tmpdir(), "throughline-inputs-"));
afterAll(() => rmSync(root, { recursive: true }));
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** What the last run was told of its file. */
let seen: unknown;
let checks = 0;

const reader = defineExperiment({
  name: "test/reader",
  purpose: "Reads a file",
  config: {
    file: option(z.string().default(""), "What is read."),
    steps: option(z.int().default(4), "How long.", "steps"),
  },
  presets: {},
  async check({ steps }, _root, sources) {
    checks += 1;
    if (steps > 100) throw new LabError("lab/config", `--steps is ${steps} (${sources.steps})`);
  },
  async inputs({ file }) {
    return { data: file === "" ? undefined : file };
  },
  async run(context) {
    seen = context.input("data");
    const stop = context.config.steps === 5;
    await context.loop("train", { steps: context.config.steps, checkpointEvery: 1 }, (step) => {
      if (stop && step === 3 && process.env.GO_ON === undefined) throw new Error("stopped here");
      return { loss: 1 };
    });
    return {};
  },
}) as unknown as Experiment;

let made = 0;
function file(content: string): string {
  const path = join(root, `data-${made++}.txt`);
  writeFileSync(path, content);
  return path;
}

const resolved = (...overrides: string[]) =>
  resolveConfig(reader, { overrides: ["threads=1", ...overrides] });

describe("prepareRun", () => {
  test("checks, with the sources of values, and takes fingerprints", async () => {
    const path = file("one");
    const { inputs } = await prepareRun(reader, resolved(`file=${path}`), root);
    expect(inputs).toEqual({ data: { path, sha256: sha256("one") } });
    await expect(prepareRun(reader, resolved("steps=101"), root)).rejects.toThrow("--steps is 101 (flag)");
    expect((await prepareRun(reader, resolved(), root)).inputs).toEqual({});
  });

  test("refuses devices that are not there, and files that cannot be read", async () => {
    const before = checks;
    await expect(prepareRun(reader, resolved("device=cuda:7"), root)).rejects.toThrow(
      /there is no device cuda:7 here; there are cpu/,
    );
    expect(checks).toBe(before);
    await expect(prepareRun(reader, resolved("file=/nowhere/x"), root)).rejects.toThrow(
      expect.objectContaining({
        code: "lab/inputs",
        message: expect.stringMatching(/^data x: .*no such file/),
      }),
    );
  });
});

describe("a run", () => {
  test("keeps where its inputs are, and tells the experiment", async () => {
    const path = file("two");
    const run = createRun(reader, await prepareRun(reader, resolved(`file=${path}`), root), { root });
    expect(JSON.parse(readFileSync(join(run, "inputs.json"), "utf8"))).toEqual({
      data: { path, sha256: sha256("two") },
    });
    expect((await executeRun(run, reader)).status).toBe("finished");
    expect(seen).toEqual({ path, sha256: sha256("two") });
  });

  test("that was made without looking looks when it begins", async () => {
    const path = file("three");
    const run = createRun(reader, resolved(`file=${path}`), { root });
    expect(readInputs(run)).toBeUndefined();
    await executeRun(run, reader);
    expect(readInputs(run)).toEqual({ data: { path, sha256: sha256("three") } });
  });

  test("is not gone on with when they have changed or are gone; it is when they are back", async () => {
    const path = file("four");
    const run = createRun(reader, await prepareRun(reader, resolved(`file=${path}`, "steps=5"), root), {
      root,
    });
    expect((await executeRun(run, reader)).status).toBe("failed");
    writeFileSync(path, "five");
    const before = readFileSync(join(run, "state.json"), "utf8");
    const error = expect.objectContaining({
      code: "lab/inputs",
      message: `${path} (data) has changed since the run began: its SHA-256 was ${sha256("four").slice(0, 12)}… and is ${sha256("five").slice(0, 12)}…; restore the old content, or start anew`,
    });
    await expect(executeRun(run, reader)).rejects.toThrow(error);
    rmSync(path);
    await expect(executeRun(run, reader)).rejects.toThrow(/^data .*no such file/);
    expect(readFileSync(join(run, "state.json"), "utf8")).toBe(before);
    writeFileSync(path, "four");
    process.env.GO_ON = "yes";
    try {
      expect((await executeRun(run, reader)).status).toBe("finished");
    } finally {
      delete process.env.GO_ON;
    }
  });

  test("of an earlier version, without fingerprints, goes on and is readable", async () => {
    const path = file("six");
    const run = createRun(reader, resolved(`file=${path}`, "steps=5"), { root });
    await executeRun(run, reader);
    rmSync(join(run, "inputs.json"));
    writeFileSync(path, "changed");
    process.env.GO_ON = "yes";
    try {
      expect((await executeRun(run, reader)).status).toBe("finished");
    } finally {
      delete process.env.GO_ON;
    }
    expect(seen).toBeUndefined();
    expect(readInputs(run)).toBeUndefined();
  });

  test("whose list of inputs is damaged says so", () => {
    const run = createRun(reader, resolved(), { root });
    writeFileSync(join(run, "inputs.json"), '{"data": null}');
    expect(() => readInputs(run)).toThrow(expect.objectContaining({ code: "lab/damaged" }));
  });
});

test("a folder is one input, whatever is deep in it", async () => {
  const folder = join(root, "folder");
  mkdirSync(join(folder, "deep"), { recursive: true });
  writeFileSync(join(folder, "deep", "a"), "1");
  const before = await prepareRun(reader, resolved(`file=${folder}`), root);
  writeFileSync(join(folder, "deep", "a"), "2");
  const after = await prepareRun(reader, resolved(`file=${folder}`), root);
  expect(after.inputs!.data!.sha256).not.toBe(before.inputs!.data!.sha256);
});
