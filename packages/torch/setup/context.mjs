// Everything set-up takes from its surroundings, in one value, so that a test can put something else there.
import { statfs } from "node:fs/promises";
import { createProgress } from "./progress.mjs";

/**
 * @typedef {object} Context
 * @property {NodeJS.ProcessEnv} env
 * @property {NodeJS.Platform} platform
 * @property {string} arch
 * @property {import("./progress.mjs").Progress} progress
 * @property {(folder: string) => Promise<number>} freeBytes disk space left to the user where `folder` lies
 */

/**
 * @param {Partial<Context>} [overrides]
 * @returns {Context}
 */
export function createContext(overrides = {}) {
  return {
    env: process.env,
    platform: process.platform,
    arch: process.arch,
    progress: createProgress(process.stderr),
    freeBytes,
    ...overrides,
  };
}

/** @param {string} folder */
async function freeBytes(folder) {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
