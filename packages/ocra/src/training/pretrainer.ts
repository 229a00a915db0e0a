// Pre-training steps of a slot-attention autoencoder, and how well its slots separate the objects of displays.
import {
  amp,
  type distributed,
  type Generator,
  type nn,
  noGrad,
  optim,
  scope,
  type Tensor,
} from "@throughline/torch";
import { knownOptions, type OptionNames } from "@throughline/torch/checks";
import type { DisplayBatch } from "../datasets/collate.js";
import type { Segmentation } from "../metrics/segmentation.js";
import { type SlotScores, slotScores, slotSegmentations } from "../metrics/slot-scores.js";
import { refuse } from "../nn/refuse.js";
import { seePixels } from "../pretrained/pixels.js";
import type { PixelView } from "../pretrained/suites.js";
import { reconstructionLoss, type SlotAutoencoder } from "../slots/autoencoder.js";
import { enlarge } from "../slots/explain.js";
import type { JointBatch } from "../slots/slot-attention.js";
import { backwardPart, joinMeans, jointOf } from "./joint.js";
import { learningRate, type Schedule } from "./learning-rate.js";

/** Options of `Pretrainer`. */
export interface PretrainerOptions extends Schedule {
  /** Step size of the encoder's convolutions, as a share of the others'. Default 1. */
  readonly encoderRate?: number;
  /** Largest norm of the gradient over all parameters; 0 does not clip. */
  readonly clip: number;
  /** Input of the model, from pictures. */
  readonly pixels: PixelView;
  /** `bfloat16`: forward pass and loss in mixed precision. Default `float32`. */
  readonly precision?: "float32" | "bfloat16";
  /** Device of the model. Default `cpu`. */
  readonly device?: string;
  /** Draws initial slots. */
  readonly generator: Generator;
  /** Ranks that share each batch, for `stepTogether`. */
  readonly group?: distributed.ProcessGroup | undefined;
}

const names: OptionNames<PretrainerOptions> = {
  phases: true,
  warmup: true,
  decay: true,
  encoderRate: true,
  clip: true,
  pixels: true,
  precision: true,
  device: true,
  generator: true,
  group: true,
};

/** Scores on held-out displays. */
export interface Validation {
  /** Mean squared error of the reconstruction. */
  readonly loss: number;
  /** Scores by the decoder's masks. */
  readonly masks: SlotScores;
  /** Scores by the attention of the last iteration. */
  readonly attention: SlotScores;
}

/** Trains an autoencoder by Adam on the reconstruction loss. */
export class Pretrainer {
  readonly model: SlotAutoencoder;
  readonly optimizer: optim.Adam;
  readonly #options: PretrainerOptions;
  readonly #parameters: readonly nn.Parameter[];
  readonly #rate: optim.lrScheduler.RateFunction;

  /** @throws TorchError for unknown options, or a schedule without phases */
  constructor(model: SlotAutoencoder, options: PretrainerOptions) {
    knownOptions("Pretrainer", names, options);
    if (options.phases.length === 0)
      throw refuse("Pretrainer", "phases is empty; accepted: one phase or more");
    this.model = model;
    this.#options = options;
    this.#rate = learningRate(options);
    this.#parameters = [...model.parameters()];
    const encoder = new Set<nn.Parameter>(model.encoder_cnn.parameters());
    const others = this.#parameters.filter((parameter) => !encoder.has(parameter));
    this.optimizer = new optim.Adam([{ params: others }, { params: [...encoder] }], {
      lr: options.phases[0]!.lr,
    });
  }

  /** One step. @param images [B, C, H, W], 0 to 1; @param step counts from 0; @returns the loss. */
  step(images: Tensor, step: number): number {
    const loss = this.gradients(images, step);
    this.update();
    return loss;
  }

  /**
   * Same as `step`, for the ranks of `group`.
   * @param images this rank's share; @param batch displays of all ranks together; @returns the loss of the whole batch
   * @throws TorchError `torch/distributed`
   */
  async stepTogether(images: Tensor, step: number, batch: number): Promise<number> {
    const { group } = this.#options;
    const joint = jointOf(batch, group);
    if (group === undefined || joint === undefined) return this.step(images, step);
    const own = this.gradients(images, step, joint);
    const [loss] = await joinMeans(group, this.#parameters, joint, [own]);
    this.update();
    return loss!;
  }

  /** Fills in gradients. @returns the loss */
  private gradients(images: Tensor, step: number, joint?: JointBatch): number {
    const { encoderRate = 1, generator } = this.#options;
    const lr = this.#rate(step);
    for (const [i, group] of this.optimizer.paramGroups.entries()) group.lr = i === 1 ? encoderRate * lr : lr;
    return scope(() => {
      this.model.train();
      const x = this.seen(images);
      const loss = this.mixed(() => reconstructionLoss(this.model.forward(x, { generator, joint }), x));
      this.optimizer.zeroGrad();
      backwardPart(loss, joint);
      return loss.item();
    });
  }

  private update(): void {
    const { clip } = this.#options;
    scope(() => {
      if (clip > 0) optim.clipGradNorm_(this.#parameters, clip);
      this.optimizer.step();
    });
  }

  /** @param generator draws initial slots: the same from the same state */
  async validate(displays: AsyncIterable<DisplayBatch>, generator: Generator): Promise<Validation> {
    const byMasks: Segmentation[] = [];
    const byAttention: Segmentation[] = [];
    let sum = 0;
    for await (const { image, owners } of displays) {
      scope(() =>
        noGrad(() => {
          this.model.eval();
          const x = this.seen(image);
          const found = this.mixed(() => this.model.forward(x, { generator }));
          sum += reconstructionLoss(found, x).item() * x.size(0);
          byMasks.push(...slotSegmentations(owners, found.masks));
          byAttention.push(...slotSegmentations(owners, enlarge(found.shares, this.model.config.resolution)));
        }),
      );
    }
    return { loss: sum / byMasks.length, masks: slotScores(byMasks), attention: slotScores(byAttention) };
  }

  /** The images as the model takes them. */
  seen(images: Tensor): Tensor {
    const { pixels, device = "cpu" } = this.#options;
    return scope(() => seePixels(images.to({ device }), pixels));
  }

  private mixed<T>(body: () => T): T {
    const { precision = "float32", device = "cpu" } = this.#options;
    return amp.autocast({ device, dtype: "bfloat16", enabled: precision === "bfloat16" }, body);
  }
}
