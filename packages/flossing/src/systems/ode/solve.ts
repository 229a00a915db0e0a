// Integration of rows over an interval, with adaptive or fixed steps.
import { dispose, scope, type Tensor } from "@throughline/torch";
import { diverged } from "../refuse.js";
import { firstStep, stepFactor } from "./control.js";
import { coefficientsFor, tryStep } from "./dop853.js";
import type { Field } from "./field.js";
import type { Settings } from "./settings.js";

/** What integration came to. */
export interface Solution {
  readonly rows: Tensor;
  /** Steps that were accepted. */
  readonly steps: number;
  /** Steps that were tried again shorter. */
  readonly rejected: number;
  /** How often the derivative was asked for. */
  readonly evaluations: number;
}

/** Integrates d rows / dt = field from `from` to `to` (which may lie before it); the first `batch` rows are states. */
export function solve(
  field: Field,
  rows: Tensor,
  from: number,
  to: number,
  settings: Settings,
  batch: number,
): Solution {
  let evaluations = 0;
  const counted: Field = (x, t) => {
    evaluations++;
    return field(x, t);
  };
  const run = settings.method === "dop853" ? adaptive : fixed;
  const result =
    from === to
      ? { rows: rows.clone(), steps: 0, rejected: 0 }
      : run(counted, rows, from, to, settings, batch);
  return { ...result, evaluations };
}

type Result = Omit<Solution, "evaluations">;

function adaptive(
  field: Field,
  start: Tensor,
  from: number,
  to: number,
  settings: Settings,
  batch: number,
): Result {
  return scope(() => {
    const coefficients = coefficientsFor(start);
    let rows = start;
    let rate = field(rows, from);
    let t = from;
    let h = scope(() => firstStep(field, { rows, rate, t, span: to - from }, settings));
    let steps = 0;
    let rejected = 0;
    let again = false;
    const direction = Math.sign(to - from);
    while (t !== to) {
      const left = Math.abs(to - t);
      const last = h >= left * (1 - 1e-12);
      const length = last ? left : Math.min(h, left / Math.ceil(left / h - 1e-9)); // the last steps are equal
      const end = last ? to : t + direction * length;
      const trial = scope(() => tryStep(field, coefficients, { rows, rate, t, h: end - t }, settings, batch));
      const accepted = trial.error <= 1;
      h = length * stepFactor(trial.error, again || !accepted);
      again = !accepted;
      if (accepted) {
        const old = [rows, rate];
        rows = trial.rows;
        t = end;
        rate = t === to ? rate : field(rows, t);
        if (steps > 0) dispose(old.filter((tensor) => tensor !== rate));
        steps++;
      } else {
        dispose(trial);
        rejected++;
      }
      refuseEndless(t, h, steps + rejected, to, settings);
    }
    return { rows, steps, rejected };
  });
}

function refuseEndless(t: number, h: number, tries: number, to: number, { maxSteps }: Settings): void {
  if (t === to) return;
  if (h < 16 * Number.EPSILON * Math.max(Math.abs(t), Math.abs(to))) {
    throw diverged(
      "integrate",
      `at t = ${t} even steps of ${h.toPrecision(2)} are too long: the solution runs to infinity, or its derivative jumps ` +
        "or is not finite there; start elsewhere, look at the derivative, or loosen rtol",
    );
  }
  if (tries >= maxSteps) {
    throw diverged(
      "integrate",
      `${maxSteps} steps led only to t = ${t}, not to ${to}: the system is stiff, or maxSteps or rtol are too small`,
    );
  }
}

function fixed(field: Field, start: Tensor, from: number, to: number, settings: Settings): Result {
  const steps = Math.max(1, Math.ceil(Math.abs(to - from) / settings.stepSize - 1e-9));
  const h = (to - from) / steps;
  const step = settings.method === "rk4" ? rk4 : euler;
  let rows = start;
  for (let i = 0; i < steps; i++) {
    const before = rows;
    rows = scope(() => step(field, before, from + i * h, h));
    if (i > 0) dispose(before);
  }
  return { rows, steps, rejected: 0 };
}

function euler(field: Field, rows: Tensor, t: number, h: number): Tensor {
  return rows.add(field(rows, t), { alpha: h });
}

/** The classical Runge–Kutta method of order 4. */
function rk4(field: Field, rows: Tensor, t: number, h: number): Tensor {
  const k1 = field(rows, t);
  const k2 = field(rows.add(k1, { alpha: h / 2 }), t + h / 2);
  const k3 = field(rows.add(k2, { alpha: h / 2 }), t + h / 2);
  const k4 = field(rows.add(k3, { alpha: h }), t + h);
  return rows.add(k1.add(k4).add(k2.add(k3), { alpha: 2 }), { alpha: h / 6 });
}
