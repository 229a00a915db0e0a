// After every test: a run of lab that the test left at work in this process, because it failed or timed out, is stopped as
// by a signal before the next test begins, which could not start its own otherwise.
import { setTimeout as wait } from "node:timers/promises";
import { afterEach } from "vitest";

const listeners = (): number => process.listenerCount("SIGUSR1");
const usual = listeners();

afterEach(async () => {
  if (listeners() > usual) process.emit("SIGUSR1", "SIGUSR1");
  while (listeners() > usual) await wait(20);
});
