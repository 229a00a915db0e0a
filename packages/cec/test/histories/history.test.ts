// Learning histories: order, the gate, the card, even spacing, and the curve.
import { join } from "node:path";
import { CecError, LearningHistory } from "@throughline/cec";
import { EpisodeReader, EpisodeWriter, TMaze } from "@throughline/envs";
import { fileFolder } from "@throughline/testing/folders";
import { expect, test } from "vitest";

const root = fileFolder();
let made = 0;

/** A store of T-maze episodes that won or not, of two levels; those of level 1 are always won. */
function storeOf(won: readonly boolean[], hasObservations = (_: number) => false) {
  const folder = join(root, `store-${made++}`);
  const { spec, observationSpace, actionSpace } = new TMaze({ length: 1 });
  const levels = [spec, { ...spec, horizon: 99 }];
  const writer = new EpisodeWriter(folder, { levels, observationSpace, actionSpace, about: { seed: 4 } });
  // They end in another order than that in which they began.
  for (const ordinal of [...won.keys()].sort((a, b) => (a % 3) - (b % 3)))
    for (const level of [0, 1]) {
      const draft = writer.begin({
        level,
        ordinal,
        hasObservations: level === 0 && hasObservations(ordinal),
      });
      const success = level === 1 || won[ordinal]!;
      draft.see(new Uint8Array(192));
      draft.step(1, success ? 2 : 0);
      draft.see(new Uint8Array(192));
      writer.end(draft, { seed: ordinal, episode: 0, update: 0, success, terminated: true });
    }
  writer.close();
  return new EpisodeReader(folder);
}

const learned = Array.from({ length: 40 }, (_, at) => at % 10 < at / 4);

test("a history has the level's episodes in the order of learning, and a card", () => {
  const store = storeOf(learned);
  const history = new LearningHistory(store);
  expect([...history].map(({ ordinal }) => ordinal)).toEqual([...learned.keys()]);
  expect([...history].map(({ success }) => success)).toEqual(learned);
  const quarters = [0, 1, 2, 3].map(
    (part) => learned.slice(part * 10, part * 10 + 10).filter(Boolean).length / 10,
  );
  expect(history.card).toEqual({
    env: store.card.levels[0],
    ...{ level: 0, episodes: 40, steps: 40, measure: "success", quarters },
    ...{ about: { seed: 4 }, hash: store.hash },
  });
  expect(new LearningHistory(store, { measure: "return" }).card.quarters).toEqual(
    quarters.map((mean) => 2 * mean),
  );
  expect(store.hash).toMatch(/^[0-9a-f]{64}$/);
  store.close();
});

test("one that shows no progress is refused with its curve, unless it is only looked at", () => {
  const store = storeOf([...learned].reverse());
  expect(() => new LearningHistory(store)).toThrow(CecError);
  const message = (() => {
    try {
      new LearningHistory(store);
    } catch (error) {
      return (error as Error).message;
    }
    return "";
  })();
  const [sentence, ...curve] = message.split("\n");
  expect(sentence).toMatch(
    /^level 0 of .* shows no learning: success is 1 in its first quarter and 0 in its last$/,
  );
  expect(curve).toHaveLength(6);
  expect(curve[0]).toMatch(/^1 │█/);
  expect(new LearningHistory(store, { gate: false }).curve()).toBe(curve.join("\n"));
  // Always won: no progress either.
  expect(() => new LearningHistory(store, { level: 1 })).toThrow(
    "success is 1 in its first quarter and 1 in its last",
  );
  expect(() => new LearningHistory(store, { level: 2 })).toThrow("the level is 2, accepted: 0 to 1");
  store.close();
  const short = storeOf(learned.slice(-7));
  expect(() => new LearningHistory(short)).toThrow("has 7 episodes, accepted: 8 or more");
  short.close();
});

test("even spacing goes over the whole training, and among kept observations to the nearest", () => {
  const store = storeOf(learned, (ordinal) => ordinal < 8 || ordinal % 8 === 0);
  const history = new LearningHistory(store);
  const ordinals = (count: number, kept: boolean) =>
    history.evenSpacing(count, { kept }).map(({ ordinal }) => ordinal);
  expect(ordinals(4, false)).toEqual([0, 13, 26, 39]);
  expect(ordinals(1, false)).toEqual([39]);
  expect(ordinals(40, false)).toEqual([...learned.keys()]);
  expect(ordinals(4, true)).toEqual([0, 16, 24, 32]);
  expect(ordinals(12, true)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 16, 24, 32]);
  for (const count of [1, 2, 3, 5, 7, 9, 11]) {
    const found = ordinals(count, true);
    expect(found).toEqual([...new Set(found)].sort((a, b) => a - b));
    expect(found).toHaveLength(count);
  }
  expect(() => history.evenSpacing(13, { kept: true })).toThrow("accepted: 1 to 12, those with observations");
  expect(() => history.evenSpacing(0)).toThrow("evenSpacing: 0 episodes are asked for, accepted: 1 to 40");
  store.close();
});

test("a curve is as high as its values", () => {
  const store = storeOf([false, false, false, false, false, true, false, true, true, true, true, true]);
  const history = new LearningHistory(store);
  const lines = history.curve({ width: 3, height: 4 }).split("\n");
  // Means 0, 2/4 and 1 of a height of 4.
  expect(lines).toEqual(["1 │  █", "  │  █", "  │ ██", "0 │ ██"]);
  store.close();
});
