// Autocast keeps the half-precision copies of weights until its outermost region ends.
import { native } from "../native.js";

let depth = 0;

/** True inside a region that turned autocast on or off. */
export function insideRegion(): boolean {
  return depth > 0;
}

/** Marks the beginning of an autocast region. */
export function enterRegion(): void {
  depth++;
  native.autocastNesting(1);
}

/** Marks the end of an autocast region; after the outermost, the copies are dropped. */
export function leaveRegion(): void {
  depth--;
  native.autocastNesting(-1);
}

/** Drops the copies inside a region too, because the weights have changed. */
export function forgetCasts(): void {
  for (let i = 0; i < depth; i++) native.autocastNesting(-1);
  for (let i = 0; i < depth; i++) native.autocastNesting(1);
}
