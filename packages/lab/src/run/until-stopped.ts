// Waiting for an experiment that may be asked to stop.
import { setTimeout as wait } from "node:timers/promises";
import type { Summary } from "../experiment.js";
import { RunStopped, type StopRequest } from "./stop.js";

/** Milliseconds that code outside of loops gets to notice that the run is to stop. */
const grace = 1500;

/**
 * What the experiment returns; undefined if it was asked to stop. Loops stop by themselves, after a checkpoint; other
 * code that does not look at the signal is left behind after a moment.
 * @param isInLoop whether a loop is at work
 */
export async function untilStopped(
  running: Promise<Summary>,
  stop: StopRequest,
  isInLoop: () => boolean,
): Promise<Summary | undefined> {
  running.catch(() => {});
  let isOver = false;
  const leftBehind = new Promise<undefined>((resolve) => {
    const check = async (): Promise<void> => {
      await wait(grace);
      if (isOver) return;
      if (isInLoop()) await check();
      else resolve(undefined);
    };
    if (stop.signal.aborted) void check();
    else stop.signal.addEventListener("abort", () => void check(), { once: true });
  });
  try {
    return await Promise.race([running, leftBehind]);
  } catch (error) {
    if (error instanceof RunStopped || (stop.reason !== undefined && isAbort(error))) return undefined;
    throw error;
  } finally {
    isOver = true;
  }
}

/** What `fetch`, timers and the like throw when the signal they were given is aborted. */
function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === "AbortError" || error.cause instanceof RunStopped);
}
