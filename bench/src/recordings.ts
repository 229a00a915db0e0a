// What recordings cost: the tables of docs/recordings.md. `npx tsc -b && node bench/dist/recordings.js [FOLDER]`
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import zlib from "node:zlib";
import {
  EpisodeReader,
  type EpisodeRecord,
  EpisodeWriter,
  type GoalMazeOptions,
  makeEnv,
  makeVector,
  RecordedVector,
  Recording,
} from "@throughline/envs";
import { Random } from "@throughline/lab/random";
import { setNumThreads } from "@throughline/torch";

setNumThreads(1);
const root = process.argv[2] ?? mkdtempSync(join(tmpdir(), "recordings-"));

/** Processor seconds of some work. */
function seconds(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** Forward with 0.6, a turn to either side with 0.2. */
const action = (random: Random): number => (random.unit() < 0.6 ? 0 : 1 + random.below(2));

/** Plays some steps; with a folder it records all pictures. @returns processor seconds */
function played(id: string, options: object, lanes: number, steps: number, folder?: string): number {
  const vector = makeVector(id, lanes, options as GoalMazeOptions);
  const { spec, observationSpace, actionSpace } = vector;
  const writer =
    folder === undefined
      ? undefined
      : new EpisodeWriter(folder, { levels: [spec], observationSpace, actionSpace });
  const used = writer === undefined ? vector : new RecordedVector(vector, new Recording(writer));
  const random = new Random("bench", id);
  used.reset({ seed: 1 });
  const spent = seconds(() => {
    for (let step = 0; step < steps; step++) used.step(Array.from({ length: lanes }, () => action(random)));
    writer?.close();
  });
  used.close();
  return spent;
}

function stored(id: string, options: object, lanes: number, steps: number): string {
  const folder = join(root, `${id}-${JSON.stringify(options).replaceAll(/\W+/g, "-")}`);
  rmSync(folder, { recursive: true, force: true });
  played(id, options, lanes, steps);
  const plain = played(id, options, lanes, steps);
  const recorded = played(id, options, lanes, steps, folder);
  const store = new EpisodeReader(folder);
  const episodes = [...store];
  const pictures = episodes.reduce((sum, { length }) => sum + length + 1, 0);
  const bytes = episodes.reduce((sum, episode) => sum + store.bytesOf(episode), 0) / pictures;
  const size = store.form().shape.reduce((product, side) => product * side, 1);
  const readAll = (): void => {
    for (const episode of episodes) store.observations(episode);
  };
  readAll();
  const read = seconds(readAll);
  const rows = statSync(join(folder, "rows.jsonl")).size / episodes.length;
  const line = [
    `${id} ${JSON.stringify(options)}: ${size} bytes, stored ${bytes.toFixed(0)} (${((100 * bytes) / size).toFixed(0)} %)`,
    `written ${(pictures / (recorded - plain)).toFixed(0)} /s, read ${(pictures / read).toFixed(0)} /s, a row ${rows.toFixed(0)} bytes`,
  ].join("; ");
  const windows = windowOf(store, episodes);
  store.close();
  rmSync(folder, { recursive: true, force: true });
  return `${line}${windows}`;
}

/** 100 pictures of the longest episode, beside all of it. */
function windowOf(store: EpisodeReader, episodes: readonly EpisodeRecord[]): string {
  const long = episodes.reduce((longest, one) => (one.length > longest.length ? one : longest));
  if (long.length < 500) return "";
  const times = 20;
  const part = seconds(() => {
    for (let i = 0; i < times; i++) {
      const from = Math.floor(((long.length - 100) * i) / times);
      store.observations(long, from, from + 100);
    }
  });
  const whole = seconds(() => {
    for (let i = 0; i < times; i++) store.observations(long);
  });
  return `; 100 of ${long.length + 1} pictures ${((1e3 * part) / times).toFixed(1)} ms, all ${((1e3 * whole) / times).toFixed(1)} ms`;
}

console.log("Processor time of one core, pictures of all episodes kept, a random agent");
for (const [id, options] of [
  ["SmallGoalMaze-v0", { rooms: 3, height: 24, width: 32 }],
  ["SmallGoalMaze-v0", { rooms: 3 }],
  ["SmallWatermaze-v0", { radius: 300 }],
  ["SmallIrreversiblePath-v0", { difficulty: 0.3 }],
] as const)
  console.log(stored(id, options, 8, 300));
console.log(stored("SmallGoalMaze-v0", { rooms: 5, height: 72, width: 96, horizon: 1001 }, 1, 2010));

/** Chunks of 16 pictures of 36 × 48. */
function chunks(): Buffer[] {
  const env = makeEnv("SmallGoalMaze-v0", { rooms: 3 });
  const random = new Random("bench", "chunks");
  const found: Buffer[] = [];
  for (let seed = 0; found.length < 90; seed++) {
    const pictures = [env.reset({ seed }).observation];
    for (let isOver = false; !isOver; ) {
      const { observation, terminated, truncated } = env.step(action(random));
      pictures.push(observation);
      isOver = terminated || truncated;
    }
    for (let at = 0; at + 16 <= pictures.length; at += 16)
      found.push(Buffer.concat(pictures.slice(at, at + 16)));
  }
  env.close();
  return found;
}

/** A chunk whose bytes are differences to those `back` bytes before. */
function differences(chunk: Buffer, back: number): Buffer {
  const out = Buffer.from(chunk);
  for (let at = chunk.length - 1; at >= back; at--) out[at] = chunk[at]! - chunk[at - back]!;
  return out;
}

const brotli = (quality: number) => (chunk: Buffer) =>
  zlib.brotliCompressSync(chunk, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: quality } });
const deflate = (level: number) => (chunk: Buffer) => zlib.deflateRawSync(chunk, { level });
const all = chunks();
console.log("\nChunks of 16 pictures of 36 × 48: bytes a picture, pictures written in a second");
for (const [name, pack, back] of [
  ["deflate 6", deflate(6), 0],
  ["deflate 1", deflate(1), 0],
  ["Brotli 1", brotli(1), 0],
  ["Brotli 5", brotli(5), 0],
  ["deflate 6 of differences between pictures", deflate(6), 36 * 48 * 3],
  ["deflate 6 of differences between rows", deflate(6), 48 * 3],
  ["deflate 6 of differences between pixels", deflate(6), 3],
] as const) {
  let bytes = 0;
  const spent = seconds(() => {
    for (const chunk of all) bytes += pack(back === 0 ? chunk : differences(chunk, back)).length;
  });
  const count = 16 * all.length;
  console.log(`${name}: ${(bytes / count).toFixed(0)} bytes, ${(count / spent).toFixed(0)} /s`);
}
if (process.argv[2] === undefined) rmSync(root, { recursive: true });
