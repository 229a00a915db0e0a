// Objects that look too much like others.

import { objectSize, stretched } from "./fit.js";
import { type ObjectSet, objectPixels } from "./objects.js";
import { crop, inkBox } from "./raster.js";
import { signature, similarity } from "./similarity.js";

/** Objects at least this similar look alike. Chosen by eye: above are a spade and a club, below a wheel and a disc. */
export const alikeFrom = 0.75;

/** Two objects that look alike. */
export interface Alike {
  /** Their numbers, `a` in the first set, `b` in the second. */
  readonly a: number;
  readonly b: number;
  readonly similarity: number;
}

/**
 * Pairs of objects that look alike (`similarity` of at least `threshold`, each cut to its ink and stretched first), the most
 * alike first: within one set, or between two.
 */
export function lookAlikes(
  objects: ObjectSet,
  others: ObjectSet = objects,
  threshold: number = alikeFrom,
): Alike[] {
  const first = signatures(objects);
  const second = others === objects ? first : signatures(others);
  const pairs: Alike[] = [];
  for (const [a, left] of first.entries()) {
    for (let b = others === objects ? a + 1 : 0; b < second.length; b++) {
      const alike = similarity(left, second[b]!);
      if (alike >= threshold) pairs.push({ a, b, similarity: alike });
    }
  }
  return pairs.sort((p, q) => q.similarity - p.similarity);
}

/** The objects of a set that look like none of `others`. */
export function withoutLookAlikes(objects: ObjectSet, others: ObjectSet): ObjectSet {
  const alike = new Set(lookAlikes(objects, others).map(({ a }) => a));
  const kept = objects.names.map((_, at) => at).filter((at) => !alike.has(at));
  const pixels = new Uint8Array(kept.length * objectSize ** 2);
  for (const [at, object] of kept.entries()) pixels.set(objectPixels(objects, object), at * objectSize ** 2);
  return { names: kept.map((object) => objects.names[object]!), pixels };
}

function signatures(objects: ObjectSet): Float32Array[] {
  return objects.names.map((_, at) => {
    const raster = { width: objectSize, height: objectSize, pixels: objectPixels(objects, at) };
    const box = inkBox(raster);
    return signature(box === null ? raster.pixels : stretched(crop(raster, box)));
  });
}
