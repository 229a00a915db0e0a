// Conditions on runs: `accuracy>0.9`, `learningRate=0.1`, `status!=failed`.
import { LabError } from "../errors.js";
import type { RunRecord } from "../run/record.js";
import { lookUp, type RunValue } from "./values.js";

const CONDITION = /^\s*([^\s=<>!]+)\s*(!=|>=|<=|==|=|>|<)\s*(.*?)\s*$/;

/** A name as in `lookUp`, one of = == != < <= > >=, and what it is compared with. */
export interface Condition {
  readonly name: string;
  readonly operator: string;
  readonly value: string;
}

/** @throws LabError lab/query for text that is no condition */
export function parseCondition(text: string): Condition {
  const [, name, operator, value] = CONDITION.exec(text) ?? [];
  if (name === undefined || operator === undefined || value === undefined || value === "") {
    const accepted = "write name=value or 'name>value' with = != < <= > >=";
    throw new LabError("lab/query", `"${text}" is no condition; ${accepted}`);
  }
  return { name, operator, value };
}

/** The order of two values: numbers before text, missing ones last. */
export function compareValues(a: RunValue, b: RunValue): number {
  if (a === undefined || a === null) return b === undefined || b === null ? 0 : 1;
  if (b === undefined || b === null) return -1;
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0;
}

/** A run without the name satisfies only `!=`. */
function holds(value: RunValue, { operator, value: wanted }: Condition): boolean {
  if (value === undefined) return operator === "!=";
  const numbers = typeof value === "number" && Number.isFinite(Number(wanted));
  const compared = numbers ? Number(value) - Number(wanted) : compareValues(String(value), wanted);
  switch (operator) {
    case "=":
    case "==":
      return compared === 0;
    case "!=":
      return compared !== 0;
    case "<":
      return compared < 0;
    case "<=":
      return compared <= 0;
    case ">":
      return compared > 0;
    default:
      return compared >= 0;
  }
}

/** True if a run satisfies all conditions; one without the name satisfies only `!=`. */
export async function fulfils(run: RunRecord, conditions: readonly Condition[]): Promise<boolean> {
  for (const condition of conditions) if (!holds(await lookUp(run, condition.name), condition)) return false;
  return true;
}
