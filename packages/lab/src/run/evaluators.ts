// Evaluations during training, each with a period of its own.
import type { nn } from "@throughline/torch";
import { LabError } from "../errors.js";
import type { BestWeights } from "./best.js";
import type { Metrics } from "./context.js";

/** Evaluation at an interval during training. */
export interface Evaluator {
  /** Steps between two evaluations; another follows the last step. 0: no evaluation. */
  readonly every: number;
  /** Returns the metrics. @param done training steps done */
  evaluate(done: number): Metrics | Promise<Metrics>;
  /** Keeps the weights with the best value of a metric of this evaluation. */
  readonly best?: { readonly weights: BestWeights; readonly metric: string; readonly model: nn.AnyModule };
  /** True if its metrics are logged. Default true; false for an evaluation that only selects the best weights. */
  readonly logs?: boolean;
}

/**
 * True if an evaluation every `every` steps is due: before the first step, after every `every` steps, and after the last.
 * @param done training steps done
 * @param steps training steps in total
 */
export function isDue(every: number, done: number, steps: number): boolean {
  return every > 0 && (done % every === 0 || done === steps);
}

/** Several evaluators of one training loop, in their order. */
export class Evaluators {
  readonly #steps: number;
  readonly #evaluators: readonly Evaluator[];

  /** @param steps of the training loop */
  constructor(steps: number, evaluators: readonly Evaluator[]) {
    this.#steps = steps;
    this.#evaluators = evaluators;
  }

  /**
   * Evaluates what is due after `done` steps.
   * @returns the metrics to log together; undefined if there are none
   * @throws LabError lab/metric if an evaluation lacks the metric that chooses the best weights
   */
  async at(done: number): Promise<Metrics | undefined> {
    let logged: Metrics | undefined;
    for (const { every, evaluate, best, logs = true } of this.#evaluators) {
      if (!isDue(every, done, this.#steps)) continue;
      const metrics = await evaluate(done);
      if (best !== undefined) best.weights.offer(numberOf(metrics, best.metric), done, best.model);
      if (logs) logged = { ...logged, ...metrics };
    }
    return logged;
  }
}

function numberOf(metrics: Metrics, name: string): number {
  const value = metrics[name];
  if (typeof value === "number") return value;
  const given = Object.keys(metrics).join(", ") || "nothing";
  throw new LabError(
    "lab/metric",
    `an evaluation returned ${given}, but no number ${name} to select the best weights by`,
  );
}
