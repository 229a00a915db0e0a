// The loader: the same batches whatever the number of threads, exact resumption, and ends.
import { createHash } from "node:crypto";
import { appendFileSync, cpSync, readFileSync, truncateSync } from "node:fs";
import { join } from "node:path";
import type { Worker } from "node:worker_threads";
import {
  Curriculum,
  LearningHistory,
  type SequenceBatch,
  SequenceLoader,
  type SequenceLoaderOptions,
  sampling,
  spacedLevels,
} from "@throughline/cec";
import { EpisodeReader } from "@throughline/envs";
import { fileFolder, testFolder } from "@throughline/testing/folders";
import { checkLeaks } from "@throughline/testing/leaks";
import { scope, type Tensor } from "@throughline/torch";
import { afterAll, afterEach, expect, onTestFinished, test } from "vitest";
import { gradedStore } from "../curricula/support/graded.js";

checkLeaks();

const folder = join(fileFolder(), "store");
const store = gradedStore({ folder });
afterAll(() => store.close());

/** 20 samples an epoch. */
const curriculumOf = (reader: EpisodeReader) =>
  new Curriculum(
    spacedLevels(
      [0, 1].map((level) => new LearningHistory(reader, { level, gate: false })),
      { episodes: 20 },
    ),
    { sampling: sampling.taskDifficulty({ most: 2 }) },
  );
const curriculum = curriculumOf(store);

const open: SequenceLoader[] = [];
afterEach(async () => {
  for (const loader of open.splice(0)) await loader.close();
});

function loaderOf(options: Partial<SequenceLoaderOptions> = {}, of = curriculum): SequenceLoader {
  const loader = new SequenceLoader(of, { seed: 4, batch: 3, chunk: 8, ...options });
  open.push(loader);
  return loader;
}

const digest = (tensor: Tensor): string =>
  createHash("sha256").update(new Uint8Array(tensor.toTypedArray().buffer)).digest("hex");

/** Everything of a batch, as hashes. */
function plain({ observations, previous, ...rest }: SequenceBatch): unknown {
  const values = (tensors: Readonly<Record<string, Tensor | undefined>>) =>
    Object.fromEntries(
      Object.entries(tensors).flatMap(([name, tensor]) =>
        tensor === undefined ? [] : [[name, [tensor.dtype, tensor.shape, digest(tensor)]]],
      ),
    );
  return [values(observations), values({ ...previous }), values({ ...rest } as Record<string, Tensor>)];
}

async function take(loader: SequenceLoader, count: number): Promise<unknown[]> {
  const batches: unknown[] = [];
  for (let at = 0; at < count; at++) batches.push(plain(await loader.next()));
  return batches;
}

/** Threads that were started while the test ran. */
function workersOf(): Worker[] {
  const workers: Worker[] = [];
  const note = (worker: Worker) => void workers.push(worker);
  process.on("worker", note);
  onTestFinished(() => void process.off("worker", note));
  return workers;
}

test("batches are those of the samples in order, through epochs, whatever the number of threads", async () => {
  const here = await take(loaderOf({ workers: 0, returns: "future" }), 9);
  expect(new Set(here.map((batch) => JSON.stringify(batch))).size).toBe(9);
  expect(await take(loaderOf({ workers: 1, returns: "future" }), 9)).toEqual(here);
  expect(await take(loaderOf({ workers: 3, prefetch: 1, returns: "future", cacheBytes: 0 }), 9)).toEqual(
    here,
  );
  // The seventh batch begins with samples 18 and 19 of epoch 0 and goes on with 0 of epoch 1.
  const episodes = [18, 19, 20].map((number) => {
    const place = { seed: 4, epoch: Math.floor(number / 20), index: number % 20 };
    return curriculum.sequence(place).reduce((sum, { length }) => sum + length, 0);
  });
  const loader = loaderOf({ workers: 0 });
  for (let at = 0; at < 6; at++) await loader.next();
  const { counted } = await loader.next();
  expect(scope(() => counted.sum({ dim: 1 }).toArray())).toEqual(episodes);
});

test.each([0, 1, 2])(
  "resumed from its place with %i threads, it goes on with the batches that were to come",
  async (workers) => {
    const whole = await take(loaderOf({ workers: 0 }), 10);
    const first = loaderOf({ workers: 1 });
    expect(first.stateDict()).toEqual({ seed: 4, epoch: 0, index: 0 });
    expect(await take(first, 7)).toEqual(whole.slice(0, 7));
    const state = JSON.parse(JSON.stringify(first.stateDict()));
    expect(state).toEqual({ seed: 4, epoch: 1, index: 1 });
    const second = loaderOf({ workers, seed: 99 });
    await second.next(); // threads are at work when the state comes
    second.loadStateDict(state);
    expect(second.stateDict()).toEqual(state);
    expect(await take(second, 3)).toEqual(whole.slice(7));
  },
);

test("a state of another curriculum is refused", () => {
  const loader = loaderOf();
  expect(() => loader.loadStateDict({ seed: 1, epoch: 0, index: 20 })).toThrow(
    'SequenceLoader: the state is {"seed":1,"epoch":0,"index":20}, accepted: that of a loader with 20 samples an epoch',
  );
  expect(() => loader.loadStateDict({} as never)).toThrow("SequenceLoader: the state is");
});

test("a thread that dies is an error that names it, and what it was at; the loader can go on", async () => {
  const whole = await take(loaderOf({ workers: 0 }), 4);
  const workers = workersOf();
  const loader = loaderOf({ workers: 1, prefetch: 1 });
  expect(await take(loader, 1)).toEqual(whole.slice(0, 1));
  expect(workers).toHaveLength(1);
  await workers[0]!.terminate();
  const error = await (async () => {
    // What it had made before may still come.
    for (let at = 1; at < 4; at++) await loader.next();
  })().then(
    () => undefined,
    (reason: Error & { code: string }) => reason,
  );
  expect(error?.code).toBe("data/worker");
  expect(error?.message).toMatch(
    /^worker of SequenceSet failed( at batch \[\d+, \d+, \d+\])?: it stopped with exit code 1$/,
  );
  const { index } = loader.stateDict();
  expect(await take(loader, 4 - index / 3)).toEqual(whole.slice(index / 3));
});

test("close ends the threads, releases what they made, and refuses more", async () => {
  const workers = workersOf();
  const loader = loaderOf({ workers: 2, prefetch: 3 });
  await loader.next();
  expect(workers).toHaveLength(2);
  await loader.close();
  expect(workers.map(({ threadId }) => threadId)).toEqual([-1, -1]);
  await expect(loader.next()).rejects.toThrow("SequenceLoader: it was closed");
  await loader.close();
});

test("a loader that was never asked starts nothing", async () => {
  const workers = workersOf();
  await loaderOf({ workers: 2 }).close();
  expect(workers).toEqual([]);
});

test("what becomes of its store is told: changed, cut short", async () => {
  const copy = join(testFolder(), "copy");
  cpSync(folder, copy, { recursive: true });
  const reader = new EpisodeReader(copy);
  const of = curriculumOf(reader);
  reader.close();
  const rows = join(copy, "rows.jsonl");
  const last = readFileSync(rows, "utf8").trimEnd().split("\n").at(-1)!;
  truncateSync(join(copy, "blocks.bin"), 100);
  await expect(loaderOf({ workers: 0 }, of).next()).rejects.toThrow(copy);
  appendFileSync(rows, `${last}\n`);
  await expect(loaderOf({ workers: 1 }, of).next()).rejects.toThrow(copy);
});

test("options are checked before anything starts", () => {
  expect(() => loaderOf({ batch: 0 })).toThrow("SequenceLoader: batch is 0");
  expect(() => loaderOf({ workers: -1 })).toThrow("SequenceLoader: workers is -1");
  expect(() => loaderOf({ prefetch: 0 })).toThrow("SequenceLoader: prefetch is 0");
  expect(() => loaderOf({ seed: undefined as never })).toThrow("SequenceLoader: seed is undefined");
  expect(loaderOf({ batch: 3 }).batchesPerEpoch).toBeCloseTo(20 / 3);
});
