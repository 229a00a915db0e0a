import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{packages,apps}/*/test/**/*.test.ts", "{examples,bench,scripts}/test/**/*.test.ts"],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 60_000,
    // Built packages are loaded by Node itself, exactly as a user loads them.
    server: { deps: { external: [/\/dist\//] } },
    env: { OMP_NUM_THREADS: "1" },
  },
});
