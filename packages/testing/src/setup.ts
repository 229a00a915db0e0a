// Tensors in `toEqual` are equal if they are the same one. Checks of what every test leaves behind: no line on the console that it does not expect; no run of lab at work; and every test
// file: no tensor that it has not disposed of, and random numbers where it found them. (A rejection that nobody handles fails vitest by itself.)
import { createRequire } from "node:module";
import { setImmediate as turn, setTimeout as wait } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { checkConsole, recordConsole } from "./console.js";

const isTensor = (value: unknown): value is { readonly handle: number } =>
  typeof value === "object" && value !== null && Symbol.iterator in value && "handle" in value;
// Otherwise vitest would go through them, since they can be gone through, down to tensors without dimensions.
expect.addEqualityTesters([(a, b) => (isTensor(a) && isTensor(b) ? a.handle === b.handle : undefined)]);

const endRecording = recordConsole();
afterEach(checkConsole);
afterAll(() => {
  endRecording();
  checkConsole();
});

const listeners = (): number => process.listenerCount("SIGUSR1");
const usual = listeners();

// A run that a test left at work in this process, because it failed or timed out, is stopped as by a signal before the next
// test begins, which could not start its own otherwise.
afterEach(async () => {
  if (listeners() > usual) process.emit("SIGUSR1", "SIGUSR1");
  while (listeners() > usual) await wait(20);
});

const require = createRequire(import.meta.url);
setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

const isLoaded = (): boolean =>
  Object.keys(require.cache).some((path) => path.endsWith("throughline_torch.node"));

/** Live tensors once those that nothing refers to are gone; 0 where the engine is not loaded. */
async function live(): Promise<number> {
  if (!isLoaded()) return 0;
  const { liveTensors } = await import("@throughline/torch");
  for (let round = 0; round < 2; round++) {
    collect();
    await turn(); // finalisers run in a turn of their own
  }
  return liveTensors();
}

/** Seed that libtorch's generators begin with. */
const USUAL_SEED = 67280421310721;

let before = 0;
beforeAll(async () => {
  before = await live();
  // Files that share a process draw the numbers that they would draw in one of their own, whatever ran before them.
  if (isLoaded()) (await import("@throughline/torch")).manualSeed(USUAL_SEED);
});
afterAll(async () => {
  expect(await live(), "live tensors after the tests of this file").toBeLessThanOrEqual(before);
});
