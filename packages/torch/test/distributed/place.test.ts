// What a rank is told of its place, and the samples that it takes.
import { data, distributed } from "@throughline/torch";
import { expect, it } from "vitest";

const { fromEnvironment, shareOf } = distributed;

it("reads torchrun's variables", () => {
  expect(fromEnvironment({})).toBeUndefined();
  expect(fromEnvironment({ RANK: "1", WORLD_SIZE: "4" })).toEqual({
    ...{ rank: 1, size: 4, host: "127.0.0.1", port: 29500 },
  });
  const whole = { MASTER_ADDR: "head", MASTER_PORT: "1234", LOCAL_WORLD_SIZE: "2" };
  expect(
    fromEnvironment({ RANK: "3", WORLD_SIZE: "4", ...whole, SLURM_PROCID: "9", SLURM_NTASKS: "10" }),
  ).toEqual({
    ...{ rank: 3, size: 4, host: "head", port: 1234, localSize: 2 },
  });
});

it("reads Slurm's variables", () => {
  const step = { SLURM_PROCID: "2", SLURM_NTASKS: "8", SLURM_STEP_NUM_TASKS: "4", SLURM_JOB_ID: "1000" };
  const nodes = (list: string) => ({ ...step, SLURM_STEP_NUM_NODES: "2", SLURM_STEP_NODELIST: list });
  expect(fromEnvironment(nodes("n[2-3,7],gpu1"))).toEqual({ rank: 2, size: 4, host: "n2", port: 22000 });
  expect(fromEnvironment(nodes("node07,node09"))?.host).toBe("node07");
  expect(fromEnvironment(nodes("rack[01-04]-cpu"))?.host).toBe("rack01-cpu");
  expect(fromEnvironment({ ...nodes("a,b"), SLURM_STEP_ID: "3" })?.port).toBe(22003);
  expect(fromEnvironment({ ...step, SLURM_STEP_NUM_NODES: "1" })).toMatchObject({
    host: "127.0.0.1",
    localSize: 4,
  });
});

it.each([
  [{ RANK: "2", WORLD_SIZE: "2" }, 'RANK is "2", accepted: a whole number from 0 to 1'],
  [{ RANK: "0" }, "WORLD_SIZE is not set, accepted: a whole number of at least 1"],
  [
    { RANK: "0", WORLD_SIZE: "1", MASTER_PORT: "x" },
    'MASTER_PORT is "x", accepted: a whole number from 1 to 65535',
  ],
  [{ SLURM_PROCID: "0", SLURM_NTASKS: "2" }, /neither SLURM_STEP_NODELIST nor MASTER_ADDR/],
])("refuses %j", (environment, message) => {
  expect(() => fromEnvironment(environment)).toThrow(message);
});

it("divides a batch as evenly as it can be", () => {
  const shares = [0, 1, 2].map((rank) => shareOf(8, { rank, size: 3 }));
  expect(shares).toEqual([
    { start: 0, count: 3 },
    { start: 3, count: 3 },
    { start: 6, count: 2 },
  ]);
  expect(shareOf(5)).toEqual({ start: 0, count: 5 });
  expect(() => shareOf(2, { rank: 0, size: 3 })).toThrow(
    "a batch of 2 samples cannot be shared by 3 ranks: each needs at least one",
  );
});

it("loads each rank's share of the batches that one process loads, from the same states", async () => {
  const samples = Array.from({ length: 11 }, (_, at) => at);
  const loader = (share?: distributed.Place) =>
    new data.DataLoader(
      {
        length: 11,
        get: (at: number, rng: { initialSeed: bigint }) => samples[at]! + Number(rng.initialSeed % 1n),
      },
      {
        batchSize: 5,
        shuffle: true,
        dropLast: true,
        seed: 3,
        share,
        collate: (batch: number[]) => [...batch],
      },
    );
  const passes = async (share?: distributed.Place) => {
    const found: number[][] = [];
    const one = loader(share);
    for await (const batch of one) found.push(batch);
    for await (const batch of one) found.push(batch);
    return { found, state: one.state() };
  };
  const alone = await passes();
  const ranks = await Promise.all([0, 1].map((rank) => passes({ rank, size: 2 })));
  expect(alone.found).toHaveLength(4);
  expect(alone.found.map((_, at) => ranks.flatMap(({ found }) => found[at]!))).toEqual(alone.found);
  for (const { state } of ranks) expect(state).toEqual(alone.state);
});

// torch 2.13.0: list(DistributedSampler(range(length), numReplicas, rank, shuffle, seed, dropLast)) after set_epoch(0) and (1).
it.each([
  [
    { length: 7, numReplicas: 3, shuffle: true, seed: 0, dropLast: false },
    [
      ["4 3 1", "0 2 4", "5 6 0"],
      ["0 3 4", "6 5 0", "1 2 6"],
    ],
  ],
  [
    { length: 7, numReplicas: 3, shuffle: true, seed: 5, dropLast: true },
    [
      ["1 2", "0 6", "4 5"],
      ["2 3", "4 0", "5 6"],
    ],
  ],
  [
    { length: 10, numReplicas: 4, shuffle: false, seed: 0, dropLast: false },
    [["0 4 8", "1 5 9", "2 6 0", "3 7 1"]],
  ],
  [{ length: 10, numReplicas: 4, shuffle: false, seed: 0, dropLast: true }, [["0 4", "1 5", "2 6", "3 7"]]],
  [
    { length: 2, numReplicas: 5, shuffle: true, seed: 1, dropLast: false },
    [
      ["1", "0", "1", "0", "1"],
      ["0", "1", "0", "1", "0"],
    ],
  ],
  [
    { length: 8, numReplicas: 2, shuffle: true, seed: 3, dropLast: false },
    [
      ["2 3 1 6", "4 5 0 7"],
      ["2 3 5 4", "7 6 1 0"],
    ],
  ],
])("deals out the indices of PyTorch's DistributedSampler: %o", ({ length, ...options }, epochs) => {
  const samplers = Array.from(
    { length: options.numReplicas },
    (_, rank) => new data.DistributedSampler(length, { ...options, rank }),
  );
  for (const expected of epochs) expect(samplers.map((sampler) => [...sampler].join(" "))).toEqual(expected);
  for (const [rank, sampler] of samplers.entries())
    expect(sampler.length).toBe(epochs[0]![rank]!.split(" ").length);
});
