import { execFile } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";
import {
  data,
  dispose,
  getNumThreads,
  keep,
  rand,
  scope,
  setNumThreads,
  type Tensor,
  TorchError,
} from "@throughline/torch";
import { describe, expect, test } from "vitest";
import { checkLeaks, drain, freeze, moduleOf, release } from "./helpers.js";

checkLeaks();

const run = promisify(execFile);
const noise = moduleOf("noise.mjs");
const open = <T = unknown, B = data.Collated<T>>(options: data.ModuleLoaderOptions, module = noise) =>
  data.DataLoader.fromModule<T, B>(module, { batchSize: 3, seed: 21, ...options });

async function failure(run: () => Promise<unknown>): Promise<TorchError> {
  const error = await run().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(TorchError);
  return error as TorchError;
}

describe("the same batches for any number of workers", () => {
  test.each([
    ["shuffled", { shuffle: true }],
    ["in order, slow samples first", { options: { slow: true } }],
    ["made by an asynchronous function", { export: "later", shuffle: true }],
    ["last one dropped", { dropLast: true }],
  ])("%s", async (_, options: data.ModuleLoaderOptions) => {
    const epochs = async (workers: number) => {
      const loader = await open({ ...options, workers });
      return [await drain(loader), await drain(loader)];
    };
    const [none, one, two] = [await epochs(0), await epochs(1), await epochs(2)];
    expect(none[0]).toHaveLength(options.dropLast ? 6 : 7);
    expect(none[0]).not.toEqual(none[1]);
    expect(one).toEqual(none);
    expect(two).toEqual(none);
  });

  test("a stream, by one worker", async () => {
    const [none, one] = [await open({ export: "Stream" }), await open({ export: "Stream", workers: 1 })];
    for (let epoch = 0; epoch < 2; epoch++) expect(await drain(one)).toEqual(await drain(none));
    await expect(open({ export: "Stream", workers: 2 })).rejects.toThrow(
      "DataLoader: an IterableDataset is read by one worker; workers is 2, accepted: 0 or 1",
    );
  });

  test("resumed in the middle of an epoch, with another number of workers", async () => {
    const whole = await drain(await open({ shuffle: true }));
    const first = await open({ shuffle: true, workers: 2 });
    const seen = await drain(first, 3);
    const resumed = await open({ shuffle: true, workers: 1, seed: 0 });
    resumed.restore(JSON.parse(JSON.stringify(first.state())));
    expect([...seen, ...(await drain(resumed))]).toEqual(whole);
  });
});

describe("handing over", () => {
  test("does not copy, and workers compute on one thread each", async () => {
    const threads = getNumThreads();
    setNumThreads(threads + 1);
    type Batch = { images: Tensor; at: number; threads: number };
    for await (const batch of await open<unknown, Batch>({ collate: "located", workers: 2 })) {
      expect(batch.images.dataPointer).toBe(batch.at);
      expect(batch.threads).toBe(1);
    }
    expect(getNumThreads()).toBe(threads + 1);
    const code = 'import("@throughline/torch").then((t) => parentPort.postMessage(t.getNumThreads()))';
    const other = new Worker(`const { parentPort } = require("node:worker_threads"); ${code}`, {
      eval: true,
    });
    const [[count]] = await Promise.all([once(other, "message"), once(other, "exit")]);
    expect(count).toBe(threads + 1);
    setNumThreads(threads);
  });

  test("tensors among the options are shared with every worker", async () => {
    const tensor = keep(rand([100]));
    const loader = await open<unknown, { pointer: number }>({
      export: "Holder",
      collate: "sharedAt",
      options: { tensor },
      workers: 2,
    });
    for await (const { pointer } of loader) expect(pointer).toBe(tensor.dataPointer);
    tensor.dispose();
  });

  test("big batches: at most workers · prefetch are ahead", async () => {
    const loader = await open<Tensor>({ export: "Big", batchSize: 2, workers: 1, prefetch: 1 });
    const shapes: number[][] = [];
    for await (const batch of loader) shapes.push(batch.shape);
    expect(shapes).toEqual([
      [2, 512, 1024],
      [2, 512, 1024],
    ]);
  });

  test("prefetch bounds how far a sampler is read ahead", async () => {
    let asked = 0;
    class Counting extends data.Sampler<number[]> {
      readonly length = 50;
      *order(): Iterable<number[]> {
        for (let i = 0; i < 50; i++) {
          asked++;
          yield [i % 20];
        }
      }
    }
    const loader = await data.DataLoader.fromModule(noise, {
      batchSampler: new Counting(),
      workers: 2,
      prefetch: 3,
      seed: 0,
    });
    let taken = 0;
    for await (const _ of loader) {
      taken++;
      expect(asked).toBeLessThanOrEqual(taken + 6);
    }
    expect(taken).toBe(50);
  });
});

describe("ending", () => {
  test.each([1, 2])("an early break stops %i workers and releases what they had made", async (workers) => {
    const loader = await open({ workers, prefetch: 4 });
    for await (const batch of loader) {
      release(batch);
      break;
    }
    expect(loader.state()).toMatchObject({ epoch: 0, position: 1 });
  });

  test("an error in the loop's body likewise", async () => {
    const loader = await open({ workers: 2 });
    const loop = async () => {
      for await (const batch of loader) {
        release(batch);
        throw new Error("mine");
      }
    };
    await expect(loop()).rejects.toThrow("mine");
  });

  test("a worker that hangs is ended all the same", async () => {
    const loader = await open({ options: { fail: { index: 4, how: "hangs" } }, workers: 1 });
    expect(await drain(loader, 1)).toHaveLength(1);
  });

  test.each([
    ["end", "end 100\n"],
    ["break", "break 3\n"],
    ["abandon", "abandon 1\n"],
    ["throw", "sample 9 of Noise: RangeError: nothing at 9\nthrow 2\n"],
  ])("the process ends after: %s", async (how, output) => {
    const script = fileURLToPath(moduleOf("leave.mjs"));
    const { stdout } = await run(process.execPath, [script, how], { timeout: 600_000 });
    expect(stdout).toBe(output);
  });
});

describe("errors", () => {
  test("of a sample are the same with and without workers, in their place, with the original's stack", async () => {
    const options = { fail: { index: 7, how: "throws" } };
    const collected: unknown[][] = [];
    const errors: TorchError[] = [];
    for (const workers of [0, 2]) {
      const loader = await open({ options, workers });
      const seen: unknown[] = [];
      errors.push(
        await failure(async () => {
          for await (const batch of loader) seen.push(freeze(batch));
        }),
      );
      collected.push(seen);
    }
    expect(collected[1]).toEqual(collected[0]);
    expect(collected[0]).toHaveLength(2);
    for (const error of errors) {
      expect(error.code).toBe("data/sample");
      expect(error.message).toBe("sample 7 of Noise: RangeError: nothing at 7");
      expect(error.cause).toMatchObject({ name: "RangeError", message: "nothing at 7" });
      expect((error.cause as Error).stack).toContain("noise.mjs");
    }
  });

  test("of collation and of sending", async () => {
    const message = async (options: data.ModuleLoaderOptions) =>
      (await failure(async () => drain(await open(options)))).message;
    const ragged = { options: { fail: { index: 1, how: "ragged" } }, workers: 1, batchSize: 4 };
    expect(await message(ragged)).toContain(
      "batch [0, 1, 2, 3] of Noise: collate: at image: sample 2 has f32[1], sample 0 has f32[2,3]",
    );
    expect(await message({ collate: "boxed", workers: 1 })).toBe(
      "batch [0, 1, 2] of Noise cannot be sent to the main thread: it is or holds a tensor or generator inside a Box; " +
        "between threads, tensors travel in arrays and plain objects",
    );
    expect(await message({ collate: "unclonable", workers: 1 })).toMatch(
      /^batch \[0, 1, 2\] of Noise cannot be sent to the main thread: DataCloneError: .*could not be cloned/,
    );
  });

  test("of a stream", async () => {
    const loader = await open({ export: "Stream", options: { failAt: 4 }, workers: 1 });
    expect((await failure(() => drain(loader))).message).toBe("sample 4 of Stream: the stream broke");
  });

  test("of the worker itself say what it was at", async () => {
    const exits = await open({ options: { fail: { index: 4, how: "exits" } }, workers: 1, prefetch: 1 });
    const error = await failure(() => drain(exits));
    expect(error).toMatchObject({
      code: "data/worker",
      message: "worker of Noise failed at batch [3, 4, 5]: it stopped with exit code 7",
    });
    const crashes = await open({ options: { fail: { index: 4, how: "crashes" } }, workers: 1, prefetch: 2 });
    expect((await failure(() => drain(crashes))).message).toMatch(
      /^worker of Noise failed.*: out of the blue$/,
    );
  });

  test.each<[string, data.ModuleLoaderOptions, string | RegExp]>([
    [
      "noise.mjs",
      { export: "Nose" },
      /^dataset module .*noise\.mjs: has no export 'Nose'; it exports .*Stream/,
    ],
    [
      "noise.mjs",
      { export: "number" },
      /export 'number' gave 5; accepted: a dataset \(length and get, or iterate\)/,
    ],
    ["noise.mjs", { export: "wrong" }, "export 'wrong' gave a Object"],
    ["noise.mjs", { export: "fails" }, "export 'fails' failed: no such folder"],
    ["noise.mjs", { collate: "number" }, "export 'number' is 5; a collate function is needed"],
    ["broken.mjs", {}, /^dataset module .*broken\.mjs does not load: half written$/],
    ["absent.mjs", {}, /^dataset module .*absent\.mjs does not load: .*Cannot find module/],
    ["noise.mjs", { workers: -1 }, "DataLoader: workers is -1, accepted: a whole number from 0 to 256"],
    ["noise.mjs", { prefetch: 0 }, "DataLoader: prefetch is 0"],
  ])("%s %j", async (file, options, text) => {
    await expect(open(options, moduleOf(file))).rejects.toThrow(text);
  });

  test("sync() with workers is refused", async () => {
    const loader = await open({ workers: 1 });
    expect(() => loader.sync()).toThrow(
      "DataLoader: sync() cannot wait for workers; use `for await`, or workers: 0",
    );
  });
});

test("epoch after epoch leaves nothing behind", async () => {
  const loader = await open<{ image: Tensor }>({ shuffle: true, workers: 2 });
  for (let epoch = 0; epoch < 3; epoch++) {
    for await (const batch of loader) scope(() => batch.image.sum().item());
  }
  const path = fileURLToPath(noise);
  const local = await data.DataLoader.fromModule(path, { releaseBatches: false, batchSize: 20 });
  for (const batch of local.sync()) dispose(batch);
});
