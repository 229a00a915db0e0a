// Ctrl-C for work in other processes: the first asks them to checkpoint and stop, the second ends them.
import { note } from "./terminal.js";

export interface StopSignals {
  readonly stop: AbortSignal;
  readonly kill: AbortSignal;
  /** Receiver of the answer to a signal. */
  say: (text: string) => void;
  /** Gives the signals back. */
  restore(): void;
}

const NAMES = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

const STOPPING =
  "stopping: cells write a checkpoint and stop; those still running after 15 s are ended; Ctrl-C again ends them at once";

/** Takes the signals over from Node. @param answer to the first one */
export function stopSignals(answer: string = STOPPING): StopSignals {
  const stop = new AbortController();
  const kill = new AbortController();
  const signals: StopSignals = {
    stop: stop.signal,
    kill: kill.signal,
    say: note,
    restore: () => {
      for (const name of NAMES) process.off(name, onSignal);
    },
  };
  function onSignal(): void {
    if (!stop.signal.aborted) {
      signals.say(answer);
      stop.abort();
    } else kill.abort();
  }
  for (const name of NAMES) process.on(name, onSignal);
  return signals;
}
