// Autocast keeps the half-precision copies of weights until its outermost region ends.
import { native } from "../native.js";

let depth = 0;

/** True if autocast was turned on, or off, by a region that has not ended. */
export function insideRegion(): boolean {
  return depth > 0;
}

/** Notes that a region begins. */
export function enterRegion(): void {
  depth++;
  native.autocastNesting(1);
}

/** Notes that a region ends; after the outermost, the copies are forgotten. */
export function leaveRegion(): void {
  depth--;
  native.autocastNesting(-1);
}

/** Forgets the copies inside a region too, because the weights have changed. */
export function forgetCasts(): void {
  for (let i = 0; i < depth; i++) native.autocastNesting(-1);
  for (let i = 0; i < depth; i++) native.autocastNesting(1);
}
