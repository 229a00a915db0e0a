// What data are, and the refusal of those that are wrong or foreign: one sentence each.
import { join } from "node:path";
import {
  CecError,
  Curriculum,
  checkData,
  checkEnvs,
  type DataCard,
  dataCard,
  LearningHistory,
  type OrderedEpisodes,
  SequenceLoader,
  sampling,
} from "@throughline/cec";
import { Discrete, EpisodeReader, EpisodeWriter, type Space, TMaze } from "@throughline/envs";
import { fileFolder } from "@throughline/testing/folders";
import { afterAll, expect, test } from "vitest";
import { gradedStore } from "../curricula/support/graded.js";

const root = fileFolder();
const readers: EpisodeReader[] = [];
afterAll(() => {
  for (const reader of readers) reader.close();
});

function noted(reader: EpisodeReader): EpisodeReader {
  readers.push(reader);
  return reader;
}

const graded = (name: string, options: Partial<Parameters<typeof gradedStore>[0]> = {}) =>
  noted(gradedStore({ folder: join(root, name), rooms: [1], episodes: 8, ...options }));

const store = graded("goal");
const water = graded("water", { id: "SmallWatermaze-v0" });
const large = graded("large", { height: 10 });

const curriculumOf = (...levels: (EpisodeReader | OrderedEpisodes)[]) =>
  new Curriculum(
    levels.map((one) => ("store" in one ? one : { store: one, episodes: one.episodes })),
    { sampling: sampling.singleEpisodes() },
  );
const card = dataCard(curriculumOf(store));

/** Why something is refused; every time it is a `cec/data` of one sentence. */
function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(CecError);
    expect((error as CecError).code).toBe("cec/data");
    return (error as Error).message;
  }
  throw new Error("it was accepted");
}

test("a card says what the data are", () => {
  expect(card).toEqual({
    envs: [store.card.levels[0]],
    observations: { image: { dtype: "uint8", shape: [8, 12, 3] } },
    actions: { kind: "numbered", count: 3 },
    hashes: [store.hash],
  });
  expect(Object.keys(dataCard(curriculumOf(store), ["front"]).observations)).toEqual(["front"]);
  // A card that was kept with a model fits its own data.
  checkData(card, JSON.parse(JSON.stringify({ ...card, envs: undefined, env: "SmallGoalMaze-v0" })));
  checkEnvs(card);
});

test("levels come from several stores, if they go together", () => {
  const other = graded("other", { episodes: 9 });
  const both = curriculumOf(store, new LearningHistory(other, { gate: false }));
  expect(dataCard(both).hashes).toEqual([store.hash, other.hash]);
  expect(both.levels.map(({ episodes }) => episodes.map((one) => one.store))).toEqual([
    Array(8).fill(0),
    Array(9).fill(1),
  ]);
  expect(refusal(() => dataCard(curriculumOf(store, large)))).toBe(
    `the data do not fit: observations of ${store.folder} are ${store.form().space}, those of ${large.folder} ${large.form().space}`,
  );
  const turning = storeOf("turning", new Discrete(4));
  const still = storeOf("still", new Discrete(2));
  expect(refusal(() => dataCard(curriculumOf(turning, still)))).toBe(
    `the data do not fit: actions of ${turning.folder} are Discrete(4), those of ${still.folder} Discrete(2)`,
  );
});

test.each<[string, DataCard, Parameters<typeof checkData>[1], string]>([
  [
    "environments",
    dataCard(curriculumOf(water)),
    { env: "SmallGoalMaze-v0" },
    "they are of SmallWatermaze-v0, accepted: SmallGoalMaze-v0",
  ],
  [
    "picture sizes",
    dataCard(curriculumOf(large)),
    { observations: card.observations },
    "observations are image, uint8 of 10 × 12 × 3, accepted: image, uint8 of 8 × 12 × 3",
  ],
  [
    "keys",
    card,
    { observations: { front: card.observations.image! } },
    "observations are image, uint8 of 8 × 12 × 3, accepted: front, uint8 of 8 × 12 × 3",
  ],
  [
    "actions",
    card,
    { actions: { kind: "numbered", count: 7 } },
    "actions are numbers below 3, accepted: numbers below 7",
  ],
  [
    "kinds of actions",
    card,
    { actions: { kind: "continuous", dimensions: 7 } },
    "actions are numbers below 3, accepted: arrays of 7 numbers",
  ],
  [
    "episodes",
    card,
    { hashes: ["ab".repeat(32)] },
    `they are other episodes than before: their hashes are ${card.hashes[0]!.slice(0, 8)}, accepted: abababab`,
  ],
])("other %s are refused", (_, given, needs, message) => {
  expect(refusal(() => checkData(given, needs))).toBe(`the data do not fit: ${message}`);
});

test("another version of an environment, and one that is no longer the same, are refused; those of others pass", () => {
  const [spec] = card.envs as [DataCard["envs"][number]];
  const recorded = (changes: object) => () => checkEnvs({ ...card, envs: [{ ...spec, ...changes }] });
  expect(refusal(recorded({ id: "SmallGoalMaze-v7" }))).toBe(
    "the data do not fit: they were recorded in SmallGoalMaze-v7, accepted: SmallGoalMaze-v0",
  );
  expect(refusal(recorded({ horizon: 39 }))).toMatch(
    /^the data do not fit: \{.*"horizon":39\} was recorded, now it is \{/,
  );
  recorded({ id: "Lift", options: { robots: "Panda" } })();
});

test("observations that were not kept: the sentence has the command that makes them, before anything is started", () => {
  const bare = graded("bare", { observations: 1 });
  const message = `6 of 8 episodes of level 0 have no observations; choose among those that have them (kept: true), or draw them again: throughline data convert ${bare.folder} FILE.hdf5, and throughline data convert FILE.hdf5 FOLDER`;
  const curriculum = curriculumOf(bare);
  expect(refusal(() => dataCard(curriculum))).toContain(
    message.replace(/^6/, String(bare.find({ hasObservations: false }).length)),
  );
  expect(refusal(() => new SequenceLoader(curriculum, { seed: 1 }))).toContain("have no observations");
});

/** A store of one episode with actions of a space. */
function storeOf(name: string, actionSpace: Space<unknown>): EpisodeReader {
  const { spec, observationSpace } = new TMaze({ length: 1 });
  const folder = join(root, name);
  const writer = new EpisodeWriter(folder, { levels: [spec], observationSpace, actionSpace });
  const draft = writer.begin();
  draft.see(new Uint8Array(192));
  draft.step(Array(actionSpace.shape[0] ?? 1).fill(1), 0);
  draft.see(new Uint8Array(192));
  writer.end(draft, { seed: 0, episode: 0, update: 0, success: false, terminated: true });
  writer.close();
  return noted(new EpisodeReader(folder));
}

test("actions that are neither numbers from 0 nor arrays are refused", () => {
  const shifted = storeOf("shifted", new Discrete(3, 1));
  expect(refusal(() => dataCard(curriculumOf(shifted)))).toBe(
    `the data do not fit: actions of ${shifted.folder} lie in Discrete(3, 1), accepted: Discrete(n) that begins with 0, and arrays of one dimension`,
  );
});
