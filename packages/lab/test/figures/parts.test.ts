// The pieces that figures are laid out with.
import { describe, expect, test } from "vitest";
import { greyOf, sequentialColour, seriesColours } from "../../src/figures/colours.js";
import { drawnIndices } from "../../src/figures/decimate.js";
import { axisExtent, dataExtent } from "../../src/figures/extent.js";
import { grouped, scientific, significant } from "../../src/figures/numbers.js";
import { textRuns, textWidth, wrapText } from "../../src/figures/text.js";
import { linearTicks, logTicks } from "../../src/figures/ticks.js";

const textsOf = (ticks: ReturnType<typeof linearTicks>): string[] => ticks.major.map(({ text }) => text);

describe("ticks", () => {
  test.each([
    [0, 1, 5, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]],
    [-0.3, 0.3, 4, ["−0.2", "0.0", "0.2"]],
    [0, 20_000, 4, ["0", "5000", "10,000", "15,000", "20,000"]],
    [0, 9, 4, ["0", "5"]],
    [0, 100, 4, ["0", "25", "50", "75", "100"]],
    [0, 4e-7, 4, ["0", "1×10⁻⁷", "2×10⁻⁷", "3×10⁻⁷", "4×10⁻⁷"]],
    [9e5, 1.1e6, 4, ["0.90×10⁶", "0.95×10⁶", "1.00×10⁶", "1.05×10⁶", "1.10×10⁶"]],
    [1000.1, 1000.3, 4, ["1000.10", "1000.15", "1000.20", "1000.25", "1000.30"]],
  ])("from %d to %d", (min, max, target, expected) => {
    expect(textsOf(linearTicks(min, max, target))).toEqual(expected);
  });

  test("keep to whole numbers where asked", () => {
    expect(textsOf(linearTicks(0, 3, 8, true))).toEqual(["0", "1", "2", "3"]);
  });

  test.each([
    [1, 1000, 8, ["1", "10", "100", "1000"]],
    [0.001, 10, 8, ["0.001", "0.01", "0.1", "1", "10"]],
    [1e-9, 1e6, 6, ["10⁻⁹", "10⁻⁶", "10⁻³", "10⁰", "10³", "10⁶"]],
    [1, 20, 3, ["1", "3", "10"]],
    [1, 20, 8, ["1", "2", "5", "10", "20"]],
    [1e-4, 6e-4, 8, ["10⁻⁴", "2×10⁻⁴", "3×10⁻⁴", "4×10⁻⁴", "5×10⁻⁴", "6×10⁻⁴"]],
    [0.3, 0.9, 8, ["0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9"]],
    [51, 58, 4, ["52", "54", "56", "58"]],
  ])("logarithmic, from %d to %d", (min, max, target, expected) => {
    expect(textsOf(logTicks(min, max, target))).toEqual(expected);
  });

  test("minor ticks divide decades, and are no major ones", () => {
    const { major, minor } = logTicks(1, 1000, 8);
    expect(minor.slice(0, 9)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 20]);
    expect(minor.filter((value) => major.some((tick) => tick.value === value))).toEqual([]);
  });
});

describe("extents", () => {
  test("of data leave gaps out", () => {
    expect(dataExtent([[3, Number.NaN, -1], undefined, [2]])).toEqual({ min: -1, max: 3 });
    expect(dataExtent([[Number.NaN]])).toBeUndefined();
  });

  test("have room around the data, but not across zero", () => {
    expect(axisExtent({ label: "" }, { min: 0, max: 10 }, 0.1)).toEqual({ min: 0, max: 11 });
    expect(axisExtent({ label: "" }, { min: 5, max: 10 }, 0.1)).toEqual({ min: 4.5, max: 10.5 });
    expect(axisExtent({ label: "", scale: "log" }, { min: 1, max: 100 }, 0.5)).toEqual({
      min: 0.1,
      max: 1000,
    });
  });

  test("widen around a single value, and around one that only rounding spreads", () => {
    expect(axisExtent({ label: "" }, { min: 10, max: 10 }, 0)).toEqual({ min: 9, max: 11 });
    expect(axisExtent({ label: "" }, { min: 10, max: 10 + 1e-14 }, 0).max).toBeCloseTo(11);
  });

  test("survive one limit beyond all data", () => {
    expect(axisExtent({ label: "", min: 5 }, { min: 0, max: 3 }, 0)).toEqual({ min: 5, max: 10 });
    expect(axisExtent({ label: "", max: -5 }, { min: 0, max: 3 }, 0)).toEqual({ min: -10, max: -5 });
  });
});

describe("colours", () => {
  test.each([2, 3, 5, 8, 12])(
    "%d series rise evenly in lightness, and none is too light for white paper",
    (count) => {
      const grey = seriesColours(count).map(greyOf);
      const steps = grey.slice(1).map((value, i) => value - grey[i]!);
      for (const step of steps) expect(step).toBeCloseTo(Math.min(0.24, 0.53 / (count - 1)), 2);
      expect(Math.max(...grey)).toBeLessThan(0.78);
    },
  );

  test("the scale of heat maps grows lighter all the way", () => {
    const grey = Array.from({ length: 101 }, (_, i) => greyOf(sequentialColour(i / 100)));
    for (let i = 1; i < grey.length; i++) expect(grey[i]!).toBeGreaterThan(grey[i - 1]!);
    expect(grey[100]! - grey[0]!).toBeGreaterThan(0.8);
  });
});

describe("text", () => {
  test("widths are those of the shipped font", async () => {
    const { GlobalFonts, createCanvas } = await import("@napi-rs/canvas");
    const { createRequire } = await import("node:module");
    const { resolve } = createRequire(new URL("../../package.json", import.meta.url));
    for (const weight of [400, 700]) {
      const path = resolve(`@fontsource/noto-sans/files/noto-sans-latin-${weight}-normal.woff2`);
      GlobalFonts.registerFromPath(path, "Measured");
    }
    const context = createCanvas(1, 1).getContext("2d");
    const sentence = "Cross-entropy (nats per symbol), g = 1.5 {0123456789}";
    context.font = "20px Measured";
    // What is left is kerning.
    const plain = context.measureText(sentence).width;
    expect(Math.abs(textWidth(sentence, 20) - plain)).toBeLessThan(0.005 * plain);
    context.font = "bold 20px Measured";
    const measured = context.measureText(sentence).width;
    expect(Math.abs(textWidth(sentence, 20, true) - measured)).toBeLessThan(0.03 * measured);
  });

  test("superscripts and subscripts become raised and lowered digits", () => {
    expect(textRuns("λ₁ of 10⁻³")).toEqual([
      { text: "λ", level: 0 },
      { text: "1", level: -1 },
      { text: " of 10", level: 0 },
      { text: "−3", level: 1 },
    ]);
  });

  test("wraps at spaces, and never within a word", () => {
    expect(wrapText("one two three", 10, textWidth("one two", 10))).toEqual(["one two", "three"]);
    expect(wrapText("unbreakable", 10, 5)).toEqual(["unbreakable"]);
    expect(wrapText("a\nb", 10, 100)).toEqual(["a", "b"]);
  });
});

describe("numbers", () => {
  test("are written as people read them", () => {
    expect([0.1234, -12.3456, 0, 1e-9, 12_345.6, 2.5e7].map((value) => significant(value))).toEqual([
      "0.123",
      "−12.3",
      "0",
      "10⁻⁹",
      "12,346",
      "2.5×10⁷",
    ]);
    expect(scientific(-1e5)).toBe("−10⁵");
    expect(grouped("1234.5678")).toBe("1234.5678");
    expect(grouped("−1234567.8901")).toBe("−1,234,567.8901");
    expect([Number.NaN, Number.POSITIVE_INFINITY].map((value) => significant(value))).toEqual([
      "not a number",
      "∞",
    ]);
  });
});

describe("thinning a curve", () => {
  test("keeps every point of a short one", () => {
    expect(drawnIndices(3, { y: [1, 2, 3] })).toEqual([0, 1, 2]);
  });

  test("keeps ends, extremes of all lists, and gaps", () => {
    const y = Array.from({ length: 10_000 }, (_, i) => Math.sin(i / 50));
    const low = y.map((value) => value - 1);
    y[1234] = 99;
    low[7777] = -99;
    y[5000] = Number.NaN;
    const kept = drawnIndices(y.length, { y, low }, 100);
    expect(kept.length).toBeLessThan(700);
    for (const index of [0, 1234, 5000, 7777, 9999]) expect(kept).toContain(index);
    expect(kept).toEqual(kept.toSorted((a, b) => a - b));
  });
});
