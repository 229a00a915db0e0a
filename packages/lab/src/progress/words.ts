// Progress in words: the same on a terminal and in a file.
import { plural } from "@throughline/torch/checks";
import type { ProgressEvent } from "./event.js";

/** `train 1200/10000 steps, 456 steps/s, 0:19 left, loss 0.1234` */
export function progressText(event: ProgressEvent): string {
  const { loop, step, steps, unit, rate, eta } = event;
  const parts = [`${loop} ${step}/${plural(steps, unit)}`];
  if (rate !== undefined) parts.push(rateText(rate, unit));
  if (eta !== undefined && step < steps) parts.push(`${clock(eta)} left`);
  const metric = leadingMetric(event.metrics);
  if (metric !== undefined) parts.push(metric);
  return parts.join(", ");
}

/** `456 steps/s`, `2.5 steps/s`, or `3.2 s/step` when a step takes longer than a second. */
export function rateText(rate: number, unit: string): string {
  return rate >= 1 ? `${short(rate, 3)} ${unit}s/s` : `${short(1 / rate, 3)} s/${unit}`;
}

/** `0:19`, `12:05`, `3:02:11`, `4 d 3 h`. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (!Number.isFinite(whole)) return "?";
  const [days, hours] = [Math.floor(whole / 86400), Math.floor(whole / 3600)];
  if (days >= 2) return `${days} d ${hours - 24 * days} h`;
  const minutes = Math.floor(whole / 60) - 60 * hours;
  const rest = String(whole % 60).padStart(2, "0");
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

/** The most telling metric: the loss, else the first number. */
function leadingMetric(metrics: ProgressEvent["metrics"]): string | undefined {
  const names = Object.keys(metrics).filter((name) => typeof metrics[name] === "number");
  const name =
    names.find((one) => one === "loss") ??
    names.find((one) => /(^|[/_.])loss$/i.test(one)) ??
    names.find((one) => /loss/i.test(one)) ??
    names[0];
  return name === undefined ? undefined : `${name} ${short(metrics[name] as number, 4)}`;
}

/** A number in so many digits, without an exponent where that is no longer. */
function short(value: number, digits: number): string {
  const size = Math.abs(value);
  if (size >= 10 ** digits && size < 1e7) return String(Math.round(value));
  return size !== 0 && (size < 1e-4 || size >= 1e7)
    ? value.toExponential(digits - 1)
    : value.toPrecision(digits);
}
