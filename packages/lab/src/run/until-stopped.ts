// Waiting for an experiment that may be asked to stop.
import { setImmediate as turn } from "node:timers/promises";
import type { Summary } from "../experiment.js";
import { RunStopped, type StopRequest } from "./stop.js";
import type { StrayErrors } from "./stray-errors.js";

/** Placeholder for the summary of a run that was asked to stop. */
export const stopped: unique symbol = Symbol("stopped");

/** Milliseconds that code outside of loops gets to notice that the run is to stop. */
const grace = 1500;
/** Factor on the time that a loop gets to end its step after an uncaught error: it may wait in vain. */
const patience = 6;

/**
 * Result of the experiment; `stopped` if it was asked to stop. Loops stop by themselves, after a checkpoint; other code
 * that does not look at the signal is left behind after a moment.
 * @param isInLoop true if a loop is running
 * @throws what the experiment throws, and the first of the errors that nobody caught
 */
export async function untilStopped(
  running: Promise<Summary>,
  stop: StopRequest,
  strays: StrayErrors,
  isInLoop: () => boolean,
): Promise<Summary | typeof stopped> {
  running.catch(() => {});
  let timer: NodeJS.Timeout | undefined;
  let leave = (): void => {};
  const leftBehind = new Promise<typeof stopped>((resolve) => {
    leave = () => resolve(stopped);
  });
  let checks = 0;
  const check = (): void => {
    const mayWait = (): boolean => isInLoop() && !(strays.any && ++checks >= patience);
    timer = setTimeout(() => (mayWait() ? check() : leave()), grace);
  };
  stop.signal.addEventListener("abort", check, { once: true });
  if (stop.signal.aborted) check();
  try {
    const summary = await Promise.race([running, leftBehind]);
    // Node tells of rejected promises that nobody awaits at the end of a turn.
    await turn();
    strays.check();
    return summary;
  } catch (error) {
    strays.check();
    if (error instanceof RunStopped || (stop.reason !== undefined && isAbort(error))) return stopped;
    throw error;
  } finally {
    stop.signal.removeEventListener("abort", check);
    clearTimeout(timer);
  }
}

/** True for errors that `fetch`, timers and the like throw when the signal they were given is aborted. */
function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === "AbortError" || error.cause instanceof RunStopped);
}
