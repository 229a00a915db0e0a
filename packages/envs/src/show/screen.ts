// A terminal that is taken over, and given back however the process ends.
import { EnvError } from "../errors.js";

/** Alternate screen and no cursor; and back. */
const ENTER = "\x1b[?1049h\x1b[?25l\x1b[2J";
const LEAVE = "\x1b[0m\x1b[?25h\x1b[?1049l";

const SIGNALS = ["SIGTERM", "SIGHUP", "SIGINT"] as const;

/** A terminal of a person. */
export interface Screen {
  readonly columns: number;
  readonly rows: number;
  /** Lines from the top; what was there is written over. */
  show(lines: readonly string[]): void;
}

/** What happens at a terminal. */
export interface ScreenEvents {
  /** What was typed. */
  onKeys(text: string): void;
  /** The window has another size. */
  onResize(): void;
}

/** @throws EnvError `envs/terminal` if keys and pictures do not go to a terminal */
export function checkTerminal(): void {
  if (process.stdin.isTTY && process.stdout.isTTY) return;
  throw new EnvError(
    "terminal",
    "env play needs a terminal for keys and pictures; `throughline env record` writes a film instead",
  );
}

/**
 * Takes the terminal over while `work` runs: every key is read at once, and nothing typed is shown. It is given back when `work`
 * ends, fails, or the process is told to end.
 * @throws EnvError `envs/terminal` if there is none; what `work` throws
 */
export async function onScreen<T>(
  work: (screen: Screen, listen: (events: ScreenEvents) => void, ended: Promise<never>) => Promise<T>,
): Promise<T> {
  checkTerminal();
  const { stdin, stdout } = process;
  let events: ScreenEvents | undefined;
  let stop: (error: Error) => void = () => {};
  const ended = new Promise<never>((_, reject) => {
    stop = reject;
  });
  // Whoever waits for nothing else must not make it an error of its own.
  ended.catch(() => {});
  const guarded = (listener: () => void): void => {
    try {
      listener();
    } catch (error) {
      stop(error as Error);
    }
  };
  const onData = (text: string): void => guarded(() => events?.onKeys(text));
  const onResize = (): void => guarded(() => events?.onResize());
  const restore = (): void => {
    stdin.setRawMode(false);
    stdout.write(LEAVE);
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    restore();
    for (const name of SIGNALS) process.off(name, onSignal);
    process.kill(process.pid, signal);
  };
  process.on("exit", restore);
  for (const name of SIGNALS) process.on(name, onSignal);
  stdin.setRawMode(true);
  stdin.setEncoding("utf8");
  stdin.on("data", onData);
  stdin.on("end", () => stop(new EnvError("terminal", "the terminal is gone")));
  stdout.on("resize", onResize);
  stdin.resume();
  stdout.write(ENTER);
  const screen: Screen = {
    get columns() {
      return stdout.columns || 80;
    },
    get rows() {
      return stdout.rows || 24;
    },
    show: (lines) => {
      stdout.write(`\x1b[H${lines.map((line) => `${line}\x1b[0m\x1b[K`).join("\r\n")}\x1b[J`);
    },
  };
  try {
    return await work(
      screen,
      (listener) => {
        events = listener;
      },
      ended,
    );
  } finally {
    restore();
    stdin.off("data", onData);
    stdin.pause();
    stdout.off("resize", onResize);
    process.off("exit", restore);
    for (const name of SIGNALS) process.off(name, onSignal);
  }
}
