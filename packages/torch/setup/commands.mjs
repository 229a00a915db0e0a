// The commands that sentences name. In the clone they are npm's scripts; a project that only has the packages has no such
// scripts, and runs the same files.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));

/** True if this engine lies in a clone: its tsconfig.json is not packed. */
export const isClone = existsSync(here("../tsconfig.json"));

/**
 * A sentence with commands that can be typed where this engine is.
 * @param {string} text
 * @param {boolean} [inClone] for tests
 */
export function typeable(text, inClone = isClone) {
  if (inClone) return text;
  return text
    .replaceAll("npm run setup", `node ${here("install.mjs")}`)
    .replaceAll("npm run doctor", `node ${here("doctor.mjs")}`);
}
