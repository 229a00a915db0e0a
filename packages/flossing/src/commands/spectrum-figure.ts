// A Lyapunov spectrum as a figure.
import type { PanelsFigure } from "@throughline/lab";
import type { Spectrum } from "../spectrum/summary.js";

/** The exponents with their errors, and how the first, middle and last came about. */
export function spectrumFigure(spectrum: Spectrum, subtitle: string): PanelsFigure {
  const { exponents, standardErrors, trace, unit } = spectrum;
  const index = exponents.map((_, i) => i + 1);
  const y = exponents.map((value) => (Number.isFinite(value) ? value : Number.NaN));
  const error = standardErrors.map((value) => (Number.isFinite(value) ? value : 0));
  const some = [...new Set([0, Math.floor((exponents.length - 1) / 2), exponents.length - 1])];
  return {
    kind: "panels",
    title: "Lyapunov spectrum",
    subtitle,
    columns: 2,
    panels: [
      {
        kind: "lines",
        title: "Exponents",
        x: { label: "index" },
        y: { label: `exponent (${unit})` },
        series: [
          {
            name: "exponents, with two standard errors",
            ...{ x: index, y, markers: exponents.length <= 40 },
            low: y.map((value, i) => value - 2 * error[i]!),
            high: y.map((value, i) => value + 2 * error[i]!),
          },
          { name: "neither growing nor shrinking", x: [1, exponents.length], y: [0, 0], dashed: true },
        ],
      },
      {
        kind: "lines",
        title: "Running estimates",
        x: { label: "time (steps)" },
        y: { label: `exponent (${unit})` },
        series: some.map((i) => ({
          name: `λ${i + 1}`,
          x: trace.times,
          y: trace.exponents.map((row) => (Number.isFinite(row[i]!) ? row[i]! : Number.NaN)),
        })),
      },
    ],
  };
}
