// Curricula: what each rule draws, in which order, and that a sample is a function of its place and of nothing else.
import { join } from "node:path";
import {
  CecError,
  Curriculum,
  type CurriculumEpisode,
  type CurriculumOrder,
  LearningHistory,
  lastEpisodes,
  type SamplingRule,
  sampling,
  spacedLevels,
} from "@throughline/cec";
import { fileFolder } from "@throughline/testing/folders";
import { afterAll, describe, expect, test } from "vitest";
import { gradedStore } from "./support/graded.js";

const store = gradedStore({ folder: join(fileFolder(), "store"), rooms: [1, 2, 3] });
afterAll(() => store.close());
const histories = [0, 1, 2].map((level) => new LearningHistory(store, { level, gate: level === 0 }));
const levels = spacedLevels(histories, { episodes: 36 });

const made = (rule: SamplingRule, order?: CurriculumOrder) =>
  new Curriculum(levels, { sampling: rule, order });

/** Every sample of some epochs. */
function drawnFrom(curriculum: Curriculum, epochs = 6, seed = 5) {
  return Array.from({ length: epochs * curriculum.samples }, (_, number) => {
    const [epoch, index] = [Math.floor(number / curriculum.samples), number % curriculum.samples];
    return curriculum.sequence({ seed, epoch, index });
  });
}

const placesOf = (sequence: readonly CurriculumEpisode[]) =>
  sequence.map(({ level, place }) => [level, place]);

/** Places of each level in a sequence, by level. */
const byLevel = (sequence: readonly CurriculumEpisode[]) =>
  [0, 1, 2].map((level) => sequence.filter((one) => one.level === level).map(({ place }) => place));

const isConsecutive = (places: readonly number[]): boolean =>
  places.every((place, at) => at === 0 || place === places[at - 1]! + 1);

const isRising = (values: readonly number[]): boolean =>
  values.every((value, at) => at === 0 || value >= values[at - 1]!);

describe("levels", () => {
  test("have episodes of the store, evenly spaced and in the order of learning", () => {
    const { levels: own, stores, episodes } = made(sampling.taskDifficulty());
    expect(stores).toEqual([{ folder: store.folder, hash: store.hash, card: store.card }]);
    expect(episodes).toBe(36);
    expect(own.map(({ name }) => name)).toEqual(["rooms 1", "rooms 2", "rooms 3"]);
    for (const [level, { episodes: those }] of own.entries()) {
      const records = those.map(({ number }) => store.episodes[number]!);
      expect(records).toEqual(histories[level]!.evenSpacing(12));
      expect(isRising(records.map(({ ordinal }) => ordinal))).toBe(true);
      expect(those.map(({ length, return: sum, success }) => [length, sum, success])).toEqual(
        records.map(({ length, return: sum, success }) => [length, sum, success]),
      );
    }
  });

  test("of any granularity have the same amount of data", () => {
    const chosen = (levels: "fine" | "medium" | "coarse" | number[], episodes = 37) =>
      spacedLevels(histories, { episodes, levels }).map((one) => [
        one.episodes[0]!.level,
        one.episodes.length,
      ]);
    expect(chosen("fine")).toEqual([[0, 12], [1, 12], [2, 13]]); // biome-ignore format: one row
    expect(chosen("medium")).toEqual([[0, 18], [1, 19]]); // biome-ignore format: one row
    expect(chosen("coarse")).toEqual([[0, 18], [2, 19]]); // biome-ignore format: one row
    expect(chosen([1], 20)).toEqual([[1, 20]]);
    const four = [...histories, histories[2]!];
    const numbers = (levels: "medium" | "coarse") =>
      spacedLevels(four, { episodes: 30, levels }).map(({ episodes }) => episodes[0]!.level);
    expect([numbers("medium"), numbers("coarse")]).toEqual([[0, 2, 2], [0, 1, 2]]); // biome-ignore format: one row
    expect(() => spacedLevels(histories.slice(1), { episodes: 8, levels: "coarse" })).toThrow(
      'spacedLevels: levels are "coarse" of 2 histories, accepted: fine, medium or coarse of 3 or 4 histories',
    );
    expect(() => spacedLevels(histories, { episodes: 8, levels: [0, 3] })).toThrow(
      "accepted: some of 0 to 2",
    );
    expect(() => spacedLevels(histories, { episodes: 2 })).toThrow("accepted: a whole number of at least 3");
  });

  test("of the most skilled policy are the last episodes", () => {
    const { episodes } = lastEpisodes(histories[0]!, 5);
    expect(episodes).toEqual(histories[0]!.episodes.slice(-5));
    expect(episodes.every(({ success }) => success)).toBe(true);
    expect(() => lastEpisodes(histories[0]!, 25)).toThrow("accepted: a whole number from 1 to 24");
  });
});

describe("learning progress", () => {
  const curriculum = new Curriculum(levels.slice(0, 1), {
    sampling: sampling.learningProgress({ episodes: 5 }),
  });

  test("draws so many consecutive episodes", () => {
    for (const sequence of drawnFrom(curriculum)) {
      expect(sequence).toHaveLength(5);
      expect(isConsecutive(sequence.map(({ place }) => place))).toBe(true);
    }
  });

  test("begins everywhere once an epoch; where it would run over the end, at any place", () => {
    const samples = 400 * curriculum.samples;
    const starts = drawnFrom(curriculum, 400).map(([first]) => first!.place);
    const counts = Array.from({ length: 12 }, (_, place) => starts.filter((start) => start === place).length);
    expect(counts.slice(8)).toEqual([0, 0, 0, 0]);
    // 400 epochs begin at each of 8 places once, and 4 of 12 samples are drawn again among these: binomial, 5 deviations of room.
    const again = (samples * 4) / 12;
    const deviation = Math.sqrt((again / 8) * (7 / 8));
    for (const count of counts.slice(0, 8))
      expect(Math.abs(count - 400 - again / 8)).toBeLessThan(5 * deviation);
  });

  test("of several levels goes through all of them", () => {
    const joined = made(sampling.learningProgress({ episodes: 9 }));
    const sequences = drawnFrom(joined);
    for (const sequence of sequences)
      expect(isConsecutive(sequence.map(({ level, place }) => 12 * level + place))).toBe(true);
    expect(sequences.some((sequence) => new Set(sequence.map(({ level }) => level)).size === 2)).toBe(true);
  });
});

describe("episodes spread over the whole learning", () => {
  test("are in order, one from each of as many equal parts, and everywhere in them equally often", () => {
    const curriculum = new Curriculum(levels.slice(0, 1), {
      sampling: sampling.learningProgress({ episodes: 3, spacing: "whole" }),
    });
    const sequences = drawnFrom(curriculum, 100);
    const counts = new Map<number, number>();
    for (const sequence of sequences) {
      expect(sequence.map(({ place }) => Math.floor(place / 4))).toEqual([0, 1, 2]);
      for (const { place } of sequence) counts.set(place, (counts.get(place) ?? 0) + 1);
    }
    // Binomial with chance 1/4, 5 deviations of room.
    const expected = sequences.length / 4;
    for (let place = 0; place < 12; place++)
      expect(Math.abs(counts.get(place)! - expected)).toBeLessThan(5 * Math.sqrt(expected * 0.75));
  });

  test("of parts that are not equally long are still one from each", () => {
    const curriculum = new Curriculum(levels.slice(0, 1), {
      sampling: sampling.learningProgress({ episodes: 5, spacing: "whole" }),
    });
    const places = drawnFrom(curriculum, 50).map((sequence) => sequence.map(({ place }) => place));
    // Borders of 12 episodes in 5 parts: 0, 2, 4, 7, 9, 12.
    const part = (place: number): number => [2, 4, 7, 9, 12].findIndex((end) => place < end);
    for (const sequence of places) expect(sequence.map(part)).toEqual([0, 1, 2, 3, 4]);
    expect(new Set(places.flat()).size).toBe(12);
  });

  test("are spread over each level by difficulty, with one count", () => {
    const curriculum = made(sampling.taskDifficulty({ least: 2, most: 3, spacing: "whole" }));
    for (const sequence of drawnFrom(curriculum)) {
      const [first, ...others] = byLevel(sequence);
      expect(others.map(({ length }) => length)).toEqual(others.map(() => first!.length));
      for (const places of [first!, ...others])
        expect(places.map((place) => Math.floor((place * places.length) / 12))).toEqual(
          places.map((_, part) => part),
        );
    }
    expect(String(curriculum)).toContain("2 to 3 episodes spread over the whole of each level");
  });

  test("are told from other words", () => {
    expect(() => sampling.taskDifficulty({ spacing: "wide" as never })).toThrow(
      'sampling.taskDifficulty: spacing is "wide", accepted: "consecutive" or "whole"',
    );
  });
});

describe("task difficulty", () => {
  const curriculum = made(sampling.taskDifficulty({ least: 2, most: 4 }));

  test("draws one count for all levels, and consecutive episodes of each, from the easiest to the hardest", () => {
    const sequences = drawnFrom(curriculum);
    for (const sequence of sequences) {
      const parts = byLevel(sequence);
      expect(isRising(sequence.map(({ level }) => level))).toBe(true);
      expect(parts.every(isConsecutive)).toBe(true);
      expect(new Set(parts.map(({ length }) => length)).size).toBe(1);
    }
    expect(new Set(sequences.map(({ length }) => length))).toEqual(new Set([6, 9, 12]));
  });

  test("an epoch begins in each level everywhere, as often", () => {
    // One episode of each level: nothing runs over the end.
    const single = made(sampling.taskDifficulty({ most: 1 }));
    const sequences = drawnFrom(single, 1);
    expect(sequences).toHaveLength(36);
    for (const level of [0, 1, 2]) {
      const places = sequences.map((sequence) => sequence[level]!.place).sort((a, b) => a - b);
      expect(places).toEqual(Array.from({ length: 36 }, (_, at) => Math.floor(at / 3)));
    }
    // Starts of the levels have nothing to do with one another: of 36 pairs of levels' places about 32 differ from all others.
    for (const [one, other] of [
      [0, 1],
      [1, 2],
      [0, 2],
    ] as const) {
      // biome-ignore format: one row
      const pairs = sequences.map((sequence) => `${sequence[one]!.place} ${sequence[other]!.place}`);
      expect(new Set(pairs).size).toBeGreaterThan(24);
    }
  });
});

describe("expertise", () => {
  test("draws a count for each level; the paper's and the code's", () => {
    const countsOf = (counts: "paper" | "code") => {
      const sequences = drawnFrom(made(sampling.expertise({ counts })), 60);
      for (const sequence of sequences) {
        expect(isRising(sequence.map(({ level }) => level))).toBe(true);
        expect(byLevel(sequence).every(isConsecutive)).toBe(true);
      }
      return sequences.map((sequence) => byLevel(sequence).map(({ length }) => length));
    };
    expect(new Set(countsOf("paper").flat())).toEqual(new Set([1, 2, 3, 4, 5]));
    expect(new Set(countsOf("code").flat())).toEqual(new Set([1, 2, 3, 4]));
    expect(countsOf("paper").some(([first, second]) => first !== second)).toBe(true);
  });

  test("is cut off at the end of a level, and begins at its last episode too", () => {
    const sequences = drawnFrom(made(sampling.expertise({ counts: { least: 5, most: 5 } })), 100);
    const parts = sequences.flatMap(byLevel);
    expect(new Set(parts.map(({ length }) => length))).toEqual(new Set([1, 2, 3, 4, 5]));
    for (const part of parts) expect(part.length).toBe(Math.min(5, 12 - part[0]!));
  });

  test("an epoch is as long as each episode is expected once: 30 samples of RoboMimic's 270 demonstrations", () => {
    const { stores, levels: own, order } = made(sampling.expertise());
    const ninety = own.map((level) => ({
      ...level,
      episodes: Array.from({ length: 90 }, () => level.episodes[0]!),
    }));
    const rule = sampling.expertise();
    expect(new Curriculum({ stores, levels: ninety, sampling: rule, order }).samples).toBe(30);
    expect(made(sampling.taskDifficulty()).samples).toBe(36);
  });
});

test("single episodes: each once an epoch", () => {
  const curriculum = made(sampling.singleEpisodes());
  for (const epoch of [0, 1]) {
    const sequences = drawnFrom(curriculum, 2).slice(36 * epoch, 36 * epoch + 36);
    expect(sequences.every(({ length }) => length === 1)).toBe(true);
    expect(new Set(sequences.map(([one]) => one!.number)).size).toBe(36);
  }
});

test("groups are consecutive episodes of one level, by return", () => {
  const sequences = drawnFrom(made(sampling.grouped({ most: 4 })));
  for (const sequence of sequences) {
    expect(new Set(sequence.map(({ level }) => level)).size).toBe(1);
    expect(isConsecutive(sequence.map(({ place }) => place).sort((a, b) => a - b))).toBe(true);
    expect(isRising(sequence.map(({ return: sum }) => sum))).toBe(true);
  }
  expect(new Set(sequences.map(({ length }) => length))).toEqual(new Set([1, 2, 3, 4]));
  expect(new Set(sequences.map(([first]) => first!.level))).toEqual(new Set([0, 1, 2]));
  // Some group was not in order of return as it was recorded.
  expect(sequences.some((sequence) => !isRising(sequence.map(({ place }) => place)))).toBe(true);
});

describe("controls", () => {
  const rule = sampling.taskDifficulty({ least: 3, most: 3 });
  const rising = drawnFrom(made(rule), 1);
  const sorted = (sequence: readonly CurriculumEpisode[]) =>
    placesOf(sequence).sort(([a, b], [c, d]) => a! - c! || b! - d!);

  test.each(["reversed", "shuffled", "shuffledWithin", "shuffledAcross"] as const)(
    "%s has the episodes of the curriculum in another order",
    (order) => {
      const sequences = drawnFrom(made(rule, order), 1);
      expect(sequences.map(sorted)).toEqual(rising.map(placesOf));
      expect(sequences.map(placesOf)).not.toEqual(rising.map(placesOf));
    },
  );

  test("each order is what it says", () => {
    const of = (order: CurriculumOrder) => drawnFrom(made(rule).with({ order }), 1);
    expect(of("reversed").map((one) => placesOf(one).reverse())).toEqual(rising.map(placesOf));
    for (const sequence of of("shuffledWithin"))
      expect(isRising(sequence.map(({ level }) => level))).toBe(true);
    for (const sequence of of("shuffledAcross")) expect(byLevel(sequence).every(isConsecutive)).toBe(true);
    const blocks = of("shuffledAcross").map((one) => [...new Set(one.map(({ level }) => level))].join(""));
    expect(new Set(blocks)).toEqual(new Set(["012", "021", "102", "120", "201", "210"]));
    expect(
      of("shuffledAcross").every((one) => [...new Set(one.map(({ level }) => level))].length === 3),
    ).toBe(true);
    // Neither levels nor episodes keep their order.
    expect(of("shuffled").some((one) => !isRising(one.map(({ level }) => level)))).toBe(true);
    expect(of("shuffled").some((one) => !byLevel(one).every(isConsecutive))).toBe(true);
  });
});

describe("a sample", () => {
  test.each([
    sampling.learningProgress(),
    sampling.taskDifficulty(),
    sampling.expertise(),
    sampling.singleEpisodes(),
    sampling.grouped(),
  ])("of $kind is a function of seed, epoch and index", (rule) => {
    const there = drawnFrom(made(rule), 3).map(placesOf);
    const curriculum = new Curriculum(JSON.parse(JSON.stringify(made(rule))));
    const { samples } = curriculum;
    // Any order of asking, other epochs between.
    for (const number of [2 * samples + 1, 0, samples, 2 * samples, 1]) {
      const place = { seed: 5, epoch: Math.floor(number / samples), index: number % samples };
      expect(placesOf(curriculum.sequence(place))).toEqual(there[number]);
    }
    expect(drawnFrom(curriculum, 3, 6).map(placesOf)).not.toEqual(there);
    expect(there.slice(0, samples)).not.toEqual(there.slice(samples, 2 * samples));
  });

  test("that there is not is refused", () => {
    const curriculum = made(sampling.singleEpisodes());
    const place = { seed: 1, epoch: 0, index: 0 };
    expect(() => curriculum.sequence({ ...place, index: 36 })).toThrow(
      "index is 36, accepted: a whole number from 0 to 35",
    );
    expect(() => curriculum.sequence({ ...place, epoch: -1 })).toThrow("epoch is -1");
    expect(() => curriculum.sequence({ ...place, seed: 0.5 })).toThrow("seed is 0.5");
  });
});

test("what makes no curriculum is refused in one sentence", () => {
  expect(() => new Curriculum([], { sampling: sampling.singleEpisodes() })).toThrow(CecError);
  expect(() => new Curriculum([], { sampling: sampling.singleEpisodes() })).toThrow("Curriculum: no levels");
  expect(() => new Curriculum(levels)).toThrow("accepted: a rule, such as sampling.taskDifficulty()");
  expect(
    () =>
      new Curriculum([...levels, { store, episodes: [], name: "last" }], { sampling: sampling.grouped() }),
  ).toThrow("Curriculum: level 3 (last) has no episodes");
  expect(() => made(sampling.taskDifficulty({ most: 13 }))).toThrow(
    "Curriculum: taskDifficulty draws up to 13 episodes, and its smallest level has 12",
  );
  expect(() => made(sampling.learningProgress({ episodes: 37 }))).toThrow("and the curriculum has 36");
  expect(() => made(sampling.grouped(), "shuffled")).toThrow(
    "order is shuffled, accepted for grouped: rising, which is by return",
  );
  expect(() => made(sampling.singleEpisodes(), "sorted" as never)).toThrow('Curriculum: order is "sorted"');
  expect(() => sampling.taskDifficulty({ least: 3, most: 2 })).toThrow("sampling.taskDifficulty: most is 2");
  expect(() => sampling.expertise({ counts: "both" as never })).toThrow('counts is "both"');
});

test("printed, a curriculum has its levels, their success by quarter, and its rule", () => {
  const lines = String(made(sampling.taskDifficulty({ most: 3 }), "reversed")).split("\n");
  const success = (level: number, quarter: number) =>
    histories[level]!.evenSpacing(12)
      .slice(3 * quarter, 3 * quarter + 3)
      .filter(({ success: won }) => won).length / 3;
  expect(lines).toHaveLength(5);
  for (const level of [0, 1, 2]) {
    const shares = [0, 1, 2, 3].map((quarter) => `${(100 * success(level, quarter)).toFixed(0)} %`);
    const steps = histories[level]!.evenSpacing(12).reduce((sum, { length }) => sum + length, 0);
    expect(lines[1 + level]!.trim().split(/ {2,}/)).toEqual([
      String(level),
      `rooms ${level + 1}`,
      ...["12", String(steps), ...shares],
    ]);
  }
  expect(lines[4]).toBe(
    "task difficulty, 1 to 3 consecutive episodes of each level, one count a sequence, order reversed; 36 samples an epoch of 36 episodes",
  );
});
