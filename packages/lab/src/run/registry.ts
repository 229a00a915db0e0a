// State of an experiment in checkpoints: its generators and the objects it tracks.
import type { Generator, Tensor } from "@throughline/torch";
import { LabError } from "../errors.js";
import { seed63 } from "../random/seeds.js";
import type { Restorable, Stateful } from "./context.js";
import type { Cut } from "./cut.js";
import type { Engine } from "./engine.js";
import { flatten, type Json, rebuild } from "./tree.js";

/** The state of everything, taken at one moment. */
export interface Capture {
  readonly tensors: Map<string, Tensor>;
  readonly objects: Record<string, Json>;
  readonly generators: Record<string, string>;
  readonly tainted: string[];
}

/** A generator's tensor among a checkpoint's; no tracked object's can begin with it. */
const prefix = "generator/";

/** Generators and tracked objects by name. */
export class Registry {
  readonly #engine: Engine;
  readonly #seed: number;
  readonly #objects = new Map<string, Stateful | Restorable>();
  readonly #generators = new Map<string, Generator>();
  // A checkpoint's contents for objects and generators that the experiment has not made yet.
  #waiting: { cut: Cut; tensors: Readonly<Record<string, Tensor>> } | undefined;

  /** Holds the default generators of the CPU and of the run's device from the start. */
  constructor(engine: Engine, seed: number, device: string) {
    this.#engine = engine;
    this.#seed = seed;
    const devices = device === "cpu" ? ["cpu"] : ["cpu", device];
    for (const each of devices) {
      this.#generators.set(`@${each}`, engine.keep(engine.Generator.default(each)));
    }
  }

  /** The generator `name` for tensors on `device`, made from the seed when it is first asked for. */
  generator(name: string, device: string): Generator {
    checkName("a generator", name);
    const key = device === "cpu" ? name : `${name}@${device}`;
    let generator = this.#generators.get(key);
    if (generator === undefined) {
      const seed = seed63(this.#seed, key);
      generator = this.#engine.keep(this.#engine.Generator.create({ seed, device }));
      this.#generators.set(key, generator);
      if (this.#waiting !== undefined)
        this.#restoreGenerator(key, generator, this.#waiting.cut, this.#waiting.tensors);
    }
    return generator;
  }

  /** Puts an object into every checkpoint from now on. */
  track(name: string, object: Stateful | Restorable): void {
    checkName("a tracked object", name);
    if (this.#objects.has(name)) {
      throw new LabError(
        "lab/track",
        `another object is tracked as ${name} already; give each object its own name`,
      );
    }
    this.#objects.set(name, object);
    const skeleton = this.#waiting?.cut.objects[name];
    if (skeleton !== undefined) give(object, rebuild(skeleton, this.#waiting!.tensors));
  }

  /** The state of everything. Call it in a scope; the tensors share memory with the objects. */
  capture(): Capture {
    const tensors = new Map<string, Tensor>();
    const objects: Record<string, Json> = {};
    for (const [name, object] of this.#objects)
      objects[name] = flatten(this.#engine, take(object), name, tensors);
    const tainted = Array.from(tensors)
      .filter(([, tensor]) => this.#engine.isFloatingPoint(tensor.dtype) && tensor.isnan().any().item())
      .map(([name]) => name);
    const generators: Record<string, string> = {};
    for (const [key, generator] of this.#generators) {
      generators[key] = `${prefix}${key}`;
      tensors.set(`${prefix}${key}`, generator.getState());
    }
    return { tensors, objects, generators, tainted };
  }

  /**
   * Puts everything back. What the experiment has not made yet gets its state when it is made.
   * @throws LabError lab/changed if something is tracked that the checkpoint does not hold
   */
  restore(cut: Cut, tensors: Readonly<Record<string, Tensor>>): void {
    const unknown = Array.from(this.#objects.keys()).filter((name) => !Object.hasOwn(cut.objects, name));
    if (unknown.length > 0) {
      throw new LabError(
        "lab/changed",
        `the checkpoint has no state of ${unknown.join(", ")}: the experiment has changed since; start a new run`,
      );
    }
    for (const [name, object] of this.#objects) give(object, rebuild(cut.objects[name]!, tensors));
    for (const [key, generator] of this.#generators) this.#restoreGenerator(key, generator, cut, tensors);
    const left =
      Object.keys(cut.objects).some((name) => !this.#objects.has(name)) ||
      Object.keys(cut.generators).some((key) => !this.#generators.has(key));
    this.#waiting = left ? { cut, tensors } : undefined;
  }

  #restoreGenerator(
    key: string,
    generator: Generator,
    cut: Cut,
    tensors: Readonly<Record<string, Tensor>>,
  ): void {
    const name = cut.generators[key];
    const state = name === undefined ? undefined : tensors[name];
    if (state !== undefined) generator.setState(state);
  }

  /** Releases the generators. */
  dispose(): void {
    for (const generator of this.#generators.values()) generator.dispose();
    this.#generators.clear();
    this.#objects.clear();
    this.#waiting = undefined;
  }
}

function take(object: Stateful | Restorable): unknown {
  return "stateDict" in object ? object.stateDict() : object.state();
}

function give(object: Stateful | Restorable, state: unknown): void {
  if ("loadStateDict" in object) object.loadStateDict(state as never);
  else object.restore(state as never);
}

function checkName(what: string, name: string): void {
  if (/^[A-Za-z][\w-]*$/.test(name)) return;
  throw new LabError(
    "lab/track",
    `"${name}" cannot name ${what}; use letters, digits, - and _, a letter first`,
  );
}
