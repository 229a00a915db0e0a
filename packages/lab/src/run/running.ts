// The context of a running experiment.
import { dirname, join } from "node:path";
import type { distributed, Generator } from "@throughline/torch";
import { knownOptions, type OptionNames, optional, refusal, whole } from "@throughline/torch/checks";
import { LabError } from "../errors.js";
import type { Figure } from "../figures/figure.js";
import { makeFolder, writeAtomic } from "../files/disk.js";
import { seed32 } from "../random/seeds.js";
import { type Artifact, artifactPath, artifactText, type LinesArtifact } from "./artifacts.js";
import type { LoopOptions, Metrics, Restorable, RunContext, Stateful } from "./context.js";
import type { Course } from "./course.js";
import type { Engine } from "./engine.js";
import type { Environment } from "./environment.js";
import { writeFigure } from "./figure-files.js";
import type { Input, Inputs } from "./inputs.js";
import type { Lock } from "./lock.js";
import { LoopDriver, type LoopParts } from "./loop.js";
import type { Registry } from "./registry.js";
import { row } from "./row.js";
import { noteUnit } from "./units.js";

/** Parts that a context works with. */
export interface ContextParts extends LoopParts {
  readonly engine: Engine;
  readonly registry: Registry;
  readonly lock: Lock;
  readonly config: Readonly<Record<string, unknown>>;
  /** The folder of all runs. */
  readonly root: string;
  readonly inputs: Inputs | undefined;
  readonly group?: distributed.ProcessGroup | undefined;
  readonly say: (message: string) => void;
  /** Notes what the numbers depend on in `environment.json`. */
  readonly noteEnvironment: (facts: Environment) => void;
}

/** The lab's `RunContext`. */
export class RunningContext implements RunContext {
  readonly config: Readonly<Record<string, unknown>>;
  readonly seed: number;
  readonly device: string;
  readonly path: string;
  readonly root: string;
  readonly signal: AbortSignal;
  readonly group: distributed.ProcessGroup | undefined;
  readonly #parts: ContextParts;
  readonly #course: Course;
  #loop: { readonly name: string; readonly driver: LoopDriver } | undefined;
  #isClosed = false;

  constructor(parts: ContextParts) {
    this.#parts = parts;
    this.#course = parts.course;
    this.config = parts.config;
    this.seed = Number(parts.config.seed);
    this.device = String(parts.config.device);
    this.path = parts.path;
    this.root = parts.root;
    this.signal = parts.stop.signal;
    this.group = parts.group;
  }

  /** Name of the running loop; undefined between loops. */
  get loopName(): string | undefined {
    return this.#loop?.name;
  }

  /** Closes the context: the run has ended. */
  close(): void {
    this.#isClosed = true;
  }

  generator(name: string, device = "cpu"): Generator {
    this.#check();
    return this.#parts.registry.generator(name, device);
  }

  seedFor(name: string): number {
    return seed32(this.seed, name);
  }

  track<T extends Stateful | Restorable>(name: string, object: T): T {
    this.#check();
    this.#parts.registry.track(name, object);
    return object;
  }

  async loop(name: string, options: LoopOptions, body: (step: number) => Metrics | undefined): Promise<void> {
    const { scope } = this.#parts.engine;
    await this.#drive(name, options, async (driver) => {
      while (driver.isLeft) {
        if (driver.mustPause) await driver.pause();
        this.#seedStep(name, driver.step);
        driver.finishStep(scope(() => body(driver.step)));
      }
    });
  }

  async loopAsync(
    name: string,
    options: LoopOptions,
    body: (step: number) => Promise<Metrics | undefined>,
  ): Promise<void> {
    await this.#drive(name, options, async (driver) => {
      while (driver.isLeft) {
        if (driver.mustPause) await driver.pause();
        this.#seedStep(name, driver.step);
        driver.finishStep(await body(driver.step));
      }
    });
  }

  async #drive(
    name: string,
    options: LoopOptions,
    work: (driver: LoopDriver) => Promise<void>,
  ): Promise<void> {
    this.#check();
    checkLoop(name, options, this.#loop?.name);
    if (options.steps === 0) return;
    // Ranks ask each other before the first step.
    if (!this.#course.isReplaying && this.#parts.agreement === undefined) this.#parts.stop.check();
    const step = this.#course.enter(name);
    if (step === undefined) return;
    noteUnit(this.path, name, options.unit ?? "step", this.#parts.lock.check);
    const driver = new LoopDriver(this.#parts, name, options, step);
    this.#loop = { name, driver };
    try {
      await work(driver);
      driver.end();
    } finally {
      this.#loop = undefined;
    }
  }

  /**
   * Ranks beside the first draw other numbers from libtorch's default generator, for dropout of other samples. As a function of the
   * step, they need no place in checkpoints, which are the first rank's.
   */
  #seedStep(loop: string, step: number): void {
    const rank = this.group?.rank ?? 0;
    if (rank > 0) this.#parts.engine.manualSeed(seed32(this.seed, `rank ${rank}, ${loop}, step ${step}`));
  }

  environment(facts: Readonly<Record<string, string>>): void {
    this.#check();
    this.#parts.noteEnvironment(facts);
  }

  log(metrics: Metrics): void {
    this.#check();
    if (this.#loop !== undefined) this.#loop.driver.log(metrics);
    // Metrics logged while replaying up to the checkpoint are in the file already.
    else if (!this.#course.isReplaying) {
      const now = performance.now();
      this.#parts.metrics.append(row("run", this.#course.steps, this.#course.elapsed(now), metrics), now);
    }
  }

  input(name: string): Input | undefined {
    const { inputs } = this.#parts;
    return inputs !== undefined && Object.hasOwn(inputs, name) ? inputs[name] : undefined;
  }

  say(message: string): void {
    this.#parts.say(message);
  }

  artifact(name: string, content: string | Uint8Array): string {
    const path = this.artifactPath(name);
    writeAtomic(path, content, this.#parts.lock.check);
    return path;
  }

  keep<T>(artifact: Artifact<T> | LinesArtifact<T>, value: T | readonly T[]): string {
    return this.artifact(artifact.name, artifactText(artifact, value));
  }

  artifactPath(name: string): string {
    this.#check();
    this.#parts.lock.check();
    const path = artifactPath(this.path, name);
    makeFolder(dirname(path));
    return path;
  }

  cacheFolder(name: string): string {
    return join(this.root, "cache", name);
  }

  async figure(name: string, figure: Figure): Promise<void> {
    this.#check();
    this.#parts.lock.check();
    await writeFigure(this.path, name, figure);
  }

  #check(): void {
    if (this.#isClosed) throw new LabError("lab/ended", `the run at ${this.path} has ended`);
  }
}

function checkLoop(name: string, options: LoopOptions, outer: string | undefined): void {
  const names: OptionNames<LoopOptions> = { steps: true, checkpointEvery: true, unit: true, best: true };
  const { steps, checkpointEvery, best } = knownOptions(`loop ${name}`, names, options);
  if (best !== undefined) knownOptions(`loop ${name}: best`, { metric: true, goal: true }, best);
  const refuse = (problem: string): LabError => new LabError("lab/loop", `loop ${name}: ${problem}`);
  if (!/^[\w][\w./ -]*$/.test(name) || name === "run") {
    throw new LabError("lab/loop", `"${name}" cannot name a loop; use letters, digits, -, _ and ., not run`);
  }
  if (outer !== undefined) throw refuse(`it begins before loop ${outer} has ended; await that one first`);
  const problem =
    refusal("steps", steps, whole(0, 0)) ??
    refusal("checkpointEvery", checkpointEvery, optional(whole(1, 1)));
  if (problem !== undefined) throw refuse(problem);
}
