// Signals: the first asks the run to stop, the second ends the process.
import type { StopRequest } from "./stop.js";

// SIGHUP: the terminal went away. SIGUSR1: how clusters say that time is running out.
const names = ["SIGINT", "SIGTERM", "SIGHUP", "SIGUSR1"] as const;

/**
 * Listens for signals until the returned function is called.
 * @param last what is done before a second signal ends the process with code 130
 */
export function listenForSignals(
  stop: StopRequest,
  say: (message: string) => void,
  last: () => void,
): () => void {
  const onSignal = (name: NodeJS.Signals): void => {
    if (stop.reason !== undefined) {
      last();
      process.exit(130);
    }
    stop.make(name);
    say(`${name}: stopping after this step${name === "SIGINT" ? "; Ctrl-C again stops at once" : ""}`);
  };
  // A file that reaches the limit of its size is then an error like any other, not the end of the process.
  const ignore = (): void => {};
  for (const name of names) process.on(name, onSignal);
  if (process.platform !== "win32") process.on("SIGXFSZ", ignore);
  return () => {
    for (const name of names) process.off(name, onSignal);
    if (process.platform !== "win32") process.off("SIGXFSZ", ignore);
  };
}
