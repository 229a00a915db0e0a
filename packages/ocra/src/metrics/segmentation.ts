// Scores of how well slots separate the objects of a display.
import { TorchError } from "@throughline/torch";
import { show } from "@throughline/torch/checks";

/** Scores of one display's slots. */
export interface Segmentation {
  /** Objects that own at least one pixel. */
  readonly objects: number;
  /** Number of objects that exactly one slot owns; see `segmentation`. */
  readonly owned: number;
  /** Adjusted Rand index over all pixels, the background being a region like an object. */
  readonly ari: number;
  /** Adjusted Rand index over the objects' pixels alone; null where fewer than two objects leave nothing to separate. */
  readonly foregroundAri: number | null;
}

/**
 * Compares who owns each pixel with the slot that each pixel was given to.
 *
 * An object is owned by exactly one slot if more than `share` of its pixels went to one slot, and that slot has got more than
 * `share` of no other object. What else the slot covers of the background does not count: on a plain background, slots may
 * divide it as they like.
 *
 * The adjusted Rand index of two partitions is (Σᵢⱼ C(nᵢⱼ,2) − E) / (½(A + B) − E) with A = Σᵢ C(aᵢ,2), B = Σⱼ C(bⱼ,2),
 * E = A·B / C(n,2), where region i of one and j of the other share nᵢⱼ of the n pixels, and aᵢ, bⱼ are the regions' sizes:
 * 1 for equal partitions, 0 on average for unrelated ones. Source: Hubert and Arabie 1985; foreground only as in Greff et al.
 * 2019 and Locatello et al. 2020.
 * @param owners 0 where no object is, else the object's number
 * @param slots the slot of each pixel, from 0; as many as owners, and at least one
 * @param share from ½ to below 1, so that no two slots can own one object; default ½
 * @throws TorchError `torch/argument` unless both give each pixel a whole number from 0
 */
export function segmentation(owners: ArrayLike<number>, slots: ArrayLike<number>, share = 0.5): Segmentation {
  checkLabels("owners", owners);
  checkLabels("slots", slots);
  checkShare("segmentation", share);
  if (owners.length !== slots.length || owners.length === 0) {
    throw refuse(
      `there are owners for ${owners.length} pixels and slots for ${slots.length}; give both for the same, at least one`,
    );
  }
  const table = contingency(owners, slots);
  const objects = table.slice(1).filter((row) => total(row) > 0);
  const owner = objects.map((row) => row.findIndex((pixels) => pixels > share * total(row)));
  const owned = owner.filter(
    (slot, at) => slot >= 0 && owner.every((other, i) => i === at || other !== slot),
  );
  return {
    objects: objects.length,
    owned: owned.length,
    ari: adjustedRand(table),
    foregroundAri: objects.length < 2 ? null : adjustedRand(objects),
  };
}

function checkLabels(what: string, labels: ArrayLike<number>): void {
  const length: unknown = labels?.length;
  if (typeof length !== "number") throw refuse(`${what} are ${show(labels)}; give a number for each pixel`);
  for (let at = 0; at < length; at++) {
    const label = labels[at];
    if (Number.isSafeInteger(label) && label! >= 0) continue;
    throw refuse(`${what} have ${show(label)} at pixel ${at}; give whole numbers from 0`);
  }
}

/** @throws TorchError unless `share` is from ½ to below 1 */
export function checkShare(who: string, share: number): void {
  if (share >= 0.5 && share < 1) return;
  throw new TorchError("torch/argument", `${who}: share is ${show(share)}; give a number from 0.5 below 1`);
}

function refuse(reason: string): TorchError {
  return new TorchError("torch/argument", `segmentation: ${reason}`);
}

/** table[owner][slot]: how many pixels of the one went to the other; owner 0 comes first, the others as they are met. */
function contingency(owners: ArrayLike<number>, slots: ArrayLike<number>): number[][] {
  const rows = placesOf(owners, [0]);
  const columns = placesOf(slots, []);
  const table = Array.from({ length: rows.size }, () => new Array<number>(columns.size).fill(0));
  for (let at = 0; at < owners.length; at++) table[rows.get(owners[at]!)!]![columns.get(slots[at]!)!]!++;
  return table;
}

/** A place in the table for each label: those of `first`, then the others. */
function placesOf(labels: ArrayLike<number>, first: readonly number[]): Map<number, number> {
  const places = new Map(first.map((label, place) => [label, place]));
  for (let at = 0; at < labels.length; at++) {
    if (!places.has(labels[at]!)) places.set(labels[at]!, places.size);
  }
  return places;
}

function adjustedRand(table: readonly (readonly number[])[]): number {
  const columns = table[0]!.map((_, slot) => total(table.map((row) => row[slot]!)));
  const together = total(table.flat().map(pairs));
  const [byOwner, bySlot] = [total(table.map((row) => pairs(total(row)))), total(columns.map(pairs))];
  const expected = (byOwner * bySlot) / Math.max(1, pairs(total(columns)));
  const most = (byOwner + bySlot) / 2;
  return most === expected ? 1 : (together - expected) / (most - expected); // 0/0: both are one region, or all single pixels
}

const pairs = (n: number): number => (n * (n - 1)) / 2;
const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
