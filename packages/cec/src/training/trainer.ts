// Trains a policy on sequences.
import { amp, distributed, optim, scope, type Tensor, tensor } from "@throughline/torch";
import type { SequenceBatch } from "../curricula/batch.js";
import type { SequencePolicy } from "../policies/sequence-policy.js";
import { mapSteps } from "../policies/steps.js";
import { learningRate, type ScheduleOptions } from "./schedule.js";
import { backwardSequences, type Pass, type PassOptions } from "./sequence-loss.js";

/** Settings of training. */
export interface TrainerOptions extends ScheduleOptions, Omit<PassOptions, "share"> {
  /** Bound of the gradient's norm; 0: none. */
  readonly maxGradNorm: number;
  /** Weight decay of AdamW. Default: 0, as in the paper. */
  readonly weightDecay?: number;
  /** Precision of products and convolutions. Default: float32. */
  readonly precision?: "float32" | "bfloat16";
  /** Device of the policy. Default: cpu. */
  readonly device?: string;
  /** Ranks that share each batch, which all of them are given whole; for `stepTogether`. */
  readonly group?: distributed.ProcessGroup | undefined;
}

/** A step, in numbers. */
export interface TrainingStep extends Pass {
  /** Norm of the gradient before it is bounded. */
  readonly gradNorm: number;
  readonly lr: number;
}

/** AdamW with PyTorch's defaults, bounded gradients and the paper's schedule (Shi et al. 2023, appendix B). */
export class SequenceTrainer {
  readonly policy: SequencePolicy;
  readonly optimizer: optim.AdamW;
  readonly #options: TrainerOptions;

  constructor(policy: SequencePolicy, options: TrainerOptions) {
    this.policy = policy;
    this.#options = options;
    const { lr, weightDecay = 0 } = options;
    this.optimizer = new optim.AdamW(policy.parameters(), { lr, weightDecay });
  }

  /** One step of the optimiser. @param given on any device @param step counts from 0 */
  step(given: SequenceBatch, step: number): TrainingStep {
    return scope(() => {
      const pass = this.#gradients(this.#placed(given), step);
      return { ...pass, ...this.#update() };
    });
  }

  /** Same as `step`, for the ranks of `group`. @throws TorchError `torch/distributed` */
  async stepTogether(given: SequenceBatch, step: number): Promise<TrainingStep> {
    const { group } = this.#options;
    if (group === undefined) return this.step(given, step);
    const { pass, sums } = scope(() => {
      const pass = this.#gradients(this.#placed(given), step);
      return { pass, sums: tensor([pass.loss, pass.firstLoss], { dtype: "float64" }) };
    });
    await distributed.sumGradients(group, this.policy.parameters(), [sums]);
    const [loss, firstLoss] = sums.toTypedArray() as Float64Array;
    sums.dispose();
    return { ...pass, loss: loss!, firstLoss: firstLoss!, ...scope(() => this.#update()) };
  }

  #placed(batch: SequenceBatch): SequenceBatch {
    const { device = "cpu" } = this.#options;
    if (batch.counted.device === device) return batch;
    const { actions, counted, episodes } = batch;
    const place = (tensor: Tensor): Tensor => tensor.to({ device });
    return {
      ...mapSteps(batch, place),
      ...{ actions: place(actions), counted: place(counted), episodes: place(episodes) },
    };
  }

  #gradients(batch: SequenceBatch, step: number): Pass & { readonly lr: number } {
    const { group: share, precision = "float32", device = "cpu" } = this.#options;
    const lr = learningRate(step, this.#options);
    for (const group of this.optimizer.paramGroups) group.lr = lr;
    this.policy.train();
    this.optimizer.zeroGrad();
    const pass = amp.autocast({ device, dtype: "bfloat16", enabled: precision === "bfloat16" }, () =>
      backwardSequences(this.policy, batch, { ...this.#options, share }),
    );
    return { ...pass, lr };
  }

  #update(): { readonly gradNorm: number } {
    const { maxGradNorm } = this.#options;
    const bound = maxGradNorm === 0 ? Number.POSITIVE_INFINITY : maxGradNorm;
    const gradNorm = optim.clipGradNorm_(this.policy.parameters(), bound).item();
    this.optimizer.step();
    return { gradNorm };
  }
}
