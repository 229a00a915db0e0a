// Times as people type them: `90s`, `10min`, `2h`, `1.5d`.
import { InvalidArgumentError } from "commander";

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, min: 60, h: 3600, d: 86_400 };

/** Seconds of a time with a unit. @throws InvalidArgumentError for anything else, and for no time at all */
export function seconds(text: string): number {
  const [, number = "", unit = ""] = /^(\d+(?:\.\d+)?|\.\d+) ?([a-z]+)$/.exec(text) ?? [];
  const value = Number(number) * (SECONDS[unit] ?? Number.NaN);
  if (!(value > 0) || !Number.isFinite(value))
    throw new InvalidArgumentError("give a time above 0 with its unit: 90s, 10min, 2h or 1d");
  return value;
}
