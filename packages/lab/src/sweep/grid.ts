// Notations for many values at once, `0.1,0.01` or `0..4`, and every combination of several such lists.
import { LabError } from "../errors.js";

/** Largest number of cells of a table: a typing error such as `0..1000000` should not fill the disk. */
export const MOST_CELLS = 100_000;

const RANGE = /^(-?\d+)\.\.(-?\d+)$/;

/** `0..4` as its five whole numbers, both ends included; undefined for other text. */
function range(text: string): string[] | undefined {
  const found = RANGE.exec(text);
  if (!found) return undefined;
  const [first, last] = [Number(found[1]), Number(found[2])];
  const count = Math.abs(last - first) + 1;
  if (count > MOST_CELLS)
    throw new LabError("lab/grid", `${text} has ${count} values; a sweep has ${MOST_CELLS} cells at most`);
  const step = last < first ? -1 : 1;
  return Array.from({ length: count }, (_, i) => String(first + step * i));
}

/** Splits at commas outside brackets, braces and quotes. */
function splitList(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let quote = "";
  let part = "";
  for (const character of text) {
    if (quote !== "") {
      if (character === quote) quote = "";
    } else if (character === '"' || character === "'") quote = character;
    else if ("[{(".includes(character)) depth++;
    else if ("]})".includes(character)) depth--;
    if (character === "," && depth === 0 && quote === "") {
      parts.push(part.trim());
      part = "";
    } else part += character;
  }
  parts.push(part.trim());
  return parts;
}

/**
 * The values of a list such as `0.1,0.01`, `0..4` or `0..2,7`; ranges are of whole numbers, both ends included.
 * Commas within brackets, braces or quotes do not separate.
 * @throws LabError lab/grid if the list or one of its values is empty.
 */
export function parseValues(text: string): string[] {
  const parts = splitList(text);
  if (parts.some((part) => part === ""))
    throw new LabError("lab/grid", `"${text}" has an empty value; write 0.1,0.01 or 0..4`);
  return parts.flatMap((part) => range(part) ?? [part]);
}

/**
 * Seeds such as `0..4` or `1,5,9`.
 * @throws LabError lab/grid if one is not a whole number from 0 to 2⁵³-1.
 */
export function parseSeeds(text: string): number[] {
  return parseValues(text).map((value) => {
    const seed = Number(value);
    if (!/^\d+$/.test(value) || !Number.isSafeInteger(seed))
      throw new LabError("lab/grid", `seeds are whole numbers from 0, as in 0..4 or 1,5,9; got "${value}"`);
    return seed;
  });
}

/** Every combination of the axes' values, the last axis fastest. One empty combination if there is no axis. */
export function combinations<T>(axes: Readonly<Record<string, readonly T[]>>): Record<string, T>[] {
  let rows: Record<string, T>[] = [{}];
  for (const [name, values] of Object.entries(axes)) {
    if (rows.length * values.length > MOST_CELLS)
      throw new LabError("lab/grid", `this grid has more than ${MOST_CELLS} cells; remove some values`);
    rows = rows.flatMap((row) => values.map((value) => ({ ...row, [name]: value })));
  }
  return rows;
}
