// The same for a batch of masks, and over many displays.
import { scope, type Tensor, TorchError } from "@throughline/torch";
import { knownOptions } from "@throughline/torch/checks";
import { checkShare, type Segmentation, segmentation } from "./segmentation.js";

/** Scores of slots over many displays. */
export interface SlotScores {
  readonly displays: number;
  readonly objects: number;
  /** Share of all objects that exactly one slot owns. */
  readonly owned: number;
  /** Mean adjusted Rand index over all pixels. */
  readonly ari: number;
  /** Mean over the displays with two objects or more; null if there are none. */
  readonly foregroundAri: number | null;
}

/**
 * `segmentation` of each display, every pixel given to the slot whose mask is largest there (the first of equal ones).
 * @param owners [batch, height, width] of a whole-number dtype, as `collateDisplays` makes it
 * @param masks [batch, slots, height, width] or [batch, slots, 1, height, width]: decoder masks, or attention at that size
 * @throws TorchError `torch/argument` if the sizes do not agree
 */
export function slotSegmentations(
  owners: Tensor,
  masks: Tensor,
  options: { readonly share?: number } = {},
): Segmentation[] {
  const [batch, height, width] = owners.shape;
  const [displays, , ...picture] = masks.shape;
  const plain = picture.length === 3 && picture[0] === 1 ? picture.slice(1) : picture;
  if (
    owners.ndim !== 3 ||
    displays !== batch ||
    plain[0] !== height ||
    plain[1] !== width ||
    plain.length !== 2
  ) {
    throw new TorchError(
      "torch/argument",
      `slotSegmentations: owners are [${owners.shape}] and masks [${masks.shape}]; give [batch, height, width] and ` +
        "[batch, slots, height, width] of the same batch and size",
    );
  }
  const { share = 0.5 } = knownOptions("slotSegmentations", { share: true }, options);
  checkShare("slotSegmentations", share);
  return scope(() => {
    const slots = masks.detach().argmax({ dim: 1 }).to({ device: "cpu" }).contiguous().toTypedArray();
    const owner = owners.to({ device: "cpu", dtype: "int32" }).contiguous().toTypedArray();
    const pixels = height! * width!;
    return Array.from({ length: batch! }, (_, at) => {
      const range = [at * pixels, (at + 1) * pixels] as const;
      const given = Int32Array.from(slots.slice(...range) as BigInt64Array, Number);
      return segmentation(owner.slice(...range) as Int32Array, given, share);
    });
  });
}

/** Many displays in one line: shares over all objects, means over displays. */
export function slotScores(displays: readonly Segmentation[]): SlotScores {
  const objects = sum(displays.map((display) => display.objects));
  const several = displays.flatMap(({ foregroundAri }) => (foregroundAri === null ? [] : [foregroundAri]));
  return {
    displays: displays.length,
    objects,
    owned: sum(displays.map((display) => display.owned)) / Math.max(1, objects),
    ari: sum(displays.map((display) => display.ari)) / Math.max(1, displays.length),
    foregroundAri: several.length === 0 ? null : sum(several) / several.length,
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
