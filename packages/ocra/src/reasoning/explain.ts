// Explanations of a trained model's answers.
import { noGrad, scope, type Tensor } from "@throughline/torch";
import type { SlotAutoencoder } from "../slots/autoencoder.js";
import { explainSlots, type SlotExplanation } from "../slots/explain.js";
import type { SlotDraw, SlotEncoding } from "../slots/slot-attention.js";
import { RelationScorer, type Relations } from "./relation-scorer.js";
import type { SlotScorer } from "./scorer.js";

/** A model's answer to one problem. */
export interface Answer {
  /** The score of each candidate. */
  readonly scores: number[];
  /** softmax over the candidates; for one picture, [σ(score)], the probability of "different". */
  readonly probabilities: number[];
  /** The candidate with the highest score; for one picture, 1 if its score is positive, else 0. */
  readonly choice: number;
}

/** An answer, and what it comes from; of tensors, the first dimension is the candidates. */
export interface PuzzleExplanation extends Answer {
  readonly slots: SlotExplanation;
  /** Relations between the slots; null for models that compute none. */
  readonly relations: Relations | null;
}

/** OCRA's relations between slots, without recording; null for a model that computes none. */
export function explainRelations(scorer: SlotScorer, encoding: SlotEncoding): Relations | null {
  if (!(scorer instanceof RelationScorer)) return null;
  return scope(() => noGrad(() => scorer.relate(encoding)));
}

/** Scores of one problem's candidates as an answer. @param scores [P] */
export function answerOf(scores: Tensor): Answer {
  return scope(() => {
    const probabilities = scores.numel === 1 ? scores.sigmoid() : scores.softmax(0);
    const list = (x: Tensor): number[] => x.toArray() as number[];
    const choice = scores.numel === 1 ? Number(scores.item() > 0) : scores.argmax().item();
    return { scores: list(scores), probabilities: list(probabilities), choice };
  });
}

/**
 * Answers one problem and says why.
 * @param model frozen; @param scorer trained, in evaluation mode while it answers.
 * @param candidates one picture for each candidate, [P, C, H, W], in the range the encoder was trained with.
 */
export function explainPuzzle(
  model: SlotAutoencoder,
  scorer: SlotScorer,
  candidates: Tensor,
  draw: SlotDraw = {},
): PuzzleExplanation {
  return scope(() => {
    const slots = explainSlots(model, candidates, draw);
    const scores = scorer.evaluating(() => noGrad(() => scorer.forward(slots)));
    return { ...answerOf(scores), slots, relations: explainRelations(scorer, slots) };
  });
}
