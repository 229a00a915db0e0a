// Features and answers on a common scale.
import { scope, type Tensor, where } from "@throughline/torch";

/** (x − mean) / deviation, each for one feature: [features]. */
export interface Scale {
  readonly mean: Tensor;
  readonly deviation: Tensor;
}

/**
 * Mean and standard deviation of the last dimension's features over all rows.
 * @param rows [rows, features]
 */
export function scaleOf(rows: Tensor): Scale {
  return scope(() => {
    const wide = rows.to("float64");
    const mean = wide.mean({ dim: 0 });
    const deviation = wide.sub(mean).square().mean({ dim: 0 }).sqrt();
    // A constant feature carries no information, so its scale is left at 1.
    const usable = where(deviation.gt(0), deviation, 1);
    return { mean, deviation: usable.to("float64") };
  });
}

/** Scaled, in the dtype asked for. */
export function scaled(values: Tensor, scale: Scale | undefined, dtype: "float32" | "float64"): Tensor {
  return scope(() => {
    if (scale === undefined) return values.to({ dtype }).clone();
    return values.to({ dtype }).sub(scale.mean.to({ dtype })).div(scale.deviation.to({ dtype }));
  });
}
