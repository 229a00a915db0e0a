// Steps of fixed length.
import type { Tensor } from "@throughline/torch";
import type { Field } from "./field.js";

/** x + h f(x). */
export function euler(field: Field, rows: Tensor, t: number, h: number): Tensor {
  return rows.add(field(rows, t), { alpha: h });
}

/** The classical Runge–Kutta method of order 4. */
export function rk4(field: Field, rows: Tensor, t: number, h: number): Tensor {
  const k1 = field(rows, t);
  const k2 = field(rows.add(k1, { alpha: h / 2 }), t + h / 2);
  const k3 = field(rows.add(k2, { alpha: h / 2 }), t + h / 2);
  const k4 = field(rows.add(k3, { alpha: h }), t + h);
  return rows.add(k1.add(k4).add(k2.add(k3), { alpha: 2 }), { alpha: h / 6 });
}
