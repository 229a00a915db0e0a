// Numbers in sentences.
import type { Estimate } from "./blocking.js";

/** Two digits. */
export function digits(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(2))) : value > 0 ? "∞" : "−∞";
}

/** A value to the second digit of its error, and the error: 0.104 ± 0.023. */
export function withError({ mean, error }: Estimate): string {
  if (!Number.isFinite(mean)) return digits(mean);
  const decimals =
    error > 0 && error < 1 ? Math.min(12, 1 - Math.floor(Math.log10(error))) : error >= 1 ? 1 : 4;
  return `${mean.toFixed(decimals)} ± ${digits(error)}`;
}
