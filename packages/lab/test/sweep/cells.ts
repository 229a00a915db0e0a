// Cells of an experiment that nothing runs, for launchers that only note them.
import { type Cell, cellOf } from "@throughline/lab";

/** Cells that differ in their seed, which flags asked for. */
export function cells(count: number): Cell[] {
  return Array.from({ length: count }, (_, seed) => {
    const config = { seed, device: "cpu", threads: 1 };
    return cellOf("test/none", { preset: "default", config, sources: { seed: "flag" } });
  });
}
