// Many worlds of one size, their agents, and what these see: all numbers lie in tensors, which native threads move and draw.
import { noGrad, scope, type Tensor, zeros } from "@throughline/torch";
import { EnvError } from "../errors.js";
import type { Motion } from "./actions.js";
import { heightAt, type Layout } from "./layout.js";
import { mazeOperators } from "./native.js";
import { releaseAtlas, takeAtlas } from "./pictures/atlas.js";

/** Sizes that all worlds of a simulation share. */
export interface SimulationSize {
  readonly worlds: number;
  readonly rows: number;
  readonly columns: number;
  readonly sprites: number;
  readonly panels: number;
}

/** The agent's place, in cells and degrees clockwise from the east. */
export interface Pose {
  readonly x: number;
  readonly y: number;
  /** Height of the ground under it. */
  readonly ground: number;
  readonly heading: number;
  readonly pitch: number;
}

/** The agent's radius in cells. */
export const RADIUS = 0.2;

/** Worlds that are stepped and drawn together, on `getNumThreads()` threads. */
export class Simulation {
  readonly size: SimulationSize;
  readonly #tensors: Readonly<Record<"cells" | "numbers" | "goals" | "poses" | "sprites" | "panels", Tensor>>;
  readonly #motions: Tensor;
  readonly #actions: Tensor;
  readonly #atlas = takeAtlas();
  #isDisposed = false;

  /** @param motions of each action, in the order of the action space */
  constructor(size: SimulationSize, motions: readonly Motion[]) {
    this.size = size;
    const { worlds, rows, columns, sprites, panels } = size;
    const doubles = (shape: number[]): Tensor => zeros(shape, { dtype: "float64" }).keep();
    this.#tensors = {
      cells: zeros([worlds, rows, columns, 4], { dtype: "int16" }).keep(),
      numbers: doubles([worlds, 9]),
      goals: doubles([worlds, 4]),
      poses: doubles([worlds, 5]),
      sprites: doubles([worlds, Math.max(1, sprites), 6]),
      panels: doubles([worlds, Math.max(1, panels), 5]),
    };
    this.#motions = doubles([motions.length, 4]);
    motions.forEach(({ forward, right, turn, look }, action) => {
      (this.#motions.memory() as Float64Array).set([forward, right, turn, look], action * 4);
    });
    this.#actions = zeros([worlds], { dtype: "int64" }).keep();
  }

  /**
   * Puts a layout and the agent at its start into a world.
   * @param pitch of its eyes, in degrees above the horizon
   * @throws EnvError `envs/option` if the layout is of another size
   */
  load(world: number, layout: Layout, pitch = 0): void {
    const { rows, columns, sprites, panels } = this.size;
    const { grid, arena, goal, start } = layout;
    if (
      grid.rows !== rows ||
      grid.columns !== columns ||
      layout.sprites.length > sprites ||
      layout.panels.length > panels
    ) {
      const given = `${grid.rows} × ${grid.columns} cells, ${layout.sprites.length} sprites, ${layout.panels.length} panels`;
      const accepted = `${rows} × ${columns}, at most ${sprites} and ${panels}`;
      throw new EnvError("option", `Simulation: the layout has ${given}, accepted: ${accepted}`);
    }
    this.#write("cells", world, grid.cells);
    this.#write("numbers", world, [
      ...[arena?.radius ?? 0, arena?.x ?? 0, arena?.y ?? 0, arena?.height ?? 0, arena?.texture ?? 0],
      ...[layout.fog, layout.sky, layout.eye, layout.plain ?? -1],
    ]);
    this.#write("goals", world, [goal.x, goal.y, goal.z, goal.radius]);
    const ground = heightAt(grid, Math.floor(start.x), Math.floor(start.y));
    this.#write("poses", world, [start.x, start.y, ground, start.heading, pitch]);
    this.#write(
      "sprites",
      world,
      layout.sprites.flatMap((s) => [s.x, s.y, s.z, s.width, s.height, s.texture]),
    );
    this.#write(
      "panels",
      world,
      layout.panels.flatMap((p) => [p.place, p.half, p.low, p.high, p.texture]),
    );
  }

  /**
   * Moves every agent by its action, `repeat` times or until the goal is reached.
   * @param actions a number of the action space for each world
   * @returns for each world 1 if the goal was reached
   */
  advance(actions: ArrayLike<number>, repeat: number): Uint8Array {
    const chosen = this.#actions.memory() as BigInt64Array;
    for (let world = 0; world < chosen.length; world++) chosen[world] = BigInt(actions[world]!);
    const { cells, numbers, goals, poses } = this.#tensors;
    return scope(
      () =>
        mazeOperators()
          .advance(cells, numbers, goals, poses, this.#motions, this.#actions, repeat, RADIUS)
          .toTypedArray() as Uint8Array,
    );
  }

  /**
   * Draws what every agent sees, or those of `wanted`.
   * @param pictures uint8 [worlds, height, width, 3], written in place
   * @param fieldOfView horizontal, in degrees
   */
  draw(pictures: Tensor, fieldOfView: number, wanted: Tensor | null = null): void {
    const { cells, numbers, sprites, panels, poses } = this.#tensors;
    noGrad(() => {
      mazeOperators().draw(
        cells,
        numbers,
        sprites,
        panels,
        poses,
        this.#atlas,
        fieldOfView,
        wanted,
        pictures,
      );
    });
  }

  pose(world: number): Pose {
    const [x, y, ground, heading, pitch] = (this.#tensors.poses.memory() as Float64Array).subarray(
      world * 5,
      world * 5 + 5,
    ) as unknown as [number, number, number, number, number];
    return { x, y, ground, heading, pitch };
  }

  /** Puts an agent somewhere else. */
  place(world: number, { x, y, ground, heading, pitch }: Pose): void {
    this.#write("poses", world, [x, y, ground, heading, pitch]);
  }

  /** Gives back its tensors; a second call does nothing. */
  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    releaseAtlas();
    for (const tensor of [...Object.values(this.#tensors), this.#motions, this.#actions]) tensor.dispose();
  }

  /** Writes a world's row of a tensor; zeros behind the values. */
  #write(
    name: "cells" | "numbers" | "goals" | "poses" | "sprites" | "panels",
    world: number,
    values: ArrayLike<number>,
  ): void {
    const memory = this.#tensors[name].memory() as Float64Array | Int16Array;
    const width = memory.length / this.size.worlds;
    memory.fill(0, world * width, (world + 1) * width);
    memory.set(values, world * width);
  }
}
