// Damaged checkpoints: the run goes on from the last one that is whole, says so, and ends with the same numbers.
import { cpSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createRun, executeRun, LabError, readRun, resolveConfig } from "@throughline/lab";
import { fileFolder } from "@throughline/testing/folders";
import { beforeAll, expect, test } from "vitest";
import { results, runAt } from "../support/processes.js";
import { tiny, troubles } from "../support/tiny.mjs";

const root = fileFolder();
const overrides = ["threads=1", "steps=20", "checkpointEvery=4"];
let broken: string;
let whole: Record<string, unknown>;

beforeAll(async () => {
  const request = resolveConfig(tiny, { overrides });
  await executeRun(createRun(tiny, request, { root, name: "untouched" }), tiny);
  whole = results(runAt(root, "untouched"));
  broken = createRun(tiny, request, { root, name: "broken" });
  // In the first loop, so that no end of a loop is among the checkpoints.
  troubles.throw = 17;
  expect((await executeRun(broken, tiny)).status).toBe("failed");
  delete troubles.throw;
  const names = readdirSync(join(broken, "checkpoints"));
  expect(names).toEqual(expect.arrayContaining(["step-00000008", "step-00000012", "step-00000016"]));
});

/** Goes on with a copy of the broken run after `harm`. @returns what was said */
async function resumeAfter(name: string, harm: (checkpoints: string) => void): Promise<string[]> {
  const copy = join(root, name);
  cpSync(broken, copy, { recursive: true });
  harm(join(copy, "checkpoints"));
  const said: string[] = [];
  const reporter = { progress() {}, end() {}, message: (text: string) => void said.push(text) };
  const outcome = await executeRun(copy, tiny, { reporter });
  expect(outcome.error).toBeUndefined();
  expect(outcome.exitCode).toBe(0);
  expect(results(copy)).toEqual(whole);
  return said;
}

/** Turns one bit of a file around. */
function flip(file: string, at: number, bit = 2): void {
  const bytes = readFileSync(file);
  bytes[at]! ^= 1 << bit;
  writeFileSync(file, bytes);
}

const newest = "step-00000016";
const at = (run: string, name: string): string => join(root, run, "checkpoints", name);

test("a file of tensors that is cut short", async () => {
  const said = await resumeAfter("cut", (folder) =>
    truncateSync(join(folder, newest, "tensors.safetensors"), 1000),
  );
  expect(said[0]).toMatch(
    /^checkpoint \S+\/checkpoints\/step-00000016 is damaged: its tensors take 1000 bytes rather than \d+$/,
  );
  expect(said[1]).toBe("resuming from checkpoint step-00000012");
});

test("one bit of the tensors", async () => {
  const said = await resumeAfter("flip", (folder) => flip(join(folder, newest, "tensors.safetensors"), 5000));
  expect(said[0]).toBe(
    `checkpoint ${at("flip", newest)} is damaged: its tensors do not match their checksum`,
  );
  expect(said[1]).toBe("resuming from checkpoint step-00000012");
});

test("one number of the state, and a state that is no JSON", async () => {
  const said = await resumeAfter("state", (folder) => {
    const file = join(folder, newest, "state.json");
    writeFileSync(file, readFileSync(file, "utf8").replace('"steps": 16', '"steps": 17'));
    truncateSync(join(folder, "step-00000012", "state.json"), 100);
  });
  expect(said[0]).toBe(
    `checkpoint ${at("state", newest)} is damaged: its state.json does not match its checksum`,
  );
  expect(said[1]).toMatch(/step-00000012.state\.json is damaged: /);
  // The best step's, which was taken between two others.
  expect(said[2]).toBe("resuming from checkpoint step-00000011");
});

test("metrics that are gone, files that are missing", async () => {
  const said = await resumeAfter("lines", (folder) => {
    const metrics = join(folder, "..", "metrics.jsonl");
    const text = readFileSync(metrics, "utf8");
    truncateSync(metrics, text.indexOf('"step":13'));
    rmSync(join(folder, "step-00000012", "tensors.safetensors"));
  });
  expect(said[0]).toBe(
    `checkpoint ${at("lines", newest)} cannot be used: metrics.jsonl has lost lines that belong to it`,
  );
  expect(said[1]).toBe(`checkpoint ${at("lines", "step-00000012")} is damaged: its tensors are missing`);
  // The best step's, which was taken between two others.
  expect(said[2]).toBe("resuming from checkpoint step-00000011");
});

test("no checkpoint is whole: the run starts over", async () => {
  const said = await resumeAfter("none", (folder) => {
    for (const name of readdirSync(folder)) {
      if (name.startsWith("step-")) rmSync(join(folder, name, "state.json"));
    }
  });
  expect(said).toContain(`checkpoint ${at("none", "step-00000008")} is damaged: it has no state.json`);
  expect(said.at(-2)).toBe("no usable checkpoint is left; starting over");
});

test("the end of an earlier loop is damaged: the run says what that may mean and goes on", async () => {
  const run = createRun(tiny, resolveConfig(tiny, { overrides }), { root, name: "end" });
  troubles.second = 10;
  expect((await executeRun(run, tiny)).error?.message).toBe(
    "the experiment has a mistake in its second loop",
  );
  delete troubles.second;
  flip(join(run, "checkpoints", "step-00000020", "tensors.safetensors"), 5000);
  const said: string[] = [];
  const reporter = { progress() {}, end() {}, message: (text: string) => void said.push(text) };
  expect((await executeRun(run, tiny, { reporter })).status).toBe("finished");
  expect(said).toContain(
    `checkpoint ${join(run, "checkpoints", "step-00000020")} is damaged: its tensors do not match their checksum; ` +
      "results of the code after loop first may differ from those of the first time",
  );
  expect(results(run).weights).toBe(whole.weights);
});

/** The sentence with which a copy of the broken run is refused after `harm`; nothing in it may have been touched. */
async function refusalAfter(name: string, harm: (run: string) => void): Promise<string> {
  const copy = join(root, name);
  cpSync(broken, copy, { recursive: true });
  harm(copy);
  const before = everything(copy);
  const error = await executeRun(copy, tiny).then(
    () => undefined,
    (thrown: LabError) => thrown,
  );
  if (error === undefined) return "it was resumed";
  expect(error).toBeInstanceOf(LabError);
  expect(everything(copy)).toEqual(before);
  rmSync(copy, { recursive: true });
  return error.message;
}

/** All files below a folder, with their contents; `log.txt` says what was found. */
function everything(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    (name) => name !== "log.txt",
  );
  const paths = names.filter((name) => statSync(join(folder, name)).isFile());
  return Object.fromEntries(paths.map((name) => [name, readFileSync(join(folder, name), "base64")]));
}

test("one bit of the metrics before the checkpoint, wherever it is: refused, with what can be done", async () => {
  const state = readFileSync(join(broken, "checkpoints", newest, "state.json"), "utf8");
  const { metricsBytes } = (JSON.parse(state) as { state: { metricsBytes: number } }).state;
  expect(metricsBytes).toBeGreaterThan(1000);
  for (let i = 0; i < 48; i++) {
    const at = Math.floor((i * (metricsBytes - 1)) / 47);
    const name = `metrics-${i}`;
    const path = join(root, name);
    expect(await refusalAfter(name, (run) => flip(join(run, "metrics.jsonl"), at, i % 8))).toBe(
      `${join(path, "metrics.jsonl")} is damaged: its first ${metricsBytes} bytes do not match their checksum in checkpoint ` +
        `${newest}; restore it from a copy, or remove ${join(path, "checkpoints", newest)} to resume from an earlier checkpoint`,
    );
  }
});

test("lines after the checkpoint are not its own: whatever they say, they are logged again", async () => {
  await resumeAfter("beyond", (checkpoints) => {
    const metrics = join(checkpoints, "..", "metrics.jsonl");
    writeFileSync(metrics, `${readFileSync(metrics, "utf8").replace(/"step":16,/, '"step":99,')}{"loop`);
  });
});

test("one bit of the options, wherever it is: refused", async () => {
  const size = statSync(join(broken, "config.json")).size;
  for (let i = 0; i < 48; i++) {
    const at = Math.floor((i * (size - 1)) / 47);
    const said = await refusalAfter(`config-${i}`, (run) => flip(join(run, "config.json"), at, i % 8));
    expect(said, `byte ${at}, bit ${i % 8}`).toMatch(
      /config-\d+\/config\.json (is damaged: |has changed since)|has no/,
    );
  }
});

test("options that were edited by hand: refused, until they are as they were; another layout is no edit", async () => {
  const edit = (run: string): void => {
    const file = join(run, "config.json");
    const config = JSON.parse(readFileSync(file, "utf8"));
    config.options.learningRate.value = 0.5;
    writeFileSync(file, JSON.stringify(config, null, 2));
  };
  expect(await refusalAfter("edited", edit)).toBe(
    `${join(root, "edited", "config.json")} has changed since the run was created; restore it, or start a ` +
      "new run with other options",
  );
  await resumeAfter("layout", (checkpoints) => {
    const file = join(checkpoints, "..", "config.json");
    writeFileSync(file, JSON.stringify(JSON.parse(readFileSync(file, "utf8"))));
  });
});

/** JSON that is well-formed and not what is expected. */
const wrong = ["null", "{}", "[]", "7", '"x"', "true"];

test.each(["config.json", "state.json"])("%s of a wrong shape is named, in one sentence", async (file) => {
  for (const [i, text] of [...wrong, '{"version":1,"options":null}', '{"status":"running"}'].entries()) {
    const name = `shape-${file}-${i}`;
    const sentence = new RegExp(`^${join(root, name, file)} is damaged: .+ is .+, and .+ is expected$`);
    expect(await refusalAfter(name, (run) => writeFileSync(join(run, file), text))).toMatch(sentence);
  }
});

test.each(wrong)("%s as summary, environment, pointers or state of a checkpoint", async (text) => {
  const copy = join(root, `others-${wrong.indexOf(text)}`);
  cpSync(broken, copy, { recursive: true });
  const isObject = text === "{}";
  for (const [file, look] of [
    ["summary.json", () => readRun(copy)],
    ["environment.json", () => readRun(copy).environment],
  ] as const) {
    writeFileSync(join(copy, file), text);
    if (isObject) expect(look()).toBeDefined();
    else expect(look).toThrow(`${join(copy, file)} is damaged: it is ${text}, and an object is expected`);
    rmSync(join(copy, file));
  }
  writeFileSync(join(copy, "checkpoints", "pointers.json"), text);
  writeFileSync(join(copy, "checkpoints", newest, "state.json"), text);
  const said: string[] = [];
  const reporter = { progress() {}, end() {}, message: (message: string) => void said.push(message) };
  expect((await executeRun(copy, tiny, { reporter })).status).toBe("finished");
  expect(said[0]).toMatch(/step-00000016\/state\.json is damaged: .+ is expected$/);
  expect(results(copy)).toEqual(whole);
});

test("damaged files of the run itself are named", () => {
  const copy = join(root, "damaged");
  cpSync(broken, copy, { recursive: true });
  truncateSync(join(copy, "config.json"), 20);
  expect(() => readRun(copy)).toThrow(/^.*damaged.config\.json is damaged: /);
  rmSync(join(copy, "config.json"));
  expect(() => readRun(copy)).toThrow(/damaged is not a run: it has no config\.json$/);
});
