// Looks at dynamics, drawn side by side.
import type { Figure, LineSeries, LinesFigure, PanelsFigure } from "@throughline/lab";
import { wholeNumber } from "@throughline/torch/checks";
import type { Dynamics } from "./observe.js";

/** A look, and when it was taken. */
export interface Look extends Dynamics {
  /** Training epochs, or steps, done before it. */
  readonly epoch: number;
  /** Label where the epoch does not tell, such as `before flossing`. */
  readonly label?: string;
}

/** Number of observations that are drawn side by side. */
const COLUMNS = 5;
/** Least value of a logarithmic axis; what is below, such as a gradient of 0, is drawn at it. */
export const LEAST = 1e-30;

const nameOf = ({ epoch, label }: Look): string => label ?? `epoch ${epoch}`;
const subscript = (number: number): string =>
  String(number).replace(/\d/g, (digit) => "₀₁₂₃₄₅₆₇₈₉"[Number(digit)]!);
const nan = (value: number | null): number => value ?? Number.NaN;

/** Both figures of a series of looks, by name; none of a single one. */
export function dynamicsFigures(looks: readonly Look[], subtitle?: string): Record<string, Figure> {
  if (looks.length < 2) return {};
  return { dynamics: dynamicsFigure(looks, subtitle), "dynamics-course": courseFigure(looks, subtitle) };
}

/**
 * Small multiples: a column for each of at most five looks, from the first to the last; rows for the spectrum, the gradient's
 * norm against its lag, and the condition number of the first of the `directions` against the horizon. All panels of a row
 * have the same axes, and the first look stands behind each, dashed.
 */
export function dynamicsFigure(looks: readonly Look[], subtitle?: string): PanelsFigure {
  checkLooks("dynamicsFigure", looks);
  const shown = pick(looks, COLUMNS);
  const first = looks[0]!;
  const panels = [spectrum, gradient, condition].flatMap((row): LinesFigure[] => {
    const { x, label, points } = row(first);
    const y = { label, ...range(looks.flatMap((look) => row(look).points.y)) };
    return shown.map((look) => ({
      kind: "lines",
      title: nameOf(look),
      ...{ x: { label: x }, y },
      series: [
        { name: "now", ...row(look).points },
        ...(look === first ? [] : [{ name: nameOf(first), ...points, dashed: true }]),
      ],
    }));
  });
  return {
    kind: "panels",
    title: "Dynamics in the course of training",
    ...(subtitle !== undefined && { subtitle }),
    columns: shown.length,
    panels,
  };
}

/** @throws TorchError unless there is a look or more */
function checkLooks(who: string, looks: readonly Look[]): void {
  wholeNumber(`${who}: the number of looks`, looks?.length, 1);
}

/** One row of the small multiples: its axes, and what a look has there. */
interface Row {
  readonly x: string;
  readonly label: string;
  readonly points: { readonly x: readonly number[]; readonly y: readonly number[] };
}

function spectrum({ exponents }: Look): Row {
  const points = { x: exponents.map((_, i) => i + 1), y: exponents.map(nan) };
  return { x: "index", label: "exponent (nats per step)", points };
}

function gradient({ lags, gradientNorms }: Look): Row {
  const y = gradientNorms.map((value) => Math.log10(Math.max(nan(value), LEAST)));
  return { x: "lag (steps)", label: "log₁₀ of the gradient, relative", points: { x: lags, y } };
}

function condition({ horizons, directions, logConditions }: Look): Row {
  const y = (logConditions[0] ?? []).map((value) => nan(value) / Math.LN10);
  return {
    x: "horizon (steps)",
    label: `log₁₀ of σ₁ / σ${subscript(directions[0] ?? 0)}`,
    points: { x: horizons, y },
  };
}

/** The same in the course of training, of looks without a label of their own: chosen exponents, gradients at chosen lags, condition numbers at the longest horizon. */
export function courseFigure(looks: readonly Look[], subtitle?: string): PanelsFigure {
  checkLooks("courseFigure", looks);
  const own = looks.filter(({ label }) => label === undefined);
  const x = own.map(({ epoch }) => epoch);
  const { exponents, lags, horizons, directions } = looks[0]!;
  const panel = (title: string, label: string, series: LineSeries[]): LinesFigure => ({
    kind: "lines",
    title,
    x: { label: "training (epochs)" },
    y: { label },
    series: series.map((one) => ({ ...one, markers: true })),
  });
  const numbers = [...new Set([1, Math.ceil(exponents.length / 2), exponents.length])];
  const longest = lags.at(-1)!;
  const nearest = (part: number): number =>
    lags.reduce((a, b) => (Math.abs(b - part * longest) < Math.abs(a - part * longest) ? b : a));
  const chosen = [...new Set([0.1, 0.3, 1].map(nearest))];
  return {
    kind: "panels",
    title: "Dynamics in the course of training",
    ...(subtitle !== undefined && { subtitle }),
    columns: 3,
    panels: [
      panel(
        "Exponents",
        "exponent (nats per step)",
        numbers.map((i) => ({ name: `λ ${i}`, x, y: own.map((look) => nan(look.exponents[i - 1]!)) })),
      ),
      panel(
        "Gradient",
        "log₁₀ of the gradient, relative",
        chosen.map((lag) => ({
          name: `lag ${lag}`,
          x,
          y: own.map((look) => Math.log10(Math.max(nan(look.gradientNorms[lags.indexOf(lag)]!), LEAST))),
        })),
      ),
      panel(
        `Condition number over ${horizons.at(-1)} steps`,
        "log₁₀ of the condition number",
        directions.map((m, i) => ({
          name: `${m} directions`,
          x,
          y: own.map((look) => nan(look.logConditions[i]!.at(-1)!) / Math.LN10),
        })),
      ),
    ],
  };
}

/** At most `count` of them, evenly spread, with the first and the last. */
function pick<T>(all: readonly T[], count: number): T[] {
  if (all.length <= count) return [...all];
  return Array.from({ length: count }, (_, i) => all[Math.round((i * (all.length - 1)) / (count - 1))]!);
}

/** Ends of an axis for all values, with a little room. */
function range(values: readonly (number | null)[]): { readonly min: number; readonly max: number } {
  const finite = values.filter((value): value is number => value !== null && Number.isFinite(value));
  const [low, high] = finite.reduce(
    ([a, b], value) => [Math.min(a, value), Math.max(b, value)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  ) as [number, number];
  if (!(low <= high)) return { min: -1, max: 1 };
  const room = (high - low) * 0.05 || 0.5;
  return { min: low - room, max: high + room };
}
