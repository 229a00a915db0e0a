// Pieces of figures by laws that hold for every number: ticks, extents, numbers in words, thinned curves, pixels as PNG, JSON.
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32, inflateSync } from "node:zlib";
import {
  checkPicture,
  curve,
  freshFigure,
  freshPath,
  renderSvg,
  showPicture,
  showThrough,
  storePicture,
  trailingMean,
  writePicture,
} from "@throughline/lab";
import { testFolder } from "@throughline/testing/folders";
import { scope, tensor } from "@throughline/torch";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromBase64, toBase64 } from "../../src/figures/base64.js";
import { greyOf, oklch, sequentialColour } from "../../src/figures/colours.js";
import { drawnIndices } from "../../src/figures/decimate.js";
import { axisExtent, dataExtent } from "../../src/figures/extent.js";
import { grouped, powerOfTen, published, scientific, significant } from "../../src/figures/numbers.js";
import { imagePng, rgbPng } from "../../src/figures/picture.js";
import { linearTicks, logTicks, type Ticks } from "../../src/figures/ticks.js";
import { lines } from "./samples.js";

const superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";
/** A number as it is written in a figure, read back. */
function read(text: string): number {
  const plain = text.replaceAll("−", "-").replaceAll(",", "");
  const found = /^(-?)(?:([\d.]+)×)?10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)$/.exec(plain);
  if (found === null) return Number(plain);
  const [, sign, mantissa = "1", power] = found;
  const exponent = [...power!].map((one) => (one === "⁻" ? "-" : String(superscripts.indexOf(one)))).join("");
  return Number(`${sign}${mantissa}e${exponent}`);
}

const magnitude = fc.double({ min: -7, max: 7, noNaN: true }).map((power) => 10 ** power);
const interval = fc
  .tuple(fc.double({ min: -1, max: 1, noNaN: true }), magnitude, fc.integer({ min: 2, max: 12 }))
  .map(([at, width, target]) => ({ min: at * width * 3, max: at * width * 3 + width, target }));

describe("ticks of a linear axis", () => {
  test("are inside, evenly apart, at most about as many as asked for, and say what they are", () => {
    fc.assert(
      fc.property(interval, ({ min, max, target }) => {
        const { major } = linearTicks(min, max, target);
        expect(major.length).toBeLessThanOrEqual(target + 1);
        const step = major.length > 1 ? major[1]!.value - major[0]!.value : max - min;
        for (const [i, { value, text }] of major.entries()) {
          expect(value).toBeGreaterThanOrEqual(min - 1e-5 * step);
          expect(value).toBeLessThanOrEqual(max + 1e-5 * step);
          expect(Math.abs(value - (major[0]!.value + i * step))).toBeLessThan(1e-3 * step);
          expect(Math.abs(read(text) - value), text).toBeLessThan(1e-3 * step);
        }
        expect(new Set(major.map(({ text }) => text)).size, "texts that differ").toBe(major.length);
        expect(major.some(({ value }) => Object.is(value, -0))).toBe(false);
      }),
    );
  });

  test("of whole numbers only are whole numbers", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1000, max: 1000 }),
        fc.integer({ min: 1, max: 5000 }),
        fc.integer({ min: 1, max: 10 }),
        (min, length, target) => {
          const { major } = linearTicks(min, min + length, target, true);
          expect(major.every(({ value, text }) => Number.isInteger(value) && read(text) === value)).toBe(
            true,
          );
        },
      ),
    );
  });
});

test("ticks of a logarithmic axis are inside, rising, and say what they are", () => {
  const range = fc.tuple(
    fc.double({ min: -9, max: 6, noNaN: true }),
    fc.double({ min: 0.3, max: 12, noNaN: true }),
    fc.integer({ min: 3, max: 9 }),
  );
  const values = ({ major, minor }: Ticks) => [...major.map(({ value }) => value), ...minor];
  fc.assert(
    fc.property(range, ([low, decades, target]) => {
      const [min, max] = [10 ** low, 10 ** (low + decades)];
      const ticks = logTicks(min, max, target);
      expect(ticks.major.length).toBeGreaterThanOrEqual(1);
      for (const value of values(ticks)) {
        expect(value).toBeGreaterThanOrEqual(min * (1 - 1e-6));
        expect(value).toBeLessThanOrEqual(max * (1 + 1e-6));
      }
      const major = ticks.major.map(({ value }) => value);
      expect(major).toEqual(major.toSorted((a, b) => a - b));
      for (const { value, text } of ticks.major)
        expect(Math.abs(read(text) / value - 1), text).toBeLessThan(1e-6);
      expect(new Set(values(ticks)).size).toBe(values(ticks).length);
    }),
  );
});

describe("extents", () => {
  test("hold all data, with room that does not cross zero, and are never empty", () => {
    const data = fc.array(
      fc.oneof(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.constant(Number.NaN)),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(data, (values) => {
        const found = dataExtent([values]);
        const { min, max } = axisExtent({ label: "" }, found, 0.05);
        expect(min).toBeLessThan(max);
        for (const value of values.filter((one) => !Number.isNaN(one))) {
          expect(min).toBeLessThanOrEqual(value);
          expect(max).toBeGreaterThanOrEqual(value);
        }
        if (found !== undefined && found.max - found.min > 1 && found.min >= 0)
          expect(min).toBeGreaterThanOrEqual(0);
        if (found !== undefined && found.max - found.min > 1 && found.max <= 0)
          expect(max).toBeLessThanOrEqual(0);
      }),
    );
  });

  test("without data, of one value, and of limits that are given", () => {
    expect(axisExtent({ label: "" }, undefined, 0)).toEqual({ min: 0, max: 1 });
    expect(axisExtent({ label: "", scale: "log" }, undefined, 0)).toEqual({ min: 1, max: 10 });
    expect(axisExtent({ label: "", scale: "log" }, { min: 8, max: 8 }, 0)).toEqual({ min: 4, max: 16 });
    expect(axisExtent({ label: "" }, { min: 0, max: 0 }, 0)).toEqual({ min: -1, max: 1 });
    expect(axisExtent({ label: "", min: -3, max: 9 }, { min: 0, max: 1 }, 0.05)).toEqual({ min: -3, max: 9 });
    expect(axisExtent({ label: "", scale: "log", min: 100 }, { min: 1, max: 10 }, 0)).toEqual({
      min: 100,
      max: 1000,
    });
    expect(axisExtent({ label: "", scale: "log", max: 0.1 }, { min: 1, max: 10 }, 0)).toEqual({
      min: 0.01,
      max: 0.1,
    });
  });
});

describe("numbers in words", () => {
  test("of so many digits are within half of the last one", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -12, max: 12, noNaN: true }),
        fc.boolean(),
        fc.integer({ min: 1, max: 6 }),
        (power, negative, digits) => {
          const value = (negative ? -1 : 1) * 10 ** power;
          for (const text of [significant(value, digits), scientific(value, digits)])
            expect(Math.abs(read(text) / value - 1), text).toBeLessThanOrEqual(0.5001 * 10 ** (1 - digits));
        },
      ),
    );
  });

  test("have signs as wide as digits, commas from five digits on, and no rest of binary arithmetic", () => {
    expect([powerOfTen(0), powerOfTen(-12), powerOfTen(345)]).toEqual(["10⁰", "10⁻¹²", "10³⁴⁵"]);
    expect([scientific(1), scientific(-1.5e-7), scientific(2e9, 1)]).toEqual(["10⁰", "−1.5×10⁻⁷", "2×10⁹"]);
    expect(["1234", "12345", "−123456.75", "0.00012345"].map(grouped)).toEqual([
      "1234",
      "12,345",
      "−123,456.75",
      "0.00012345",
    ]);
    expect([0.1 + 0.2, -1.1 * 3, 1e21, 0].map(published)).toEqual(["0.3", "−3.3", "1e+21", "0"]);
    expect([-Infinity, -0, 999_999, 0.001].map((value) => significant(value))).toEqual([
      "−∞",
      "0",
      "999,999",
      "0.00100",
    ]);
  });
});

describe("curves", () => {
  test("thinned keep their ends and the extremes of every stretch, whatever their values", () => {
    const values = fc.array(fc.oneof(fc.integer({ min: -50, max: 50 }), fc.constant(Number.NaN)), {
      minLength: 40,
      maxLength: 200,
    });
    fc.assert(
      fc.property(values, (y) => {
        const buckets = 5;
        const kept = drawnIndices(y.length, { y }, buckets);
        expect(kept.length).toBeLessThanOrEqual(5 * buckets);
        expect([kept[0], kept.at(-1)]).toEqual([0, y.length - 1]);
        for (let bucket = 0; bucket < buckets; bucket++) {
          const [from, to] = [bucket, bucket + 1].map((b) => Math.floor((b * y.length) / buckets)) as [
            number,
            number,
          ];
          const all = y.slice(from, to).filter((value) => !Number.isNaN(value));
          const some = kept.filter((i) => i >= from && i < to).map((i) => y[i]!);
          const seen = some.filter((value) => !Number.isNaN(value));
          if (all.length > 0)
            expect([Math.min(...seen), Math.max(...seen)]).toEqual([Math.min(...all), Math.max(...all)]);
          expect(some.some(Number.isNaN)).toBe(y.slice(from, to).some(Number.isNaN));
        }
      }),
    );
  });

  test("of metrics stand at the steps done; trailing means are those of the last values", () => {
    const row = (loop: string, step: number, rest: Record<string, number | string>) => ({
      loop,
      step,
      ...rest,
    });
    const rows = [
      row("a", 0, { x: 1 }),
      row("b", 0, { x: 9 }),
      row("a", 1, { y: 2 }),
      row("a", 4, { x: 3 }),
      row("a", 5, { x: "no" }),
    ];
    expect(curve(rows, "a", "x")).toEqual({ x: [1, 5], y: [1, 3] });
    expect(curve(rows, "c", "x")).toEqual({ x: [], y: [] });
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -99, max: 99 }), { maxLength: 30 }),
        fc.integer({ min: 1, max: 9 }),
        (values, window) => {
          const expected = values.map((_, i) => {
            const last = values.slice(Math.max(0, i + 1 - window), i + 1);
            return last.reduce((a, b) => a + b, 0) / last.length;
          });
          for (const [i, mean] of trailingMean(values, window).entries())
            expect(mean).toBeCloseTo(expected[i]!, 10);
        },
      ),
    );
  });
});

/** Pixels of a PNG without interlacing or filters, by Node's own zlib; every checksum is looked at. */
function decode(url: string): { width: number; height: number; colourType: number; pixels: number[] } {
  const bytes = Buffer.from(url.replace("data:image/png;base64,", ""), "base64");
  expect([...bytes.subarray(0, 8)]).toEqual([137, 80, 78, 71, 13, 10, 26, 10]);
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const typed = bytes.subarray(at + 4, at + 8 + length);
    expect(bytes.readUInt32BE(at + 8 + length)).toBe(crc32(typed));
    chunks.set(typed.subarray(0, 4).toString("latin1"), typed.subarray(4));
    at += 12 + length;
  }
  expect([...chunks.keys()]).toEqual(["IHDR", "IDAT", "IEND"]);
  const header = chunks.get("IHDR")!;
  const [width, height, colourType] = [header.readUInt32BE(0), header.readUInt32BE(4), header[9]!];
  const raw = inflateSync(chunks.get("IDAT")!);
  const stride = raw.length / height;
  const pixels = Array.from({ length: height }, (_, y) => [...raw.subarray(y * stride, (y + 1) * stride)]);
  expect(pixels.every(([filter]) => filter === 0)).toBe(true);
  return { width, height, colourType, pixels: pixels.flatMap((line) => line.slice(1)) };
}

describe("pixels", () => {
  test.each([
    [1, 0],
    [3, 2],
    [4, 6],
  ] as const)("of %d channels become a PNG that another decoder reads", (channels, colourType) => {
    const pixels = Uint8Array.from({ length: 2 * 3 * channels }, (_, i) => (i * 37) % 256);
    const image = { width: 2, height: 3, channels, pixels };
    expect(decode(imagePng(image))).toEqual({ width: 2, height: 3, colourType, pixels: [...pixels] });
    const large = decode(imagePng(image, 2, 3));
    expect([large.width, large.height]).toEqual([4, 9]);
    for (let y = 0; y < 9; y++)
      for (let x = 0; x < 4; x++)
        for (let c = 0; c < channels; c++) {
          const from = (Math.floor(y / 3) * 2 + Math.floor(x / 2)) * channels + c;
          expect(large.pixels[(y * 4 + x) * channels + c]).toBe(pixels[from]);
        }
  });

  test("of colours are those colours", () => {
    expect(decode(rgbPng([["#ff0080", "#000102"]], 1, 1)).pixels).toEqual([255, 0, 128, 0, 1, 2]);
  });

  test("as base64 are Node's", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.integer({ min: 1, max: 300 }), (bytes, times) => {
        const all = Buffer.concat(new Array<Uint8Array>(times).fill(bytes));
        expect(toBase64(all)).toBe(all.toString("base64"));
        expect(Buffer.from(fromBase64(toBase64(all))).equals(all)).toBe(true);
      }),
      { numRuns: 30 },
    );
    expect(() => fromBase64("%")).toThrow();
  });

  test("of tensors are rounded, clipped, and come back as an image; a map fades what it does not show", () => {
    scope(() => {
      const grey = storePicture(
        tensor([
          [0, 0.5],
          [1.5, -1],
        ]),
      );
      expect(showPicture(grey, "grey")).toEqual({
        width: 2,
        height: 2,
        channels: 1,
        caption: "grey",
        pixels: Uint8Array.of(0, 128, 255, 0),
      });
      const colour = storePicture(tensor([[[1]], [[0]], [[0.2]]]));
      expect(showPicture(colour, "c").pixels).toEqual(Uint8Array.of(255, 0, 51));
      const map = storePicture(
        tensor([
          [1, 0],
          [1, 0],
        ]),
      );
      // Full where the map is 1; 128 ± a fifth of the distance where it is 0.
      expect(showThrough(grey, map, "m").pixels).toEqual(
        Uint8Array.of(0, 128, 255, Math.round(128 - 128 / 5)),
      );
      expect(() => storePicture(tensor([1, 2]))).toThrow(
        "a picture has the shape [2], accepted: [H, W] or [C, H, W] with 1 or 3 channels",
      );
    });
  });
});

describe("colours", () => {
  // Ottosson's page on Oklab: white is (1, 0, 0); the CSS Color 4 specification: oklch(0.628 0.2577 29.23) is red.
  test("of OKLCH are CSS's", () => {
    expect(oklch(1, 0, 0)).toBe("#ffffff");
    expect(oklch(0, 0, 0)).toBe("#000000");
    expect(oklch(0.627955, 0.257683, 29.2339)).toBe("#ff0000");
    expect(oklch(0.86644, 0.294827, 142.4953)).toBe("#00ff00");
    expect(oklch(0.452014, 0.313214, 264.052)).toBe("#0000ff");
  });

  // CIE L* of sRGB grey 119 is 50.0; of pure red 53.24, green 87.73, blue 32.30.
  test("as grey have CIE's lightness", () => {
    for (const [colour, lightness] of [
      ["#000000", 0],
      ["#ffffff", 100],
      ["#777777", 50.03],
      ["#ff0000", 53.24],
      ["#00ff00", 87.73],
      ["#0000ff", 32.3],
    ] as const)
      expect(100 * greyOf(colour)).toBeCloseTo(lightness, 1);
    expect([sequentialColour(-1), sequentialColour(2)]).toEqual([sequentialColour(0), sequentialColour(1)]);
  });
});

describe("files", () => {
  test("get names that are free", () => {
    const folder = testFolder();
    const stem = join(folder, "loss");
    expect(freshPath(stem)).toBe(stem);
    writeFileSync(`${stem}.png`, "");
    expect(freshPath(stem, [".svg", ".png"])).toBe(`${stem}-2`);
    writeFileSync(`${stem}-2.svg`, "");
    expect(freshFigure(folder, "loss")).toBe("loss-3");
    expect(freshFigure(folder, "other")).toBe("other");
  });

  test("are SVG, PNG, or both, by the ending that was asked for", async () => {
    const folder = testFolder();
    const at = (name: string): string => join(folder, name);
    expect(await writePicture(lines, undefined, at("usual"))).toEqual([at("usual.svg"), at("usual.png")]);
    expect(await writePicture(lines, at("deep/a.svg"), "")).toEqual([at("deep/a.svg")]);
    expect(await writePicture(lines, at("b.PNG"), "")).toEqual([at("b.png")]);
    expect(await writePicture(lines, at("c"), "")).toEqual([at("c.svg"), at("c.png")]);
    for (const name of ["usual.svg", "usual.png", "deep/a.svg", "b.png", "c.svg", "c.png"])
      expect(existsSync(at(name)), name).toBe(true);
    expect(() => checkPicture("x.pdf")).toThrow("--out x.pdf: figures are .svg or .png");
    await expect(writePicture(lines, at("x.jpg"), "")).rejects.toThrow(/figures are \.svg or \.png/);
    expect(() => checkPicture(undefined)).not.toThrow();
  });

  test("of figures with any title are well-formed, and say it", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 30 }), async (title) => {
        const svg = await renderSvg({ ...lines, title, subtitle: undefined });
        const escaped = title.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
        expect(svg).toContain(`<title>${escaped}</title>`);
        expect(
          svg.replace(/<\/?(svg|title|rect|path|text|tspan|g|polygon|circle|defs|clipPath)\b[^<>]*>/g, ""),
        ).not.toMatch(/[<>]/);
      }),
      // Found by chance: "$&" was taken for what a replacement repeats.
      { numRuns: 8, examples: [["$&"], ["$1 < $`"]] },
    );
  });
});
