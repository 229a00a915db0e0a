import { defineConfig } from "vitest/config";
import { LongestFirst } from "./scripts/test/longest-first.ts";

export default defineConfig({
  test: {
    include: ["{packages,apps}/*/test/**/*.test.ts", "{examples,bench,scripts}/test/**/*.test.ts"],
    pool: "forks",
    maxWorkers: 2,
    // One bound for all, against what never ends: on a busy machine the slowest takes ten times what it takes on an idle
    // one, so tests have no bounds of their own, and none asserts how much time something took.
    testTimeout: 900_000,
    hookTimeout: 900_000,
    sequence: { sequencer: LongestFirst },
    setupFiles: ["scripts/test/leave-nothing.ts"],
    // Built packages are loaded by Node itself, exactly as a user loads them.
    server: { deps: { external: [/\/dist\//] } },
    env: { OMP_NUM_THREADS: "1" },
  },
});
