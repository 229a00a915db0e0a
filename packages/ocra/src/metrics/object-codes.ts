// Scores of the slots of task pictures: whether each object has a slot of its own, and whether equal objects have
// more similar z than different ones.
import { rocAuc } from "@throughline/lab";
import { ones, scope, type Tensor, zeros } from "@throughline/torch";
import { knownOptions } from "@throughline/torch/checks";
import type { PlacedObject } from "../datasets/types.js";
import { contextNorm } from "../nn/context-norm.js";
import { refuse } from "../nn/refuse.js";
import { attentionOnObjects, slotMaps } from "./attention-on-objects.js";

/** Encoded pictures, and the objects that were drawn on each. */
export interface CodedPictures {
  /** Weights of the averages z, [B, K, h, w]: each map sums to 1. */
  readonly attention: Tensor;
  /** [B, K, D], K ≥ 2 */
  readonly z: Tensor;
  /** Objects of each picture; places as in `TaskSet.describe`. */
  readonly objects: readonly (readonly PlacedObject[])[];
}

/** Scores of the objects' codes over many pictures. */
export interface ObjectCodeScores {
  readonly pictures: number;
  readonly objects: number;
  /** Share of the objects that one slot reads: no other object has more of that slot, and `share` of it is on the object. */
  readonly read: number;
  /** Share of the pictures all of whose objects are read. */
  readonly complete: number;
  /**
   * Area under the curve of cosine similarity after `contextNorm`: the chance that two equal objects of a picture are more
   * alike than two different ones are, ties half; NaN without both. Pairs whose objects have the same slot do not count.
   */
  readonly auc: number;
}

/** Options of `ObjectCodes`. */
export interface ObjectCodesOptions {
  /** Height and width of an object's box, as a fraction of the picture. Default 0.25: 32 of 160 pixels and the jitter. */
  readonly box?: number;
  /** Share of a slot's attention that has to be on its object's box. Default 0.8. */
  readonly share?: number;
}

/**
 * Collects codes picture by picture. An object's code is the z of the slot that has most of its attention on the object's
 * box. Not in the paper: it tells what a reasoner can know, before there is one.
 */
export class ObjectCodes {
  readonly #box: number;
  readonly #share: number;
  readonly #equal: number[] = [];
  readonly #different: number[] = [];
  #pictures = 0;
  #complete = 0;
  #objects = 0;
  #read = 0;

  constructor(options: ObjectCodesOptions = {}) {
    const { box = 0.25, share = 0.8 } = knownOptions("ObjectCodes", { box: true, share: true }, options);
    if (!(box > 0 && box <= 1)) throw refuse("ObjectCodes", `box is ${box}; accepted: 0 < box ≤ 1`);
    if (!(share > 0 && share <= 1)) throw refuse("ObjectCodes", `share is ${share}; accepted: 0 < share ≤ 1`);
    this.#box = box;
    this.#share = share;
  }

  /** @throws TorchError if there are not as many pictures as lists of objects. */
  add({ attention, z, objects }: CodedPictures): void {
    if (attention.ndim !== 4 || z.ndim !== 3 || attention.size(0) !== objects.length) {
      throw refuse(
        "ObjectCodes",
        `attention is [${attention.shape}], z [${z.shape}] and objects are those of ${objects.length} pictures; ` +
          "accepted: [B, K, h, w], [B, K, D] and B lists",
      );
    }
    scope(() => {
      const dim = z.size(-1);
      const normed = contextNorm(
        z.detach().to({ dtype: "float32", device: "cpu" }),
        ones([dim]),
        zeros([dim]),
      );
      const unit = normed.div(normed.pow(2).sum({ dim: -1, keepdim: true }).sqrt().clamp({ min: 1e-12 }));
      const similarity = unit.matmul(unit.transpose(1, 2));
      for (const [at, placed] of objects.entries()) {
        if (placed.length > 0) this.#addPicture(attention.select(0, at), similarity.select(0, at), placed);
      }
    });
  }

  scores(): ObjectCodeScores {
    return {
      pictures: this.#pictures,
      objects: this.#objects,
      read: this.#read / this.#objects,
      complete: this.#complete / this.#pictures,
      auc: rocAuc(this.#equal, this.#different),
    };
  }

  #addPicture(attention: Tensor, similarity: Tensor, objects: readonly PlacedObject[]): void {
    const size = attention.shape.slice(1) as [number, number];
    const onBoxes = attentionOnObjects(slotMaps(attention), size, objects, this.#box / 2);
    const slots = onBoxes.map((shares) => shares.indexOf(Math.max(...shares)));
    const isRead = slots.map(
      (slot, at) =>
        slots.filter((other) => other === slot).length === 1 && onBoxes[at]![slot]! >= this.#share,
    );
    const read = isRead.filter(Boolean).length;
    this.#pictures++;
    this.#objects += objects.length;
    this.#read += read;
    if (read === objects.length) this.#complete++;
    const alike = similarity.toArray() as number[][];
    for (const [j, second] of slots.entries()) {
      for (const [i, first] of slots.slice(0, j).entries()) {
        if (first === second) continue;
        const pairs = objects[i]!.object === objects[j]!.object ? this.#equal : this.#different;
        pairs.push(alike[first]![second]!);
      }
    }
  }
}
