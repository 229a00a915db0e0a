// Batches: every number of them, against the store read by itself.
import { join } from "node:path";
import {
  Curriculum,
  type CurriculumEpisode,
  LearningHistory,
  SequenceAssembler,
  type SequenceOptions,
  sampling,
  spacedLevels,
} from "@throughline/cec";
import { Box, EpisodeReader, EpisodeWriter } from "@throughline/envs";
import { Random } from "@throughline/lab/random";
import "@throughline/testing/close";
import { fileFolder, testFolder } from "@throughline/testing/folders";
import { checkLeaks, own } from "@throughline/testing/leaks";
import { scope, type Tensor } from "@throughline/torch";
import { afterAll, expect, test } from "vitest";
import { makeCache, PictureCache } from "../../src/loading/picture-cache.js";
import { gradedStore } from "../curricula/support/graded.js";

checkLeaks();

const store = gradedStore({ folder: join(fileFolder(), "store") });
afterAll(() => store.close());
const levels = spacedLevels(
  [0, 1].map((level) => new LearningHistory(store, { level, gate: false })),
  { episodes: 20 },
);
const curriculum = new Curriculum(levels, { sampling: sampling.taskDifficulty({ most: 3 }) });
const sequences = [0, 1, 2].map((index) => curriculum.sequence({ seed: 3, epoch: 0, index }));
const PICTURE = 8 * 12 * 3;

const numbers = (tensor: Tensor): number[] =>
  Array.from(tensor.toTypedArray() as ArrayLike<number | bigint>, Number);

const reward = (raw: number): number => Math.fround(5 * Math.tanh(raw / 5));

/** A row of a batch, step by step. */
function expectedRow(sequence: readonly CurriculumEpisode[], steps: number) {
  const rows = sequence.flatMap(({ number }, at) => {
    const record = store.episodes[number]!;
    const { actions, rewards } = store.moves(record);
    return Array.from({ length: record.length }, (_, time) => ({
      ...{ action: actions[time]!, reward: reward(rewards[time]!), end: Number(time === record.length - 1) },
      ...{ time, episode: at, picture: [...store.observations(record, time, time + 1)] },
    }));
  });
  const padded = <T>(values: readonly T[], filler: T): T[] => [
    ...values,
    ...Array.from({ length: steps - values.length }, () => filler),
  ];
  const before = [{ action: 0, reward: 0, end: 0 }, ...rows.slice(0, -1)];
  return {
    pictures: padded(
      rows.map(({ picture }) => picture),
      Array(PICTURE).fill(0),
    ).flat(),
    actions: padded(
      rows.map(({ action }) => action),
      0,
    ),
    previous: padded(
      before.map(({ action }) => action),
      0,
    ),
    rewards: padded(
      before.map((one) => one.reward),
      0,
    ),
    ends: padded(
      before.map(({ end }) => end),
      0,
    ),
    times: padded(
      rows.map(({ time }) => time),
      0,
    ),
    counted: padded(
      rows.map(() => 1),
      0,
    ),
    episodes: padded(
      rows.map(({ episode }) => episode),
      -1,
    ),
  };
}

const assembled = (options: SequenceOptions) => own(new SequenceAssembler(curriculum, options));

const lengthOf = (sequence: readonly CurriculumEpisode[]): number =>
  sequence.reduce((sum, { length }) => sum + length, 0);

test.each([1, 16, 1000])("a batch has the steps of its episodes, padded to a multiple of %i", (chunk) => {
  const longest = Math.max(...sequences.map(lengthOf));
  const steps = Math.ceil(longest / chunk) * chunk;
  const rows = sequences.map((sequence) => expectedRow(sequence, steps));
  const all = (name: keyof (typeof rows)[number]): number[] => rows.flatMap((row) => row[name]);
  scope(() => {
    const batch = assembled({ chunk }).batch(sequences);
    const { observations, previous, times, actions, counted, episodes } = batch;
    const shown = observations.image!;
    expect([shown.dtype, shown.shape]).toEqual(["uint8", [3, steps, 8, 12, 3]]);
    for (const [tensor, dtype] of [
      [actions, "int64"],
      [previous.actions, "int64"],
      [previous.rewards, "float32"],
      [previous.ends, "bool"],
      [times, "int64"],
      [counted, "bool"],
      [episodes, "int64"],
    ] as const)
      expect([tensor.dtype, tensor.shape]).toEqual([dtype, [3, steps]]);
    expect(numbers(shown)).toEqual(all("pictures"));
    expect(numbers(actions)).toEqual(all("actions"));
    expect(numbers(previous.actions)).toEqual(all("previous"));
    expect(numbers(previous.rewards)).toEqual(all("rewards"));
    expect(numbers(previous.ends)).toEqual(all("ends"));
    expect(numbers(times)).toEqual(all("times"));
    expect(numbers(counted)).toEqual(all("counted"));
    expect(numbers(episodes)).toEqual(all("episodes"));
    expect(batch.returnsToGo).toBeUndefined();
  });
  // Something of everything: episodes end within sequences, and rewards and actions other than 0 come before other steps.
  expect(
    new Set(all("ends")).size + new Set(all("rewards")).size + new Set(all("previous")).size,
  ).toBeGreaterThan(6);
});

test("returns that are still to come are sums of squashed rewards within each episode", () => {
  scope(() => {
    const { returnsToGo, counted, episodes } = assembled({ returns: "future" }).batch(sequences);
    const steps = returnsToGo!.shape[1]!;
    const expected = sequences.flatMap((sequence) => {
      const row = sequence.flatMap(({ number, length }) => {
        const { rewards } = store.moves(store.episodes[number]!);
        // The reward of a maze is that of its last step.
        return Array<number>(length).fill(reward(rewards.at(-1)!));
      });
      return [...row, ...Array<number>(steps - row.length).fill(0)];
    });
    expect(numbers(returnsToGo!)).toEqual(expected);
    expect(new Set(expected)).toEqual(new Set([0, reward(10)]));
    expect(numbers(counted)).toEqual(numbers(episodes).map((episode) => Number(episode >= 0)));
  });
});

/** A store of three episodes with rewards of their own and continuous actions. */
function continuousStore(folder: string): EpisodeReader {
  const box = (...shape: number[]) => new Box(-1, 1, shape, "float32");
  const spec = { id: "Reach-v0", options: {}, horizon: 9 };
  const writer = new EpisodeWriter(folder, { levels: [spec], observationSpace: box(2), actionSpace: box(3) });
  const rewards = [[1, 2, 3], [0.5, 4], [2, 0, 0, 1]]; // biome-ignore format: one row
  for (const [ordinal, those] of rewards.entries()) {
    const draft = writer.begin({ ordinal });
    draft.see([ordinal, 0]);
    for (const [time, one] of those.entries()) {
      draft.step([ordinal / 4, time / 4, 0.5], one);
      draft.see([ordinal, time + 1]);
    }
    writer.end(draft, { seed: 0, episode: ordinal, update: 0, success: true, terminated: true });
  }
  writer.close();
  return own(new EpisodeReader(folder));
}

test("groups: one target, less what was got in the episode; only the last episode counts; continuous actions", () => {
  const reach = continuousStore(join(testFolder(), "reach"));
  const groups = new Curriculum([{ store: reach, episodes: reach.episodes }], {
    sampling: sampling.grouped({ least: 3, most: 3 }),
  });
  const sequence = groups.sequence({ seed: 1, epoch: 0, index: 0 });
  expect(sequence.map(({ number }) => number)).toEqual([2, 1, 0]);
  scope(() => {
    const batch = own(new SequenceAssembler(groups, { returns: "target", chunk: 5 })).batch([sequence]);
    const squashed = (raw: number) => 5 * Math.tanh(raw / 5);
    const target = squashed(1) + squashed(2) + squashed(3);
    const left = [
      ...[target, target - squashed(2), target - squashed(2), target - squashed(2)],
      ...[target, target - squashed(0.5)],
      ...[target, target - squashed(1), target - squashed(1) - squashed(2)],
      0,
    ];
    expect(batch.returnsToGo!).toBeClose([left]);
    expect(batch.previous.rewards).toBeClose([[0, ...[2, 0, 0, 1, 0.5, 4, 1, 2].map(squashed), 0]]);
    expect(numbers(batch.counted)).toEqual([0, 0, 0, 0, 0, 0, 1, 1, 1, 0]);
    expect(numbers(batch.previous.ends)).toEqual([0, 0, 0, 0, 1, 0, 1, 0, 0, 0]);
    const steps = [[2, 0], [2, 1], [2, 2], [2, 3], [1, 0], [1, 1], [0, 0], [0, 1], [0, 2]]; // biome-ignore format: one row
    const actions = steps.map(([ordinal, time]) => [ordinal! / 4, time! / 4, 0.5]);
    expect(batch.actions.toArray()).toEqual([[...actions, [0, 0, 0]]]);
    expect(batch.previous.actions.toArray()).toEqual([[[0, 0, 0], ...actions.slice(0, -1), [0, 0, 0]]]);
    expect(batch.observations.observation!.toArray()).toEqual([[...steps, [0, 0]]]);
  });
});

test("whatever the budget of the cache, batches are the same", () => {
  const all = curriculum.levels
    .flatMap(({ episodes }) => episodes)
    .reduce((sum, { length }) => sum + length, 0);
  scope(() => {
    const [full, half, none] = [2 ** 30, (all * PICTURE) / 2, 0].map((cacheBytes) => {
      const assembler = assembled({ cacheBytes });
      assembler.batch(sequences); // so that the next comes out of the cache
      return assembler.batch(sequences).observations.image!;
    });
    for (const other of [half!, none!]) expect(other.equal(full!)).toBe(true);
  });
});

test("the cache decodes an episode once, and those without room each time", () => {
  const shared = makeCache([4, 4, 3], 7);
  const [one, other] = [new PictureCache(shared), new PictureCache(shared)];
  const random = new Random("cache");
  const decoded: number[] = [];
  const get = (cache: PictureCache, episode: number): number[] => [
    ...cache.get(episode, () => {
      decoded.push(episode);
      return Uint8Array.from({ length: episode === 2 ? 3 : 4 }, () => 1 + random.below(255));
    }),
  ];
  const first = get(one, 0);
  expect([get(one, 0), get(other, 0)]).toEqual([first, first]);
  const last = get(other, 2);
  expect(get(one, 2)).toEqual(last);
  expect(decoded).toEqual([0, 2]);
  expect(get(one, 1)).not.toEqual(get(one, 1)); // 4 + 3 bytes are all that it has
  expect(decoded).toEqual([0, 2, 1, 1]);
  // While one thread decodes, another decodes too instead of waiting.
  const busy = new PictureCache(makeCache([1], 1));
  const inner: number[] = [];
  const outer = busy.get(0, () => {
    inner.push(...busy.get(0, () => Uint8Array.of(7)));
    return Uint8Array.of(7);
  });
  expect([[...outer], inner]).toEqual([[7], [7]]);
});

test("options are checked", () => {
  expect(() => new SequenceAssembler(curriculum, { chunk: 0 })).toThrow("sequences: chunk is 0");
  expect(() => new SequenceAssembler(curriculum, { returns: "all" as never })).toThrow(
    'sequences: returns is "all", accepted: "future" or "target"',
  );
  expect(() => new SequenceAssembler(curriculum, { cacheBytes: -1 })).toThrow("sequences: cacheBytes is -1");
});
