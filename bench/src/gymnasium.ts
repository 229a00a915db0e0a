// What the pipes to Python's Gymnasium cost: the table of docs/gymnasium.md. THROUGHLINE_PYTHON must have gymnasium, minigrid and mujoco.
// `npx tsc -b && THROUGHLINE_PYTHON=.venv/bin/python node bench/dist/gymnasium.js`
import { spawnSync } from "node:child_process";
import { type GymnasiumOptions, gymnasium, makeEnv, makeVector } from "@throughline/envs";
import { setNumThreads } from "@throughline/torch";

setNumThreads(1);
const python = process.env.THROUGHLINE_PYTHON ?? "python3";
/** Seconds of each measurement. */
const SECONDS = 3;

/** Microseconds of a step in the best of many blocks, which other programs disturb least. */
function best(step: (at: number) => void, block: number): number {
  let [least, at] = [Number.POSITIVE_INFINITY, 0];
  for (const end = performance.now() + 1e3 * SECONDS; performance.now() < end; ) {
    const begin = performance.now();
    for (let i = 0; i < block; i++) step(at++);
    least = Math.min(least, (1e3 * (performance.now() - begin)) / block);
  }
  return least;
}

/** The same in Python alone. */
function inPython(...words: string[]): number {
  const { status, stdout, stderr } = spawnSync(
    python,
    ["bench/peers/gymnasium_steps.py", String(SECONDS), ...words],
    { encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`${python}: ${stderr}`);
  return Number(stdout);
}

const pictures: GymnasiumOptions = {
  wrappers: [
    ["minigrid.wrappers.RGBImgPartialObsWrapper", { tile_size: 8 }],
    "minigrid.wrappers.ImgObsWrapper",
  ],
};
const line = (what: string, alone: number, through: number): void =>
  console.log(`${what}: ${alone.toFixed(0)} alone, ${through.toFixed(0)} through the bridge`);

console.log("Microseconds a step, the best of many blocks");
for (const [id, options, actions, what] of [
  ["CartPole-v1", {}, [0, 1], "here"],
  ["HalfCheetah-v5", {}, [new Float32Array(6).fill(0.1)], "here"],
  ["MiniGrid-DoorKey-5x5-v0", {}, [0, 1, 2], "here"],
  ["MiniGrid-DoorKey-5x5-v0", pictures, [0, 1, 2], "as pictures of 56 × 56 here"],
] as const) {
  const env = gymnasium<unknown, number | Float32Array>(id, options);
  let isOver = true;
  const through = best((at) => {
    if (isOver) env.reset({ seed: at });
    const { terminated, truncated } = env.step(actions[at % actions.length]!);
    isOver = terminated || truncated;
  }, 40);
  env.close();
  line(`${id} ${what}`, inPython(id, what.startsWith("as") ? "pictures" : "plain"), through);
}

const moves = [0, 0, 1, 0, 2];
const env = makeEnv("SmallGoalMaze-v0", { rooms: 3 });
env.reset({ seed: 1 });
const one = best((at) => {
  const { terminated, truncated } = env.step(moves[at % 5]!);
  if (terminated || truncated) env.reset();
}, 20);
env.close();
line("SmallGoalMaze-v0, 3 rooms, in Python", one, inPython("maze"));
const vector = makeVector("SmallGoalMaze-v0", 16, { rooms: 3 });
vector.reset({ seed: 1 });
const many = best((at) => vector.step(new Uint8Array(16).fill(moves[at % 5]!)), 20);
vector.close();
line("the same, a vector of 16, for all lanes", many, inPython("mazes"));
