// Any damage to any file of a run, or to a sweep's manifest: whoever looks at it gets what can be read, or one sentence that names the
// file; never another error, and never a listing that is lost for one run.
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  createRun,
  executeRun,
  LabError,
  listRuns,
  processLauncher,
  type RunRecord,
  readManifest,
  readRun,
  readSweep,
  resolveConfig,
  runSweep,
} from "@throughline/lab";
import {
  compareRuns,
  lookUp,
  overlayCurves,
  readInputs,
  runLabels,
  selectRuns,
  unknownNames,
} from "@throughline/lab/runs";
import { fileFolder } from "@throughline/testing/folders";
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { module } from "../support/launched.mjs";
import { tiny, troubles } from "../support/tiny.mjs";

const root = fileFolder();
const pristine = join(root, "pristine");
const runs = join(root, "runs");
/** A run that failed after some checkpoints; `whole`, beside it, has finished. */
let broken: string;

beforeAll(async () => {
  const request = resolveConfig(tiny, { overrides: ["threads=1", "steps=12", "checkpointEvery=4"] });
  await executeRun(createRun(tiny, request, { root: pristine, name: "whole" }), tiny);
  broken = createRun(tiny, request, { root: pristine, name: "broken" });
  troubles.throw = 10;
  await executeRun(broken, tiny);
  delete troubles.throw;
  const config = { seed: 0, device: "cpu" };
  const cells = [0, 1].map((i) => ({
    ...{ id: `cell${i}`, experiment: "test/none", preset: "default", config, sources: {} },
  }));
  const launcher = processLauncher([module]);
  await runSweep({ root: pristine, name: "sweep", cells, launcher, jobs: 2 });
});

type Harm = (bytes: Buffer) => Buffer;

const part = fc.double({ min: 0, max: 1, noNaN: true });
/** The text of the file, cut off somewhere. */
const cut: fc.Arbitrary<Harm> = part.map((at) => (bytes) => bytes.subarray(0, Math.floor(at * bytes.length)));
/** One bit somewhere. */
const flip: fc.Arbitrary<Harm> = fc.tuple(part, fc.nat(7)).map(([at, bit]) => (bytes) => {
  const copy = Buffer.from(bytes);
  if (copy.length > 0) copy[Math.min(copy.length - 1, Math.floor(at * copy.length))]! ^= 1 << bit;
  return copy;
});
/** A few bytes of something else put in. */
const insert: fc.Arbitrary<Harm> = fc
  .tuple(part, fc.uint8Array({ minLength: 1, maxLength: 6 }))
  .map(([at, more]) => (bytes) => {
    const place = Math.floor(at * bytes.length);
    return Buffer.concat([bytes.subarray(0, place), more, bytes.subarray(place)]);
  });
/** Values that code which does not look trips over. */
const wrong = fc.constantFrom<unknown>(null, [], {}, "", 0, -1, true, [null], { a: null });
/** Well-formed JSON with one value, at its top or anywhere in it, replaced by any other. */
const replace: fc.Arbitrary<Harm> = fc
  .tuple(part, fc.oneof(wrong, fc.jsonValue({ maxDepth: 2 })), fc.boolean())
  .map(([at, value, isTop]) => (bytes) => {
    const places: (readonly [Record<string, unknown>, string])[] = [];
    const collect = (node: unknown): void => {
      if (typeof node !== "object" || node === null) return;
      for (const key of Object.keys(node)) {
        places.push([node as Record<string, unknown>, key]);
        if (!isTop) collect((node as Record<string, unknown>)[key]);
      }
    };
    const lines = bytes.toString("utf8").trimEnd().split("\n");
    const isLines = lines.length > 1 && lines.every((line) => line.startsWith("{") && line.endsWith("}"));
    const tree: unknown = isLines
      ? lines.map((line) => JSON.parse(line))
      : JSON.parse(bytes.toString("utf8"));
    collect(tree);
    const place = places[Math.min(places.length - 1, Math.floor(at * places.length))];
    if (place !== undefined) place[0][place[1]] = value;
    return Buffer.from(
      isLines
        ? `${(tree as unknown[]).map((line) => JSON.stringify(line)).join("\n")}\n`
        : JSON.stringify(tree),
    );
  });
const harm = fc.oneof(cut, flip, insert, replace);

/** Fails unless what was thrown is one sentence of the lab that names a path below `where`. */
function expectSentence(error: unknown, where: string): void {
  expect(error, String((error as Error)?.stack)).toBeInstanceOf(LabError);
  const { code, message } = error as LabError;
  expect(["lab/damaged", "lab/no-run", "lab/no-sweep"]).toContain(code);
  expect(message).toContain(where);
}

/** What is given, or undefined after a sentence that names a path below `where`. */
async function attempt<T>(where: string, work: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    expectSentence(error, where);
    return undefined;
  }
}

/** Everything that looks at runs, over both. */
async function lookAtAll(path: string): Promise<void> {
  const { runs: found, problems } = listRuns(runs);
  expect(found.length + problems.length).toBe(2);
  expect(found.some(({ id }) => id === "whole")).toBe(true);
  for (const problem of problems) expect(problem).toContain(path);
  await attempt(path, () => readInputs(path));
  const record = await attempt(path, () => readRun(path));
  if (record === undefined) return;
  await attempt(path, () => record.metrics());
  await attempt(path, () => record.environment);
  const both = [readRun(join(runs, "test/tiny/whole")), record] as RunRecord[];
  for (const name of ["id", "created", "steps", "loss", "first.loss", "after", "config.threads", "nothing"])
    expect(["string", "number", "boolean", "undefined", "object"]).toContain(
      typeof (await lookUp(record, name)),
    );
  await attempt(path, async () => {
    const { config } = compareRuns(both);
    expect(runLabels(both, config)).toHaveLength(2);
    await overlayCurves(both, ["a", "b"], []);
    expect((await selectRuns(both, { sort: "loss" })).length).toBe(2);
    await unknownNames(both, ["los"]);
  });
}

const names = ["config.json", "state.json", "environment.json", "inputs.json", "metrics.jsonl"] as const;
const ofWhole = ["summary.json"] as const;

test.each([
  ...names.map((name) => ["broken", name] as const),
  ...ofWhole.map((name) => ["other", name] as const),
])("%s: %s", async (run, name) => {
  rmSync(runs, { recursive: true, force: true });
  cpSync(join(pristine, "test"), join(runs, "test"), { recursive: true });
  // A finished run beside the one that stays whole, where the file is one that only finished runs have.
  if (run === "other") {
    rmSync(join(runs, "test/tiny/broken"), { recursive: true });
    cpSync(join(runs, "test/tiny/whole"), join(runs, "test/tiny/other"), { recursive: true });
  }
  const path = join(runs, "test/tiny", run);
  const good = readFileSync(join(path, name));
  await fc.assert(
    fc.asyncProperty(harm, async (change) => {
      writeFileSync(join(path, name), change(good));
      await lookAtAll(path);
    }),
    { numRuns: 60 },
  );
});

test("the manifest of a sweep", async () => {
  const directory = join(pristine, "sweeps/sweep");
  const file = join(directory, "manifest.json");
  const good = readFileSync(file);
  await fc.assert(
    fc.asyncProperty(harm, async (change) => {
      writeFileSync(file, change(good));
      const manifest = await attempt(directory, () => readManifest(directory));
      const sweep = await attempt(directory, () => readSweep(directory));
      if (manifest !== undefined && sweep !== undefined)
        expect(sweep.cells.length).toBe(manifest.cells.length);
    }),
    { numRuns: 80 },
  );
  writeFileSync(file, good);
  expect(readSweep(directory).cells).toHaveLength(2);
});

test("files of a checkpoint: the run goes on from an earlier one, or is refused in a sentence, and ends with the same numbers", async () => {
  const weights = readFileSync(join(pristine, "test/tiny/whole/artifacts/weights.txt"), "utf8");
  const files = [
    "checkpoints/step-00000008/state.json",
    "checkpoints/step-00000008/tensors.safetensors",
    "checkpoints/pointers.json",
  ];
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...files), fc.oneof(cut, flip, insert), async (name, change) => {
      const path = join(runs, "test/tiny/broken");
      rmSync(runs, { recursive: true, force: true });
      cpSync(join(pristine, "test"), join(runs, "test"), { recursive: true });
      writeFileSync(join(path, name), change(readFileSync(join(path, name))));
      const reporter = { progress() {}, message() {}, end() {} };
      const outcome = await executeRun(path, tiny, { reporter });
      expect(outcome.error).toBeUndefined();
      expect(outcome.status).toBe("finished");
      expect(readFileSync(join(path, "artifacts/weights.txt"), "utf8")).toBe(weights);
    }),
    { numRuns: 6 },
  );
});
