// The thread of keeper.ts.
import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:os";
import { parentPort } from "node:worker_threads";
import { at, type ChildOrder, HEARD, numbersOf, state, wordsOf } from "./keeper.js";

/** Milliseconds between two looks at the calls. */
const LOOK_EVERY = 100;
/** Milliseconds that last words are waited for. */
const LAST_WORDS = 500;

interface Kept {
  readonly child: ChildProcess;
  readonly numbers: Int32Array;
  readonly timeout: number;
  /** Count of calls when it last changed; odd while one is under way. */
  calls: number;
  since: number;
}

const kept = new Set<Kept>();
let timer: NodeJS.Timeout | undefined;

function look(): void {
  const now = performance.now();
  for (const one of kept) {
    const calls = Atomics.load(one.numbers, at.calls);
    if (calls !== one.calls) {
      one.calls = calls;
      one.since = now;
    } else if (calls % 2 !== 0 && now - one.since > one.timeout) {
      Atomics.store(one.numbers, at.hung, 1);
      one.child.kill("SIGKILL");
    }
  }
}

function change(numbers: Int32Array, to: number): void {
  Atomics.store(numbers, at.state, to);
  Atomics.notify(numbers, at.state);
}

/** Keeps the last bytes of what is heard during a call, or after it. */
function listener(memory: SharedArrayBuffer): (part: Uint8Array) => void {
  const [numbers, words] = [numbersOf(memory), wordsOf(memory)];
  let last: Uint8Array = Buffer.alloc(0);
  return (part) => {
    const calls = Atomics.load(numbers, at.calls);
    if (calls !== numbers[at.heardIn]) last = Buffer.alloc(0);
    numbers[at.heardIn] = calls;
    last = Buffer.concat([last, part]).subarray(-HEARD);
    words.set(last);
    numbers[at.heard] = last.length;
  };
}

function keep({ memory, command, args, env, files, timeout }: ChildOrder): void {
  const numbers = numbersOf(memory);
  const hear = listener(memory);
  const child = spawn(command, args, { env, stdio: ["pipe", "ignore", "pipe", ...files] });
  child.stdin!.on("error", () => {});
  child.stderr!.on("error", () => {}).on("data", hear);
  child.on("error", (error) => {
    if (child.pid !== undefined) return;
    hear(Buffer.from(error.message));
    numbers[at.error] = 1;
    change(numbers, state.ended);
  });
  if (child.pid === undefined) return;
  const one: Kept = { child, numbers, timeout, calls: 0, since: performance.now() };
  kept.add(one);
  timer ??= setInterval(look, LOOK_EVERY);
  child.on("exit", (code, signal) => {
    kept.delete(one);
    if (kept.size === 0) clearInterval(timer);
    if (kept.size === 0) timer = undefined;
    numbers[at.code] = code ?? 0;
    numbers[at.signal] = signal === null ? 0 : constants.signals[signal];
    // Its last words may still be on their way; what it started itself may hold the stream open for ever.
    setTimeout(() => change(numbers, state.ended), LAST_WORDS);
    child.on("close", () => change(numbers, state.ended));
  });
  change(numbers, state.running);
}

parentPort!.on("message", keep);
