// Interface of every model of a task: a score for each picture.
import { nn, scope, type Tensor } from "@throughline/torch";
import type { SlotDraw, SlotEncoding } from "../slots/slot-attention.js";

/** Input of a model: frozen slots; frozen patches of the feature map, in the same form; or the images themselves. */
export type ScorerInput = "slots" | "patches" | "images";

/** Scores pictures by their slots: { slots, z, m }, each [B, K, D] → [B]. */
export abstract class SlotScorer extends nn.Module<[encoding: SlotEncoding]> {
  readonly input: "slots" | "patches" = "slots";
}

/** Scores pictures as they are: [B, C, H, W] → [B]; `draw` is for models that draw slots of their own. */
export abstract class ImageScorer extends nn.Module<[images: Tensor, draw?: SlotDraw]> {
  readonly input = "images" as const;
}

/**
 * Scores pictures by how well they continue what it completes. It learns from pictures with the right answer alone, by a loss of its own,
 * and compares candidates only when it is asked.
 */
export abstract class CompletionScorer extends ImageScorer {
  /** Mean loss of right pictures [B, C, H, W], a scalar. @param draw its generator draws what is hidden at random */
  abstract loss(images: Tensor, draw?: SlotDraw): Tensor;
}

/** Any model of a task; `input` says which. */
export type Scorer = SlotScorer | ImageScorer;

/**
 * One score for each candidate of each problem, every candidate scored by itself.
 * @param encoding { slots, z, m }, each [B, P, K, D]: P candidates a problem; @returns [B, P].
 */
export function scoreCandidates(scorer: SlotScorer, encoding: SlotEncoding): Tensor {
  const { slots, z, m } = encoding;
  const [batch, candidates] = slots.shape as [number, number];
  return scope(() => {
    const flat = { slots: slots.flatten(0, 1), z: z.flatten(0, 1), m: m.flatten(0, 1) };
    return scorer.forward(flat).view([batch, candidates]);
  });
}

/** Same as `scoreCandidates`, for images [B, P, C, H, W]; the draw's noise is [B · P, K, D]. */
export function scoreCandidateImages(scorer: ImageScorer, images: Tensor, draw: SlotDraw = {}): Tensor {
  const [batch, candidates] = images.shape as [number, number];
  return scope(() => scorer.forward(images.flatten(0, 1), draw).view([batch, candidates]));
}
