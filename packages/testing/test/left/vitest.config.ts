import { join } from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    pool: "forks",
    isolate: false,
    include: [join(import.meta.dirname, process.env.LEFT_FILE ?? "left-behind.ts")],
    setupFiles: [join(import.meta.dirname, "../../src/setup.ts")],
    server: { deps: { external: [/\/dist\//] } },
  },
});
