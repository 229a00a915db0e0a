// Looks at a learning agent's memory, and flosses it. Both play episodes of their own, so that learning neither notices a look nor
// loses a step to flossing.
import { Flosser, fused, schedules } from "@throughline/flossing";
import type { Metrics, RunContext } from "@throughline/lab";
import { isDue } from "@throughline/lab/training";
import { dispose, Generator, keep, scope, type Tensor, zeros } from "@throughline/torch";
import { memoryDynamics } from "./dynamics.js";
import type { Learner } from "./learner.js";
import { looksArtifact, type MemoryLook } from "./memory-looks.js";
import type { SourceConfig } from "./options.js";
import { type WatchOptions, watchEpisodes } from "./watch.js";

/** Mazes that the memory is watched in have seeds from here on: no agent learns in them, nor is tested there. */
const SEEDS = 1_500_000_000;
/** Episodes that are played at once, and those that are measured. */
const PLAYED = 32;
const MEASURED = 4;
/** Episodes that flossing draws from, and its steps after which they are played anew, with the memory as it has become. */
const FLOSSED = 8;
const REPLAYED = 50;

/** State in a checkpoint. */
interface State {
  readonly looks: readonly MemoryLook[];
  readonly plays: number;
  readonly features: Tensor | null;
}

/** Watches and flosses the memory of a run's agent. */
export class MemoryCare {
  readonly #context: RunContext<SourceConfig>;
  readonly #learner: Learner;
  readonly #place: () => Pick<WatchOptions, "env" | "options">;
  readonly #flossing: { readonly flosser: Flosser; readonly generator: Generator } | undefined;
  #looks: MemoryLook[] = [];
  #plays = 0;
  /** Features of the episodes that flossing draws from, [steps, FLOSSED, features]. */
  #features: Tensor | null = null;

  /** @param place the maze that the agent is learning at that time */
  constructor(
    context: RunContext<SourceConfig>,
    learner: Learner,
    place: () => Pick<WatchOptions, "env" | "options">,
  ) {
    this.#context = context;
    this.#learner = learner;
    this.#place = place;
    const { k, flossBefore = 0, flossEvery = 0, flossLr } = context.config;
    context.track("memory", this);
    if (flossBefore + flossEvery === 0) return;
    const { memory } = learner.agent;
    const generator = context.generator("floss");
    const flosser = new Flosser(fused(memory), {
      ...{ k: k!, lr: flossLr! },
      parameters: memory.parameters(),
      inputs: () => this.#episode(generator),
    });
    this.#flossing = { flosser: context.track("flosser", flosser), generator };
  }

  /** Flosses before the first update. */
  async before(): Promise<void> {
    const { flossBefore: steps = 0, dynamicsEvery = 0 } = this.#context.config;
    if (steps === 0) return;
    if (dynamicsEvery > 0) this.#look(0, "before flossing");
    await this.#context.loop("floss", { steps, unit: "flossing step" }, (step): Metrics | undefined => {
      const { loss, exponents, gradient } = this.#step(step);
      if (step % 10 !== 0 && step + 1 !== steps) return undefined;
      return { loss, first: exponents[0]!, last: exponents.at(-1)!, gradient };
    });
  }

  /** Looks and flosses before an update, where that is due. @returns metrics to be logged with it */
  update(update: number, updates: number): Metrics {
    const { dynamicsEvery = 0, flossEvery = 0, flossSteps } = this.#context.config;
    const seen = isDue(dynamicsEvery, update, updates) ? metricsOf(this.#look(update)) : {};
    const due = flossEvery === 0 ? 0 : schedules.periodic(flossEvery, flossSteps!).due(update);
    let last: number | undefined;
    for (let step = 0; step < due; step++) last = this.#step(step).loss;
    return { ...seen, ...(last !== undefined && { flossingSteps: due, flossingLoss: last }) };
  }

  /** A last look after training. */
  end(updates: number): void {
    const { dynamicsEvery = 0 } = this.#context.config;
    if (isDue(dynamicsEvery, updates, updates)) this.#look(updates);
  }

  [Symbol.dispose](): void {
    this.#flossing?.flosser.dispose();
    this.#hold(null);
  }

  stateDict(): State {
    return { looks: this.#looks, plays: this.#plays, features: this.#features };
  }

  loadStateDict({ looks, plays, features }: State): void {
    this.#looks = [...looks];
    this.#plays = plays;
    this.#hold(features?.clone() ?? null);
  }

  #hold(features: Tensor | null): void {
    dispose(this.#features);
    this.#features = features === null ? null : keep(features);
  }

  /** The same mazes and random numbers at every look, so that two differ by the agent alone. */
  #look(update: number, label?: string): MemoryLook {
    const { k } = this.#context.config;
    const dynamics = scope(() => {
      using generator = Generator.create({ seed: this.#context.seedFor("look") });
      return memoryDynamics(this.#learner.agent.memory, this.#watch(SEEDS, MEASURED, generator), k!);
    });
    const look = { update, ...(label !== undefined && { label }), level: this.#learner.level, ...dynamics };
    this.#looks.push(look);
    this.#context.keep(looksArtifact, this.#looks);
    return look;
  }

  #watch(seed: number, wanted: number, generator: Generator): Tensor {
    const steps = this.#context.config.flossLength!;
    return watchEpisodes(
      this.#learner.agent,
      { ...this.#place(), seed, steps, wanted, episodes: PLAYED },
      generator,
    );
  }

  /** One step of flossing; every so often, and at the first, on episodes played anew. */
  #step(step: number) {
    const { flosser, generator } = this.#flossing!;
    if (step % REPLAYED === 0) {
      this.#plays++;
      this.#hold(scope(() => this.#watch(SEEDS + this.#plays * PLAYED, FLOSSED, generator)));
    }
    return flosser.step();
  }

  /** One of the episodes at random, as the paper takes one sequence for a step. */
  #episode(generator: Generator): Tensor {
    const features = this.#features!;
    const number = scope(() => zeros([1]).uniform_(0, features.size(1), { generator }).item());
    return features.narrow(1, Math.min(Math.floor(number), features.size(1) - 1), 1);
  }
}

/** What of a look goes into the metrics: infinite values are left to the file. */
function metricsOf({ exponents, dimension, lags, logNorms, steps }: MemoryLook): Metrics {
  const all = {
    firstExponent: exponents[0],
    lastExponent: exponents.at(-1),
    ...{ dimension, lookSteps: steps },
    logNorm8: logNorms[lags.indexOf(8)],
  };
  return Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, number] => typeof entry[1] === "number"),
  );
}
