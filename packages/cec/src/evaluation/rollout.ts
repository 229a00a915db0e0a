// The loop of an evaluation: one step of all runs that are not over.
import { fromTypedArray, Generator, keep, noGrad, scope, type Tensor } from "@throughline/torch";
import { forgotten, selected } from "../policies/memory.js";
import type { Memory, SequencePolicy } from "../policies/sequence-policy.js";
import type { CompleteOptions } from "./evaluate.js";
import { Lane } from "./lane.js";
import { Looks } from "./looks.js";
import { bounded, type PlainAction } from "./played-env.js";
import type { Protocol } from "./protocol.js";
import type { EvaluationResult, RunEpisode } from "./result.js";
import { deviceOf, type PlainStep, type StepForm, stepsOf } from "./steps.js";

/** Steps of one pass when a memory is made anew. */
const CHUNK = 128;

/** Runs side by side. */
export class Rollout {
  readonly #policy: SequencePolicy;
  readonly #protocol: Protocol;
  readonly #options: CompleteOptions;
  readonly #form: StepForm;
  readonly #generator: Generator;
  readonly #episodes: RunEpisode[] = [];
  readonly #levels: EvaluationResult["levels"][number][];
  readonly #looks = new Looks();
  #lanes: Lane[] = [];
  #memory: Memory = [];

  constructor(policy: SequencePolicy, protocol: Protocol, options: CompleteOptions) {
    this.#policy = policy;
    this.#protocol = protocol;
    this.#options = options;
    this.#levels = Array.from({ length: options.levels }, () => null);
    const { target = 0, runs } = options;
    const settings = { ...options, protocol, target };
    this.#generator = Generator.create({ seed: options.seed });
    try {
      for (let run = 0; run < runs; run++) this.#lanes.push(new Lane(run, settings));
      this.#memory = keep(scope(() => policy.start(runs)));
    } catch (error) {
      this.close();
      throw error;
    }
    for (const lane of this.#lanes) this.#note(lane);
    this.#form = {
      ...this.#lanes[0]!.form,
      isConditioned: policy.isConditioned,
      device: deviceOf(policy),
    };
  }

  /** One step of all runs. @returns false if there is none left */
  step(): boolean {
    if (this.#lanes.length === 0) return false;
    const actions = this.#quietly(() => this.#decide());
    for (const [row, { env }] of this.#lanes.entries()) env.beginStep?.(actions[row] as never);
    const ended = this.#lanes.filter((lane, row) => {
      const action = actions[row]!;
      const episode = lane.took(action, lane.env.endStep?.() ?? lane.env.step(action));
      if (episode === undefined) return false;
      this.#episodes.push(episode);
      this.#options.onEpisode?.(episode);
      return true;
    });
    this.#begin(ended.filter(({ isOver }) => !isOver));
    if (ended.some(({ isOver }) => isOver)) this.#drop();
    return true;
  }

  /** The episodes, by run and number. */
  result(): EvaluationResult {
    const { runs, seed, forget, order, choose, attention } = this.#options;
    const byRun = (a: RunEpisode, b: RunEpisode): number => a.run - b.run || a.number - b.number;
    return {
      format: "throughline-cec-evaluation-1",
      ...{ protocol: this.#protocol, levels: this.#levels, runs, seed, forget, order, choose },
      episodes: this.#episodes.toSorted(byRun),
      ...(attention && { looks: this.#looks.means }),
    };
  }

  close(): void {
    for (const lane of this.#lanes) lane.close();
    this.#generator.dispose();
    for (const tensor of this.#memory) tensor.dispose();
  }

  #quietly<T>(body: () => T): T {
    return noGrad(() => this.#policy.evaluating(() => scope(body)));
  }

  #decide(): PlainAction[] {
    const { choose, attention } = this.#options;
    const steps = stepsOf(
      this.#lanes.map(({ next }) => next),
      this.#lanes.length,
      this.#form,
    );
    if (attention) this.#looks.add(attention(steps, this.#memory), this.#lanes);
    const { actions, memory } = this.#policy.forward(steps, this.#memory);
    const chosen = choose === "best" ? actions.best(this.#generator) : actions.sample(this.#generator);
    this.#remember(memory);
    const values = chosen.to({ device: "cpu" }).contiguous().toTypedArray();
    if (this.#form.actions.kind === "numbered") return Array.from(values as BigInt64Array, Number);
    const { dimensions } = this.#form.actions;
    return this.#lanes.map(({ env }, row) =>
      bounded(env.actionSpace, (values as Float32Array).slice(row * dimensions, (row + 1) * dimensions)),
    );
  }

  /** Before the next episodes of some lanes. */
  #begin(lanes: readonly Lane[]): void {
    for (const lane of lanes) {
      this.#note(lane);
      const history = lane.renew();
      if (history !== undefined) this.#replace(this.#lanes.indexOf(lane), history);
    }
    if (this.#options.forget === "never" || lanes.length === 0) return;
    this.#quietly(() => {
      const empty = Uint8Array.from(this.#lanes, (lane) => Number(lanes.includes(lane)));
      const begins = this.#placed(fromTypedArray(empty, [empty.length], { dtype: "bool" }));
      this.#remember(forgotten(this.#memory, begins));
    });
  }

  /** Makes a run's memory anew. */
  #replace(row: number, history: readonly PlainStep[]): void {
    this.#quietly(() => {
      const anew = this.#memoryOf(history);
      const at = this.#rows([row]);
      this.#remember(this.#memory.map((tensor, part) => tensor.indexCopy(0, at, anew[part]!)));
    });
  }

  #placed(tensor: Tensor): Tensor {
    return this.#form.device === "cpu" ? tensor : tensor.to(this.#form.device);
  }

  #rows(rows: readonly number[]): Tensor {
    return this.#placed(fromTypedArray(BigInt64Array.from(rows, BigInt), [rows.length], { dtype: "int64" }));
  }

  /** The memory of one run after steps. */
  #memoryOf(history: readonly PlainStep[]): Memory {
    let memory = this.#policy.start(1);
    for (let from = 0; from < history.length; from += CHUNK) {
      const steps = stepsOf(history.slice(from, from + CHUNK), 1, this.#form);
      memory = this.#policy.forward(steps, memory).memory;
    }
    return memory;
  }

  /** Takes the lanes that are over out of the batch. */
  #drop(): void {
    const rows = this.#lanes.flatMap(({ isOver }, row) => (isOver ? [] : [row]));
    for (const lane of this.#lanes) if (lane.isOver) lane.close();
    this.#lanes = this.#lanes.filter(({ isOver }) => !isOver);
    this.#quietly(() => this.#remember(selected(this.#memory, this.#rows(rows))));
  }

  #remember(memory: Memory): void {
    const before = this.#memory;
    this.#memory = keep(memory);
    const kept: readonly Tensor[] = this.#memory;
    for (const tensor of before) if (!kept.includes(tensor)) tensor.dispose();
  }

  #note({ level, env }: Lane): void {
    this.#levels[level] ??= { id: env.spec.id, options: { ...env.spec.options } };
  }
}
