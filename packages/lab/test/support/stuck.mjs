// @ts-check
// Experiments that get stuck in one way or another, as a module that registers them.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ways = ["waits", "waits-in-a-loop", "spins", "rejects", "ends"];

/** @param {string} way @param {string} path */
function stick(way, path) {
  // Who is at work can be read from outside, whatever happens to the process from here on.
  writeFileSync(join(path, "pid.txt"), String(process.pid));
  if (way.startsWith("spins")) for (;;);
  return way.startsWith("waits") ? new Promise((_, reject) => setTimeout(reject, 2 ** 30)) : undefined;
}

/** @param {string} way */
async function load(way) {
  const { defineExperiment } = await import("@throughline/lab");
  return defineExperiment({
    name: `test/${way}`,
    purpose: "Get stuck",
    config: {},
    presets: {},
    async run(context) {
      if (way.endsWith("-in-a-loop")) {
        await context.loopAsync("stuck", { steps: 9 }, async (step) => {
          if (step === 4) await stick(way, context.path);
          return { loss: step };
        });
      } else await stick(way, context.path);
      if (way === "rejects") {
        void Promise.reject(new Error("nobody awaits this"));
        await context.loopAsync("after", { steps: 3 }, async () => {
          await new Promise((resolve) => setTimeout(resolve, 5));
          return {};
        });
      }
      return { done: true };
    },
  });
}

export const module = import.meta.url;
export const experiments = ways.map((way) => ({
  name: `test/${way}`,
  purpose: "Get stuck",
  load: () => load(way),
}));

/** @param {string} way */
export async function cell(way) {
  const { cellOf } = await import("@throughline/lab");
  const config = { seed: 0, device: "cpu", threads: 1 };
  return cellOf(`test/${way}`, { preset: "default", config, sources: {} });
}

// As a program: a sweep of one such cell, in the folder `root`. What it says goes to the standard error.
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [way = "", root = "", grace = ""] = process.argv.slice(2);
  const { processLauncher, runSweep } = await import("@throughline/lab");
  const observer = {
    message: (/** @type {string} */ text) => console.error(text),
    changed() {},
    progress() {},
  };
  await runSweep({
    ...{ root, name: "first", jobs: 1, cells: [await cell(way)], observe: () => observer },
    launcher: processLauncher([module], { grace: Number(grace) }),
  });
}
