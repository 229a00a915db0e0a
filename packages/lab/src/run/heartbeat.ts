// Signs of life: the time of each lock file that this process holds is renewed every few seconds, on a thread of its own,
// so that a step that takes minutes is not taken for a dead process.
import { Worker } from "node:worker_threads";
import { beat } from "./beat.js";
import { BEAT } from "./owner.js";

/** The token of each lock file that is held, by the file's path. */
const held = new Map<string, string>();
let thread: Worker | undefined;
let timer: NodeJS.Timeout | undefined;

/** Begins to give signs of life for a lock file, until `endBeat`. */
export function beginBeat(path: string, token: string): void {
  held.set(path, token);
  if (thread === undefined && timer === undefined) startThread();
  tellThread();
}

export function endBeat(path: string): void {
  held.delete(path);
  tellThread();
}

function tellThread(): void {
  thread?.postMessage([...held]);
}

/** It keeps no process alive. Where there is no room for a thread, a timer does what it can. */
function startThread(): void {
  const fall = (): void => {
    thread = undefined;
    timer ??= setInterval(() => {
      for (const [path, token] of held) beat(path, token);
    }, BEAT).unref();
  };
  try {
    thread = new Worker(new URL("./heartbeat-thread.js", import.meta.url), {
      workerData: BEAT,
      execArgv: [],
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 },
    });
    thread.on("error", fall);
    thread.on("exit", fall);
    thread.unref();
  } catch {
    fall();
  }
}
