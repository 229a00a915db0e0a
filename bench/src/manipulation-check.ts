// Ours against robosuite: the same state and the same actions in both, and how far they come apart: the table of docs/manipulation.md.
// THROUGHLINE_PYTHON must have robosuite 1.5.2 and mujoco 3.9.0.
// `npx tsc -b && THROUGHLINE_PYTHON=.venv/bin/python node bench/dist/manipulation-check.js [seeds]`
import { spawnSync } from "node:child_process";
import {
  MANIPULATION_IDS,
  type ManipulationEnv,
  type ManipulationId,
  makeEnv,
  ScriptedDemonstrator,
} from "@throughline/envs";
import { Random } from "@throughline/lab/random";

const python = process.env.THROUGHLINE_PYTHON ?? "python3";
const seeds = Number(process.argv[2] ?? 3);

/** Values that are compared after each action. */
interface Pose {
  readonly grip: number[];
  readonly hand: number[];
  readonly fingers: number[];
  readonly joints: number[];
  readonly object: number[];
  readonly success: boolean;
}

interface Played {
  /** State at the start, without its time. */
  readonly positions: number[];
  /** Half edges of the cube. */
  readonly half: number[] | undefined;
  readonly actions: number[][];
  readonly poses: Pose[];
}

/** Actions whose poses are compared. */
const COMPARED = 100;
/** A demonstrator plays on until it succeeds, at most so many. */
const MOST = 250;

/** Plays actions of a scripted demonstrator, or random ones, each held for five. */
function play(env: ManipulationEnv, id: ManipulationId, kind: "random" | "scripted", seed: number): Played {
  let { observation } = env.reset({ seed });
  const positions = [...env.flatState.slice(1, 17)];
  const { names, sizes } = env.shapes;
  const cube = names.indexOf("cube");
  const half = cube < 0 ? undefined : [...sizes.slice(cube * 3, cube * 3 + 3)];
  const scripted = new ScriptedDemonstrator(id, "better");
  scripted.begin(seed, 0);
  const random = new Random("manipulation check", seed);
  const actions: number[][] = [];
  const poses: Pose[] = [];
  let held = new Float32Array(7);
  for (let step = 0; step < (kind === "random" ? COMPARED : MOST); step++) {
    if (step >= COMPARED && poses.at(-1)!.success) break;
    if (step % 5 === 0) held = Float32Array.from({ length: 7 }, () => random.uniform(-0.5, 0.5));
    const action = kind === "random" ? held : scripted.act(observation);
    const taken = env.step(action);
    observation = taken.observation;
    actions.push([...action]);
    const { object, robot0_eef_pos, robot0_eef_quat, robot0_gripper_qpos, robot0_joint_pos } = observation;
    poses.push({
      grip: [...robot0_eef_pos],
      hand: [...robot0_eef_quat],
      fingers: [...robot0_gripper_qpos],
      joints: [...robot0_joint_pos],
      object: [...object.slice(0, 3)],
      success: taken.info.success,
    });
  }
  return { positions, half, actions, poses };
}

/** The same in robosuite. */
function theirs(id: ManipulationId, { positions, half, actions }: Played): Pose[] {
  const input = JSON.stringify({ id, positions, half, actions });
  const { status, stdout, stderr } = spawnSync(python, ["bench/peers/robosuite_play.py"], {
    ...{ input, encoding: "utf8", maxBuffer: 2 ** 26 },
  });
  if (status !== 0) throw new Error(`${python}: ${stderr}`);
  return (JSON.parse(stdout) as { steps: Pose[] }).steps;
}

const away = (some: readonly number[], others: readonly number[]): number =>
  Math.max(...some.map((value, at) => Math.abs(value - others[at]!)));

/** A quaternion and its negative are the same turn. */
const turnAway = (some: readonly number[], others: readonly number[]): number =>
  Math.min(
    away(some, others),
    away(
      some,
      others.map((part) => -part),
    ),
  );

process.stdout.write(
  "task       actions   grip (m)  hand (quat)  joints (rad)  fingers (m)  object (m)  success at\n",
);
for (const id of MANIPULATION_IDS)
  for (const kind of ["random", "scripted"] as const)
    for (let seed = 0; seed < seeds; seed++) {
      const env = makeEnv(id, { endOnSuccess: false });
      const ours = play(env, id, kind, seed);
      env.close();
      const poses = theirs(id, ours);
      const most = (distance: (pose: Pose, at: number) => number): string =>
        Math.max(...poses.slice(0, COMPARED).map(distance)).toExponential(1);
      const successes = [ours.poses, poses].map((all) => all.findIndex(({ success }) => success) + 1 || "-");
      const cells = [
        id.padEnd(10),
        kind.padEnd(9),
        most(({ grip }, at) => away(grip, ours.poses[at]!.grip)).padEnd(9),
        most(({ hand }, at) => turnAway(hand, ours.poses[at]!.hand)).padEnd(12),
        most(({ joints }, at) => away(joints, ours.poses[at]!.joints)).padEnd(13),
        most(({ fingers }, at) => away(fingers, ours.poses[at]!.fingers)).padEnd(12),
        most(({ object }, at) => away(object, ours.poses[at]!.object)).padEnd(11),
        successes.join(" / "),
      ];
      process.stdout.write(`${cells.join(" ")}\n`);
    }
