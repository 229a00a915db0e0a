// Looks at an agent's memory, drawn.
import type { Figure, LineSeries, LinesFigure } from "@throughline/lab";
import type { MemoryLook } from "./memory-looks.js";

/** Number of looks that are drawn. */
const SHOWN = 5;

const nan = (value: number | null | undefined): number => value ?? Number.NaN;
const nameOf = ({ update, label }: MemoryLook): string => label ?? `update ${update}`;

/** The spectrum and the gradient's norm against lag at some of the looks, and exponents in the course of training. */
export function memoryFigures(looks: readonly MemoryLook[]): Record<string, Figure> {
  if (looks.length === 0) return {};
  const shown = pick(looks);
  const panel = (title: string, x: string, y: string, series: LineSeries[]): LinesFigure => {
    return { kind: "lines", title, x: { label: x }, y: { label: y }, series };
  };
  const course = looks.filter(({ label }) => label === undefined);
  const numbers = [...new Set([1, Math.ceil(looks[0]!.exponents.length / 2), looks[0]!.exponents.length])];
  return {
    memory: {
      kind: "panels",
      title: "Dynamics of the agent's memory",
      subtitle: `along ${looks[0]!.episodes} episodes at each look, mean`,
      columns: 3,
      panels: [
        panel(
          "Spectrum",
          "index",
          "exponent (nats per step)",
          shown.map((look) => ({
            name: nameOf(look),
            x: look.exponents.map((_, i) => i + 1),
            y: look.exponents.map(nan),
          })),
        ),
        panel(
          "Gradient norm against lag",
          "lag (steps)",
          "log₁₀ of ‖∂h(t)/∂h(t − lag)‖",
          shown.map((look) => ({
            name: nameOf(look),
            x: [0, ...look.lags],
            y: [0, ...look.logNorms.map((value) => nan(value) / Math.LN10)],
          })),
        ),
        panel(
          "Exponents",
          "training (updates)",
          "exponent (nats per step)",
          numbers.map((i) => ({
            name: `λ ${i}`,
            x: course.map(({ update }) => update),
            y: course.map(({ exponents }) => nan(exponents[i - 1])),
            markers: true,
          })),
        ),
      ],
    },
  };
}

/** At most `SHOWN` of them, evenly spread, with the first and the last. */
function pick(all: readonly MemoryLook[]): readonly MemoryLook[] {
  if (all.length <= SHOWN) return all;
  return Array.from({ length: SHOWN }, (_, i) => all[Math.round((i * (all.length - 1)) / (SHOWN - 1))]!);
}
