// The figures of a flossing by itself.
import { curve, type Figure, type RunRecord } from "@throughline/lab";
import { readMeasurements } from "./measurements.js";

export async function conditionFigures(run: RunRecord): Promise<Record<string, Figure>> {
  const measured = readMeasurements(run.path);
  if (measured === undefined) return {};
  const rows = await run.metrics();
  const { before, after } = measured;
  const index = before.exponents.map((_, i) => i + 1);
  const k = Math.min(Number(run.config.k), index.length);
  const log10 = (look: typeof before): number[] =>
    look.logConditions.map((row) => (row[k - 1] ?? Number.NaN) / Math.LN10);
  const theory = (look: typeof before): number[] =>
    look.horizons.map((horizon) => ((look.exponents[0]! - look.exponents[k - 1]!) * horizon) / Math.LN10);
  return {
    flossing: {
      kind: "panels",
      title: `Flossing ${k} exponents of a net of ${Number(run.config.units)} units`,
      subtitle: `${run.preset} preset, seed ${Number(run.config.seed)}`,
      columns: 3,
      panels: [
        {
          kind: "lines",
          title: "While flossing",
          x: { label: "flossing (steps)" },
          y: { label: "exponent (nats per step)" },
          series: [
            { name: "largest", ...curve(rows, "floss", "first") },
            { name: "smallest flossed", ...curve(rows, "floss", "last") },
          ],
        },
        {
          kind: "lines",
          title: "Spectrum",
          x: { label: "index" },
          y: { label: "exponent (nats per step)" },
          series: [
            { name: "before", x: index, y: before.exponents },
            { name: "after", x: index, y: after.exponents },
          ],
        },
        {
          kind: "lines",
          title: "Condition number",
          x: { label: "horizon (steps)" },
          y: { label: `log₁₀ of σ₁ / σ${k}` },
          series: [
            { name: "before", x: before.horizons, y: log10(before) },
            { name: "before, from exponents", x: before.horizons, y: theory(before), dashed: true },
            { name: "after", x: after.horizons, y: log10(after) },
            { name: "after, from exponents", x: after.horizons, y: theory(after), dashed: true },
          ],
        },
      ],
    },
  };
}
