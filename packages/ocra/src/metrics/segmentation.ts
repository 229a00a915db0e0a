// How well slots separate the objects of a display.

/** What one display's slots come to. */
export interface Segmentation {
  /** Objects that own at least one pixel. */
  readonly objects: number;
  /** How many of them exactly one slot owns; see `segmentation`. */
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
 * @param slots the slot of each pixel, from 0
 * @param share at least ½, so that no two slots can own one object; default ½
 */
export function segmentation(owners: ArrayLike<number>, slots: ArrayLike<number>, share = 0.5): Segmentation {
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

/** table[owner][slot]: how many pixels of the one went to the other. */
function contingency(owners: ArrayLike<number>, slots: ArrayLike<number>): number[][] {
  const rows = largest(owners) + 1;
  const columns = largest(slots) + 1;
  const table = Array.from({ length: rows }, () => new Array<number>(columns).fill(0));
  for (let at = 0; at < owners.length; at++) table[owners[at]!]![slots[at]!]!++;
  return table;
}

function largest(values: ArrayLike<number>): number {
  let most = 0;
  for (let at = 0; at < values.length; at++) most = Math.max(most, values[at]!);
  return most;
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
