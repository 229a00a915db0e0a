// The simulated worlds against what is known of them: where things rest, where they are placed, how goals are reached, what counts as
// done, and that the engine's memory is given back.
import { Random } from "@throughline/lab/random";
import { beforeAll, describe, expect, test } from "vitest";
import { REACH } from "../../dist/manipulation/control/arm-control.js";
import { rotationError } from "../../dist/manipulation/control/rotations.js";
import { START_POSTURE, TORQUES } from "../../dist/manipulation/model/panda.js";
import { loadMuJoCo, type MuJoCo } from "../../dist/manipulation/physics/mujoco.js";
import { World } from "../../dist/manipulation/physics/world.js";
import { GEOM_TYPES } from "../../dist/manipulation/scene.js";
import { Simulation, START_NOISE } from "../../dist/manipulation/simulation/simulation.js";
import { can } from "../../dist/manipulation/tasks/can.js";
import { lift } from "../../dist/manipulation/tasks/lift.js";
import { square } from "../../dist/manipulation/tasks/square.js";
import type { ManipulationTask, Situation } from "../../dist/manipulation/tasks/task.js";

let mujoco: MuJoCo;
beforeAll(async () => {
  mujoco = await loadMuJoCo();
});

/** A simulation at the start of an episode, freed afterwards. */
function within<Result>(task: ManipulationTask, body: (simulation: Simulation) => Result, seed = 1): Result {
  const simulation = new Simulation(mujoco, task);
  try {
    simulation.reset(seed, 0);
    return body(simulation);
  } finally {
    simulation.free();
  }
}

const REST = [0, 0, 0, 0, 0, 0, -1];
const rest = (simulation: Simulation, actions: number, action: readonly number[] = REST): void => {
  for (let taken = 0; taken < actions; taken++) simulation.step(action);
};

describe("things at rest", () => {
  test("the cube lies on the table, its middle half its height above it", () =>
    within(lift, (simulation) => {
      const { names, sizes } = simulation.shapes;
      const cube = names.indexOf("cube");
      const half = sizes[cube * 3 + 2]!;
      rest(simulation, 10);
      // 1 mm: contacts are springs.
      expect(Math.abs(simulation.situation.object[2]! - 0.8 - half)).toBeLessThan(1e-3);
      expect(simulation.isDone).toBe(false);
    }));

  test("the can stands in its bin, the nut lies on the table", () => {
    const heightOf = (task: ManipulationTask): number =>
      within(task, (simulation) => {
        rest(simulation, 12);
        return simulation.situation.object[2]!;
      });
    expect(Math.abs(heightOf(can) - 0.82 - 0.04)).toBeLessThan(1e-3);
    expect(Math.abs(heightOf(square) - 0.82 - 0.01)).toBeLessThan(1e-3);
  });
});

describe("the start of an episode", () => {
  const starts = (task: ManipulationTask, most: number) =>
    Array.from({ length: most }, (_, episode) => task.begin(new Random("envs", task.id, 5, episode)));
  const range = (values: readonly number[]): [number, number] => [Math.min(...values), Math.max(...values)];

  test.each([
    ["Lift", lift, [-0.03, 0.03], [-0.03, 0.03]],
    ["Can", can, [0.1 - 0.10965, 0.1 + 0.10965], [-0.25 - 0.15965, -0.25 + 0.15965]],
    ["Square", square, [-0.115, -0.11], [0.11, 0.225]],
  ] as const)("%s: the object lies within its bounds, and near all of them", (_, task, x, y) => {
    const all = starts(task, 300);
    for (const [axis, [low, high]] of [x, y].entries()) {
      const [least, most] = range(all.map(({ placement }) => placement.position[axis]!));
      const width = high - low;
      expect(least).toBeGreaterThanOrEqual(low - 1e-4);
      expect(most).toBeLessThanOrEqual(high + 1e-4);
      expect([least - low < 0.05 * width, high - most < 0.05 * width]).toEqual([true, true]);
    }
    const [least, most] = range(all.map(({ placement }) => placement.yaw));
    expect([least >= 0, least < 0.2, most > 6, most < 2 * Math.PI]).toEqual([true, true, true, true]);
  });

  test("joints are the start posture with noise of 0.02 rad", () => {
    const simulation = new Simulation(mujoco, square);
    const errors = Array.from({ length: 60 }, (_, episode) => {
      simulation.reset(3, episode);
      return [...simulation.observation().robot0_joint_pos].map((joint, at) => joint - START_POSTURE[at]!);
    }).flat();
    simulation.free();
    const spread = Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length);
    // 420 numbers: three standard deviations of the estimate are a tenth.
    expect(Math.abs(spread / START_NOISE - 1)).toBeLessThan(0.11);
  });

  test("the fingers are half open, and the cube is of another size in another episode", () => {
    const simulation = new Simulation(mujoco, lift);
    const sizes = [0, 1, 2].map((episode) => {
      simulation.reset(1, episode);
      expect([...simulation.observation().robot0_gripper_qpos]).toEqual([0.020833, -0.020833]);
      return simulation.shapes.sizes.slice(-3).join();
    });
    simulation.free();
    expect(new Set(sizes).size).toBe(3);
  });
});

describe("the hand", () => {
  test("stays where it is without actions, its posture too", () =>
    within(lift, (simulation) => {
      const before = simulation.observation();
      rest(simulation, 20);
      const after = simulation.observation();
      for (const key of ["robot0_eef_pos", "robot0_joint_pos"] as const)
        after[key].forEach((value, at) => {
          expect(Math.abs(value - before[key][at]!), key).toBeLessThan(1e-6);
        });
    }));

  test("goes along x by what actions ask for, and turns about z by it", () =>
    within(lift, (simulation) => {
      const before = simulation.observation();
      const turnBefore = simulation.world.siteRotation(simulation.world.number("site", "grip_site")).slice();
      rest(simulation, 12, [0.5, 0, 0, 0, 0, 0.2, -1]);
      const { robot0_eef_pos: after } = simulation.observation();
      const went = after[0]! - before.robot0_eef_pos[0]!;
      // At a steady speed v the spring's k · 0.5 · 0.05 m equals the damper's 2 √k v: 15 cm/s, and 0.6 s less what it takes to begin.
      const steady = (Math.sqrt(150) / 2) * 0.5 * REACH.position;
      expect(went).toBeLessThan(steady * 12 * 0.05);
      expect(went).toBeGreaterThan(steady * 12 * 0.05 * 0.6);
      expect(Math.abs(after[1]! - before.robot0_eef_pos[1]!)).toBeLessThan(went / 4);
      const turn = simulation.world.siteRotation(simulation.world.number("site", "grip_site"));
      const error = rotationError(turn, turnBefore);
      expect(error[2]!).toBeGreaterThan(0.2);
      expect(Math.hypot(error[0]!, error[1]!)).toBeLessThan(0.1);
    }));

  test("a goal is reached to within 1 mm when the same point is asked for again and again", () =>
    within(lift, (simulation) => {
      const start = Array.from(simulation.situation.grip);
      const goal = [start[0]! + 0.05, start[1]! - 0.03, start[2]! - 0.04];
      for (let taken = 0; taken < 40; taken++) {
        const { grip } = simulation.situation;
        simulation.step([
          ...goal.map((wanted, axis) => (wanted - grip[axis]!) / REACH.position),
          0,
          0,
          0,
          -1,
        ]);
      }
      goal.forEach((wanted, axis) => {
        expect(Math.abs(simulation.situation.grip[axis]! - wanted)).toBeLessThan(1e-3);
      });
    }));

  test("an action without a turn keeps the orientation that was last asked for", () =>
    within(lift, (simulation) => {
      const site = simulation.world.number("site", "grip_site");
      simulation.step([0, 0, 0, 0, 0, 1, -1]);
      const asked = simulation.state.arm.rotation;
      rest(simulation, 30);
      expect(simulation.state.arm.rotation).toEqual(asked);
      // It turns on, to where it was to be: half a radian.
      expect(Math.hypot(...rotationError(asked, simulation.world.siteRotation(site)))).toBeLessThan(0.01);
      simulation.step([0, 0, 0, 0, 0, 1e-9, -1]);
      expect(simulation.state.arm.rotation).not.toEqual(asked);
    }));

  test("torques stay within their limits, however hard it is pulled", () =>
    within(lift, (simulation) => {
      let most = TORQUES.map(() => 0);
      for (let taken = 0; taken < 20; taken++) {
        const way = taken % 4 < 2 ? 1 : -1;
        simulation.step([way, -way, way, way, -way, way, way]);
        most = most.map((torque, at) => Math.max(torque, Math.abs(simulation.world.controls[at]!)));
      }
      most.forEach((torque, at) => {
        expect(torque).toBeLessThanOrEqual(TORQUES[at]!);
      });
      expect(most.some((torque, at) => torque === TORQUES[at])).toBe(true);
    }));

  test("actions beyond 1 count as 1", () => {
    const played = (action: readonly number[]): ArrayLike<number> =>
      within(lift, (simulation) => {
        rest(simulation, 3, action);
        return Array.from(simulation.situation.grip);
      });
    expect(played([3, 0, 0, 0, 0, 0, 9])).toEqual(played([1, 0, 0, 0, 0, 0, 1]));
  });

  test("fingers close within 8 actions from open, against each other", () =>
    within(lift, (simulation) => {
      const opening = (): number => simulation.observation().robot0_gripper_qpos[0]!;
      rest(simulation, 20);
      expect(opening()).toBeGreaterThan(0.039);
      rest(simulation, 8, [0, 0, 0, 0, 0, 0, 1]);
      const closing = opening();
      rest(simulation, 12, [0, 0, 0, 0, 0, 0, 1]);
      expect(closing).toBeLessThan(0.02);
      expect(opening()).toBeLessThan(0.002);
    }));
});

describe("success", () => {
  const at = (object: readonly number[], grip: readonly number[] = [0, 0, 2]): Situation => ({
    ...{ object, grip, objectTurn: [1, 0, 0, 0], handTurn: [0, 1, 0, 0] },
  });

  test("Lift: the cube's middle is more than 4 cm above the table", () => {
    expect(lift.isDone(at([0, 0, 0.8401]))).toBe(true);
    expect(lift.isDone(at([0, 0, 0.8399]))).toBe(false);
  });

  test("Can: in the far left quarter of the second bin, and let go", () => {
    expect(can.isDone(at([0.2, 0.4, 0.86]))).toBe(true);
    for (const [x, y, z] of [
      [0.099, 0.4, 0.86],
      [0.296, 0.4, 0.86],
      [0.2, 0.279, 0.86],
      [0.2, 0.526, 0.86],
      [0.2, 0.4, 0.901],
      [0.2, 0.4, 0.799],
    ] as const)
      expect(can.isDone(at([x, y, z])), `${x} ${y} ${z}`).toBe(false);
    expect(can.isDone(at([0.2, 0.4, 0.86], [0.2, 0.4, 0.86 + 0.0423]))).toBe(false);
    expect(can.isDone(at([0.2, 0.4, 0.86], [0.2, 0.4, 0.86 + 0.0425]))).toBe(true);
  });

  test("Square: over the square peg and low, the hand beside it", () => {
    expect(square.isDone(at([0.23, 0.1, 0.83]))).toBe(true);
    expect(square.isDone(at([0.259, 0.129, 0.869]))).toBe(true);
    for (const [x, y, z] of [
      [0.261, 0.1, 0.83],
      [0.23, 0.069, 0.83],
      [0.23, 0.1, 0.871],
      [0.23, -0.1, 0.83],
    ] as const)
      expect(square.isDone(at([x, y, z])), `${x} ${y} ${z}`).toBe(false);
  });
});

describe("the engine's memory", () => {
  test("worlds that are freed give it back: forty of them need no more than two", () => {
    const mjcf = "<mujoco><worldbody><body><freejoint/><geom size='.1'/></body></worldbody></mujoco>";
    /** Bytes of the engine's whole memory, which its arrays are views of. */
    const make = (count: number): number => {
      let bytes = 0;
      for (let made = 0; made < count; made++) {
        const world = new World(mujoco, mjcf);
        world.observe();
        bytes = world.positions.buffer.byteLength;
        world.free();
        world.free();
      }
      return bytes;
    };
    const before = make(2);
    expect(make(40)).toBe(before);
  });

  test("a model that is none is refused in a sentence, and so is what it does not have", () => {
    expect(() => new World(mujoco, "<mujoco><arm/></mujoco>")).toThrow(/unrecognized element/);
    within(lift, ({ world }) => {
      expect(() => world.number("site", "elbow")).toThrow("the model has no site elbow");
    });
  });
});

test("shapes have names, colours and sizes that a painter can draw, and poses are rotations", () => {
  for (const task of [lift, can, square])
    within(task, (simulation) => {
      const { count, types, names, colors, cameras } = simulation.shapes;
      expect(new Set(names).size).toBe(count);
      for (const type of types) expect(GEOM_TYPES[type]).toMatch(/plane|capsule|cylinder|box/);
      expect(colors.every((share) => share >= 0 && share <= 1)).toBe(true);
      expect(cameras).toEqual([
        { name: "agentview", fieldOfView: 45 },
        { name: "robot0_eye_in_hand", fieldOfView: 75 },
      ]);
      const { cameraRotations } = simulation.world.places;
      // The first looks along (−0.708, 0, −0.706) with +y to the right: its z axis points the other way.
      const axis = (column: number): number[] => [0, 1, 2].map((row) => cameraRotations[row * 3 + column]!);
      axis(2).forEach((part, at) => {
        expect(part).toBeCloseTo([0.708, 0, 0.706][at]!, 3);
      });
      expect(axis(0)[1]).toBeCloseTo(1, 3);
      // The hand's looks along the hand, which points down.
      expect(cameraRotations[9 + 8]!).toBeGreaterThan(0.98);
    });
});
