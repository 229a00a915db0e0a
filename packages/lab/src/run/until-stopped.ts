// Waiting for an experiment that may be asked to stop.
import type { Summary } from "../experiment.js";
import { RunStopped, type StopRequest } from "./stop.js";

/** What stands for the summary of a run that was asked to stop. */
export const stopped: unique symbol = Symbol("stopped");

/** Milliseconds that code outside of loops gets to notice that the run is to stop. */
const grace = 1500;

/**
 * What the experiment returns; `stopped` if it was asked to stop. Loops stop by themselves, after a checkpoint; other
 * code that does not look at the signal is left behind after a moment.
 * @param isInLoop whether a loop is at work
 */
export async function untilStopped(
  running: Promise<Summary>,
  stop: StopRequest,
  isInLoop: () => boolean,
): Promise<Summary | typeof stopped> {
  running.catch(() => {});
  let timer: NodeJS.Timeout | undefined;
  let leave = (): void => {};
  const leftBehind = new Promise<typeof stopped>((resolve) => {
    leave = () => resolve(stopped);
  });
  const check = (): void => {
    timer = setTimeout(() => (isInLoop() ? check() : leave()), grace);
  };
  stop.signal.addEventListener("abort", check, { once: true });
  if (stop.signal.aborted) check();
  try {
    return await Promise.race([running, leftBehind]);
  } catch (error) {
    if (error instanceof RunStopped || (stop.reason !== undefined && isAbort(error))) return stopped;
    throw error;
  } finally {
    stop.signal.removeEventListener("abort", check);
    clearTimeout(timer);
  }
}

/** What `fetch`, timers and the like throw when the signal they were given is aborted. */
function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === "AbortError" || error.cause instanceof RunStopped);
}
