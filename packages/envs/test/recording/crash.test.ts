// Stores that were killed, cut or damaged: what is whole is read, the rest is missing or refused, and nothing is read wrong.
import { readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { EnvError, EpisodeReader } from "@throughline/envs";
import { fileFolder } from "@throughline/testing/folders";
import { checkLeaks } from "@throughline/testing/leaks";
import { startProcess } from "@throughline/testing/processes";
import { expect, test } from "vitest";
import { actionAt, contentOf, recordedTMazes, recordTMaze, tMazeWriter } from "./support/stores.js";

checkLeaks();

const root = fileFolder();
let made = 0;
const fresh = (): string => join(root, `store-${made++}`);

/** What a store says, as far as it can be read. @throws what is no coded error */
function readable(folder: string): unknown[] | string {
  let store: EpisodeReader | undefined;
  try {
    store = new EpisodeReader(folder);
    return contentOf(store);
  } catch (error) {
    if (error instanceof EnvError) return error.code;
    throw error;
  } finally {
    store?.close();
  }
}

test("a killed recording has every episode that had ended", async () => {
  const folder = fresh();
  // The same steps in a process of its own, which kills itself between two of them.
  const program = join(root, "kill.test-program.mjs");
  const envs = JSON.stringify(import.meta.resolve("@throughline/envs"));
  writeFileSync(
    program,
    `import { EnvVector, EpisodeWriter, RecordedVector, Recording, TMaze } from ${envs};
     const envs = [0, 1, 2].map(() => new TMaze({ length: 3 }));
     const { spec, observationSpace, actionSpace } = envs[0];
     const about = { seed: 7 };
     const writer = new EpisodeWriter(process.argv[2], { levels: [spec], observationSpace, actionSpace, about });
     const vector = new RecordedVector(new EnvVector(envs), new Recording(writer));
     vector.reset({ seed: 20 });
     const actionAt = (step, lane) => [0, 0, 1, 0, 2, 0, 0][(3 * step + 5 * lane) % 7];
     for (let step = 0; step < 41; step++) vector.step([0, 1, 2].map((lane) => actionAt(step, lane)));
     process.kill(process.pid, "SIGKILL");`,
  );
  const { ended } = startProcess([process.execPath, program, folder]);
  expect((await ended).signal).toBe("SIGKILL");
  const whole = fresh();
  const writer = tMazeWriter(whole, 3);
  const { vector } = recordedTMazes(writer, 3, 3);
  for (let step = 0; step < 41; step++) vector.step([0, 1, 2].map((lane) => actionAt(step, lane)));
  vector.close();
  writer.close();
  expect(readable(folder)).toEqual(readable(whole));
  expect((readable(folder) as unknown[]).length).toBeGreaterThan(10);
});

test.each(["rows.jsonl", "blocks.bin"])("cut at any byte, %s gives the episodes before the cut", (file) => {
  const whole = fresh();
  recordTMaze(whole, 1, 3);
  const all = readable(whole) as unknown[];
  const path = join(whole, file);
  const lengths = new Set<number>();
  for (let bytes = statSync(path).size - 1; bytes >= 0; bytes--) {
    truncateSync(path, bytes);
    const found = readable(whole) as unknown[];
    expect(found).toEqual(all.slice(0, found.length));
    lengths.add(found.length);
  }
  expect(lengths).toEqual(new Set([0, 1, 2]));
});

test.each(["rows.jsonl", "blocks.bin", "card.json"])(
  "a bit of %s that has flipped is never read as content",
  (file) => {
    const folder = fresh();
    recordTMaze(folder, 1, 2);
    const all = readable(folder) as unknown[];
    const path = join(folder, file);
    const bytes = readFileSync(path);
    const results = new Map<string, number>();
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = Uint8Array.from(bytes);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      writeFileSync(path, flipped);
      const found = readable(folder);
      const result = typeof found === "string" ? found : `${found.length} episodes`;
      results.set(result, (results.get(result) ?? 0) + 1);
      // A last line whose end is gone is one that was not finished.
      if (typeof found !== "string") expect(found).toEqual(all.slice(0, 1));
    }
    expect(results.get("envs/damaged")).toBeGreaterThan(bytes.length * 8 - 9);
    expect([...results.keys()].filter((key) => !["envs/damaged", "1 episodes"].includes(key))).toEqual([]);
  },
);

test("episodes are appended behind the last whole one of a store that was cut", () => {
  const folder = fresh();
  recordTMaze(folder, 2, 4);
  const before = readable(folder) as unknown[];
  truncateSync(join(folder, "rows.jsonl"), statSync(join(folder, "rows.jsonl")).size - 3);
  const writer = tMazeWriter(folder, 2, { existing: "continue" });
  expect(writer.length).toBe(3);
  const draft = writer.begin({ policy: "other", hasObservations: false });
  draft.step(1, 0.5);
  writer.end(draft, { seed: 9, episode: 8, update: 7, success: true, terminated: false });
  writer.close();
  const after = readable(folder) as unknown[];
  expect(after.slice(0, 3)).toEqual(before.slice(0, 3));
  expect(after[3]).toMatchObject({ number: 3, ordinal: 3, seed: 9, return: 0.5, length: 1, policy: "other" });
  expect(after).toHaveLength(4);
});

test("a recording goes on bit for bit from its state, whatever was written behind it", () => {
  const files = (folder: string) =>
    ["rows.jsonl", "blocks.bin"].map((name) => readFileSync(join(folder, name)));
  const play = (vector: { step(actions: number[]): unknown }, from: number, to: number): void => {
    for (let step = from; step < to; step++) vector.step([0, 1].map((lane) => actionAt(step, lane)));
  };
  const whole = fresh();
  const straight = tMazeWriter(whole, 18);
  const { vector: all } = recordedTMazes(straight, 2, 18, { observations: 2 });
  play(all, 0, 150);
  all.close();
  straight.close();

  const folder = fresh();
  const first = tMazeWriter(folder, 18, { existing: "restore" });
  const { vector: begun } = recordedTMazes(first, 2, 18, { observations: 2 });
  play(begun, 0, 67);
  const state = structuredClone(begun.stateDict());
  play(begun, 67, 120);
  begun.close();
  first.close();

  const second = tMazeWriter(folder, 18, { existing: "restore" });
  const { vector: resumed } = recordedTMazes(second, 2, 18, { observations: 2 });
  resumed.loadStateDict(state as never);
  play(resumed, 67, 150);
  resumed.close();
  second.close();
  expect(files(folder)).toEqual(files(whole));

  // Without a state it begins again.
  const third = tMazeWriter(folder, 18, { existing: "restore" });
  const { vector: again } = recordedTMazes(third, 2, 18, { observations: 2 });
  play(again, 0, 150);
  again.close();
  third.close();
  expect(files(folder)).toEqual(files(whole));

  // A store that is shorter than its state says has lost something.
  truncateSync(join(folder, "blocks.bin"), 10);
  const fourth = tMazeWriter(folder, 18, { existing: "restore" });
  const { vector: lost } = recordedTMazes(fourth, 2, 18, { observations: 2 });
  expect(() => lost.loadStateDict(state as never)).toThrow(expect.objectContaining({ code: "envs/damaged" }));
  lost.close();
  fourth.close();
});
