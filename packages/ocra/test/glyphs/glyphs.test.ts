// The built-in objects: where they come from, how they are cut, and that none looks like another.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import {
  alikeFrom,
  glyphSources,
  lookAlikes,
  type ObjectSet,
  objectPixels,
  objectsFrom,
} from "@throughline/ocra";
import { describe, expect, test } from "vitest";
import { fontCoverage } from "./font-coverage.js";

const tasks = objectsFrom("tasks");
const pool = objectsFrom("pool");

function inkBox(pixels: Uint8Array): { rows: [number, number]; columns: [number, number] } {
  const dark = [...pixels.keys()].filter((at) => pixels[at]! < 255);
  const rows = dark.map((at) => Math.floor(at / 32));
  const columns = dark.map((at) => at % 32);
  return {
    rows: [Math.min(...rows), Math.max(...rows)],
    columns: [Math.min(...columns), Math.max(...columns)],
  };
}

/** `similarity` written a second time: a 5 × 5 kernel instead of two box filters, two-pass correlation. */
function correlation(a: Uint8Array, b: Uint8Array): number {
  const blurred = (pixels: Uint8Array): number[] => {
    const once = (values: number[]): number[] =>
      values.map((_, at) => {
        const [y, x] = [Math.floor(at / 32), at % 32];
        const near = [-1, 0, 1].flatMap((dy) => [-1, 0, 1].map((dx) => [y + dy, x + dx] as const));
        const inside = near.filter(([r, c]) => r >= 0 && r < 32 && c >= 0 && c < 32);
        return inside.reduce((sum, [r, c]) => sum + values[32 * r + c]!, 0) / inside.length;
      });
    return once(once([...pixels]));
  };
  const [p, q] = [blurred(a), blurred(b)];
  const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [mp, mq] = [mean(p), mean(q)];
  const covariance = mean(p.map((value, at) => (value - mp) * (q[at]! - mq)));
  return covariance / Math.sqrt(mean(p.map((v) => (v - mp) ** 2)) * mean(q.map((v) => (v - mq) ** 2)));
}

describe("built-in objects", () => {
  test("there are 100 task objects and several times as many others, all different characters", () => {
    expect(tasks.names).toHaveLength(100);
    expect(pool.names.length).toBeGreaterThan(1000);
    expect(new Set([...tasks.names, ...pool.names]).size).toBe(tasks.names.length + pool.names.length);
  });

  test("every character is in the font it is drawn from, so none comes from the system's fonts", () => {
    const { resolve } = createRequire(import.meta.url);
    for (const { package: name, file, characters } of glyphSources()) {
      const covered = fontCoverage(resolve(`${name}/${file.replace(/woff2$/, "woff")}`));
      const absent = Array.from(characters).filter((character) => !covered.has(character.codePointAt(0)!));
      expect(absent).toEqual([]);
    }
  });

  test("every font is under the licence that is stated", () => {
    const { resolve } = createRequire(import.meta.url);
    for (const { package: name, licence } of glyphSources()) {
      expect(licence).toBe("OFL-1.1");
      const text = readFileSync(join(dirname(resolve(`${name}/package.json`)), "LICENSE"), "utf8");
      expect(text).toContain("SIL Open Font License, Version 1.1");
    }
  });

  test("task objects fill the square but for one pixel", () => {
    for (let object = 0; object < 100; object++) {
      expect(inkBox(objectPixels(tasks, object))).toEqual({ rows: [1, 30], columns: [1, 30] });
    }
  });

  test("the others keep their proportions: the longer side is 30, the shorter in the middle", () => {
    const shorter = pool.names.map((_, object) => {
      const { rows, columns } = inkBox(objectPixels(pool, object));
      for (const [first, last] of [rows, columns]) expect(Math.abs(first + last - 31)).toBeLessThanOrEqual(2);
      const sides = [rows[1] - rows[0] + 1, columns[1] - columns[0] + 1];
      expect(Math.max(...sides)).toBeGreaterThanOrEqual(29);
      expect(Math.max(...sides)).toBeLessThanOrEqual(30);
      return Math.min(...sides);
    });
    expect(shorter.filter((side) => side < 20).length).toBeGreaterThan(100);
  });
});

describe("look-alikes", () => {
  test("no two task objects look alike, and no other glyph looks like a task object", () => {
    expect(lookAlikes(tasks)).toEqual([]);
    expect(lookAlikes(pool, tasks)).toEqual([]);
  });

  test("no other glyph is a task object mirrored or turned by quarters", () => {
    /** The place in the original of each pixel of its seven other orientations. */
    const orientations: readonly ((x: number, y: number) => [x: number, y: number])[] = [
      (x, y) => [31 - x, y],
      (x, y) => [x, 31 - y],
      (x, y) => [31 - x, 31 - y],
      (x, y) => [y, x],
      (x, y) => [31 - y, x],
      (x, y) => [y, 31 - x],
      (x, y) => [31 - y, 31 - x],
    ];
    const seen = orientations.map((from): ObjectSet => {
      const pixels = Uint8Array.from(tasks.pixels, (_, at) => {
        const [x, y] = from(at % 32, Math.floor(at / 32) % 32);
        return tasks.pixels[1024 * Math.floor(at / 1024) + 32 * y + x]!;
      });
      return { names: tasks.names, pixels };
    });
    for (const turned of seen) {
      expect(lookAlikes(pool, turned, 0.95)).toEqual([]);
      // Such look-alikes are found where there are some: a disc is one of itself, however it is turned.
      const itself = lookAlikes(tasks, turned, 0.95).map(({ a, b }) => tasks.names[a]! + tasks.names[b]!);
      expect(itself).toContain("● U+25CF● U+25CF");
    }
    for (const character of "¿▶◑⮍⅋")
      expect(pool.names.some((name) => name.startsWith(character))).toBe(false);
  });

  test("similarity is the correlation of blurred pictures", () => {
    const pairs = lookAlikes(tasks, tasks, 0.6);
    expect(pairs.length).toBeGreaterThan(10);
    for (const { a, b, similarity } of pairs) {
      const expected = correlation(objectPixels(tasks, a), objectPixels(tasks, b));
      expect(Math.abs(similarity - expected)).toBeLessThan(1e-5);
    }
  });

  test("a shifted, thinner or paler copy is found, a mirrored or different object is not", () => {
    const original = objectPixels(
      tasks,
      tasks.names.findIndex((name) => name.startsWith("&")),
    );
    const changed = (change: (x: number, y: number) => number): Uint8Array =>
      Uint8Array.from({ length: 1024 }, (_, at) => change(at % 32, Math.floor(at / 32)));
    const at = (x: number, y: number): number => original[32 * y + x] ?? 255;
    const copies: ObjectSet = {
      names: ["shifted", "thinner", "paler", "mirrored"],
      pixels: Uint8Array.of(
        ...changed((x, y) => (x === 0 ? 255 : at(x - 1, y))),
        ...changed((x, y) => (x === 31 ? 255 : Math.max(at(x, y), at(x + 1, y)))),
        ...changed((x, y) => 255 - Math.round((255 - at(x, y)) / 2)),
        ...changed((x, y) => at(31 - x, y)),
      ),
    };
    const found = lookAlikes(copies, { names: ["&"], pixels: original });
    expect(found.map(({ a }) => copies.names[a]).sort()).toEqual(["paler", "shifted", "thinner"]);
    expect(found.every(({ similarity }) => similarity >= alikeFrom)).toBe(true);
  });
});
