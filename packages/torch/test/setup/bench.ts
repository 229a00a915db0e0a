// A folder with fake tools, a cache and a tiny wheel for each test of set-up. Nothing here touches the network: pip is a
// script, the wheel is a few kilobytes.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach } from "vitest";

/** The folder of set-up's modules. They are plain JavaScript, whose types scripts/tsconfig.json checks. */
export const setup = fileURLToPath(new URL("../../setup/", import.meta.url));
export const load = (name: string) => import(/* @vite-ignore */ join(setup, `${name}.mjs`));

const { Workbench } = await load("workbench");

export let bench: InstanceType<typeof Workbench>;
/** The test's folder, and in it what is on PATH and the cache. */
export let here = "";
export let bin = "";
export let cache = "";

/** Gives each test of a file `bench`, `here`, `bin` and `cache` of its own, with tools that only state a version. */
export function useBench({ tools = true } = {}): void {
  beforeEach(() => {
    bench = new Workbench();
    ({ here, bin, cache } = bench);
    if (tools) bench.addTools();
  });
  afterEach(() => bench.remove());
}
