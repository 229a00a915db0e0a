// Editions of what is generated: with the same options and seed, another edition has other contents.
import { poolEdition } from "../glyphs/pool-glyphs.js";
import { identityEdition } from "./identity-rules.js";
import type { ObjectSource } from "./object-source.js";

/**
 * The editions that the contents of a data set depend on, such as `identity-rules 2, pool 2`; undefined where what is generated
 * has never changed.
 * @param name such as `art/identity-rules`; @param objects of ART
 */
export function editionOf(name: string, objects?: ObjectSource): string | undefined {
  const parts = [
    ...(name.endsWith("/identity-rules") ? [`identity-rules ${identityEdition}`] : []),
    ...(objects === "pool" ? [`pool ${poolEdition}`] : []),
  ];
  return parts.length === 0 ? undefined : parts.join(", ");
}
