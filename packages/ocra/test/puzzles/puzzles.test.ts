// A folder of one's own puzzles as a data set.

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createCanvas } from "@napi-rs/canvas";
import { collateProblems, loadProblems, type PuzzleOptions, puzzlesFrom } from "@throughline/ocra";
import { fileFolder } from "@throughline/testing/folders";
import { data, Generator, liveTensors } from "@throughline/torch";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

let before = 0;
beforeEach(() => {
  before = liveTensors();
});
afterEach(() => expect(liveTensors()).toBe(before));

const root = fileFolder();
const rng = Generator.create({ seed: 1 });
let folders = 0;

function folder(files: Readonly<Record<string, Uint8Array | string | object>>): string {
  const path = join(root, String(folders++));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    const plain = typeof content === "string" || content instanceof Uint8Array;
    writeFileSync(join(path, name), plain ? content : JSON.stringify(content));
  }
  mkdirSync(path, { recursive: true });
  return path;
}

/** A picture of equal blocks of colour. */
function blocks(colours: readonly (readonly string[])[], side = 16): Buffer {
  const canvas = createCanvas(side * colours[0]!.length, side * colours.length);
  const context = canvas.getContext("2d");
  for (const [y, row] of colours.entries()) {
    for (const [x, colour] of row.entries()) {
      context.fillStyle = colour;
      context.fillRect(x * side, y * side, side, side);
    }
  }
  return canvas.toBuffer("image/png");
}

const plain = (colour: string): Buffer => blocks([[colour]]);
const [black, white, grey] = ["#000000", "#ffffff", "#808080"];

/** What an even view is filled with. */
function shade(images: Float32Array): number {
  const [low, high] = [Math.min(...images), Math.max(...images)];
  expect(high - low).toBeLessThan(1e-6);
  return low;
}

test("yes/no puzzles from answers.csv", () => {
  const path = folder({
    "answers.csv": 'file,answer,rule\na.png,yes,\n"b, too.png",0,"""pale"""\n\nc.png, TRUE ,\n',
    "a.png": plain(black),
    "b, too.png": plain(white),
    "c.png": plain(grey),
  });
  const set = puzzlesFrom(path, { size: 20 });
  expect([set.form, set.views, set.length, set.shape]).toEqual([
    "binary",
    1,
    3,
    { channels: 1, height: 20, width: 20 },
  ]);
  const problems = [0, 1, 2].map((index) => set.get(index, rng));
  expect(problems.map(({ target }) => target)).toEqual([1, 0, 1]);
  const shades = problems.map(({ images }) => shade(images));
  expect(shades).toEqual([0, expect.closeTo(1, 6), expect.closeTo(128 / 255, 6)]);
  expect(set.describe(1)).toEqual({ rule: '"pale"', target: 0, answer: "no", views: [[]] });
});

test("choices in files of their own, from answers.json, in colours", () => {
  const path = folder({
    "answers.json": {
      puzzles: [
        { files: ["one/1.png", "one/2.png", "one/3.png"], answer: 3, rule: "blue" },
        { files: ["one/3.png", "one/1.png", "one/2.png"], answer: "1" },
      ],
    },
    "one/1.png": plain("#ff0000"),
    "one/2.png": plain("#00ff00"),
    "one/3.png": plain("#0000ff"),
  });
  const set = puzzlesFrom(path, { channels: 3, size: 16 });
  expect([set.form, set.views]).toEqual(["choice", 3]);
  const { images, target } = set.get(0, rng);
  const planes = Array.from({ length: 9 }, (_, plane) =>
    shade(images.subarray(plane * 256, (plane + 1) * 256)),
  );
  expect(planes.map(Math.round)).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 1]);
  expect([target, set.get(1, rng).target]).toEqual([2, 0]);
  expect(set.describe(0)).toMatchObject({ rule: "blue", answer: "choice 3" });
});

test("choices on one sheet, cut into equal parts", () => {
  const path = folder({
    "answers.csv": "file,answer\nsheet.png,2\n",
    "sheet.png": blocks([
      [black, white],
      [grey, black],
    ]),
  });
  const set = puzzlesFrom(path, { size: 16, layout: { rows: 2, columns: 2 } });
  const { images, target } = set.get(0, rng);
  const shades = [0, 1, 2, 3].map((view) => shade(images.subarray(view * 256, (view + 1) * 256)));
  expect(shades.map((value) => value.toFixed(2))).toEqual(["0.00", "1.00", "0.50", "0.00"]);
  expect(target).toBe(1);
});

test("choices on one sheet that are put into a matrix's missing place", () => {
  // The matrix is the upper 2 × 2 blocks, its lower right one is missing; below are two choices.
  const path = folder({
    "answers.json": {
      layout: {
        matrix: [0, 0, 1, 2 / 3],
        missing: [0.5, 1 / 3, 0.5, 1 / 3],
        choices: [
          [0, 2 / 3, 0.5, 1 / 3],
          [0.5, 2 / 3, 0.5, 1 / 3],
        ],
      },
      puzzles: [{ file: "sheet.png", answer: 2 }],
    },
    "sheet.png": blocks([
      [black, grey],
      [grey, white],
      [grey, black],
    ]),
  });
  const set = puzzlesFrom(path, { size: 32 });
  const { images } = set.get(0, rng);
  const corner = (view: number, y: number, x: number): number => images[view * 1024 + y * 32 + x]!;
  const seen = [0, 1].map((view) => [
    corner(view, 2, 2),
    corner(view, 2, 29),
    corner(view, 29, 2),
    corner(view, 29, 29),
  ]);
  const half = expect.closeTo(128 / 255, 5) as number;
  expect(seen).toEqual([
    [expect.closeTo(0, 5), half, half, half],
    [expect.closeTo(0, 5), half, half, expect.closeTo(0, 5)],
  ]);
});

describe("pictures that are not square", () => {
  const path = folder({ "answers.csv": "file,answer\na.png,1\n", "a.png": blocks([[black, black]]) });
  const column = (options: PuzzleOptions): number[] => {
    const { images } = puzzlesFrom(path, { size: 16, ...options }).get(0, rng);
    return Array.from({ length: 16 }, (_, row) => images[16 * row + 8]!);
  };

  test("get white beside their shorter sides, or are stretched", () => {
    const padded = column({});
    expect([padded[0], padded[1], padded[14], padded[15]].map((value) => value!.toFixed(3))).toEqual(
      new Array(4).fill("1.000"),
    );
    expect(padded.slice(6, 10).map((value) => value.toFixed(3))).toEqual(new Array(4).fill("0.000"));
    expect(Math.max(...column({ fit: "stretch" }))).toBeLessThan(1e-6);
  });
});

describe("splits", () => {
  const pictures = Object.fromEntries(Array.from({ length: 10 }, (_, at) => [`${at}.png`, plain(grey)]));
  const rows = (split: (at: number) => string): string =>
    Array.from({ length: 10 }, (_, at) => `${at}.png,${at % 2},${split(at)},${at}`).join("\n");
  const rules = (path: string, options: PuzzleOptions): string[] => {
    const set = puzzlesFrom(path, { size: 16, ...options });
    return Array.from({ length: set.length }, (_, index) => set.describe(index).rule);
  };

  test("are drawn from the seed, where the key says nothing", () => {
    const path = folder({ ...pictures, "answers.csv": `file,answer,split,rule\n${rows(() => "")}` });
    const [train, held] = [rules(path, { split: "train" }), rules(path, { split: "test" })];
    expect([train.length, held.length]).toEqual([8, 2]);
    expect([...train, ...held].sort()).toEqual(rules(path, {}).sort());
    const others = Array.from({ length: 8 }, (_, seed) => rules(path, { split: "test", seed }).join());
    expect(new Set(others).size).toBeGreaterThan(3);
    expect(rules(path, { split: "test", testShare: 0.5 })).toHaveLength(5);
    expect(() => rules(path, { split: "test", testShare: 0 })).toThrow("the test split has no puzzles");
  });

  test("are the key's, where it says so", () => {
    const path = folder({
      ...pictures,
      "answers.csv": `file,answer,split,rule\n${rows((at) => (at < 3 ? "test" : "train"))}`,
    });
    expect(rules(path, { split: "test" })).toEqual(["0", "1", "2"]);
    expect(rules(path, { split: "train", seed: 4 })).toEqual(["3", "4", "5", "6", "7", "8", "9"]);
  });
});

test("a loader makes batches of them, here and in workers", async () => {
  const path = folder({
    "answers.csv": "files,answer\na.png;b.png,1\nb.png ; a.png,2\n",
    "a.png": plain(black),
    "b.png": plain(white),
  });
  const shapes: unknown[] = [];
  const loader = new data.DataLoader(puzzlesFrom(path, { size: 16 }), {
    batchSize: 2,
    collate: collateProblems,
  });
  for (const { images, target } of loader.sync()) shapes.push([images.shape, [...target.toTypedArray()]]);
  const named = await loadProblems(
    { name: "puzzles", options: { path, size: 16 } },
    { batchSize: 2, workers: 1 },
  );
  for await (const { images, target } of named) shapes.push([images.shape, [...target.toTypedArray()]]);
  const expected = [
    [2, 2, 1, 16, 16],
    [0n, 1n],
  ];
  expect(shapes).toEqual([expected, expected]);
});

describe("refusals", () => {
  const picture = plain(grey);
  test("everything wrong with the puzzles is said at once", () => {
    const path = folder({
      "answers.csv": "files,answer\na.png;b.png,1\na.png,1\na.png;c.png,3\na.png;text.png,first\n",
      "a.png": picture,
      "b.png": picture.subarray(0, 50),
      "text.png": "no picture",
    });
    const lines = [
      /answers\.csv: 6 problems$/,
      /b\.png is cut short$/,
      /^puzzle 2 of .* names 1 file; all name 2$/,
      /^puzzle 3 of .* has the answer "3"; give the number of the right choice, 1 to 2$/,
      /c\.png: cannot open .*c\.png \(no such file\)$/,
      /^puzzle 4 of .* has the answer "first"; give the number of the right choice, 1 to 2$/,
      /text\.png is not a readable picture; accepted: \.png/,
    ];
    let message = "";
    try {
      puzzlesFrom(path);
    } catch (error) {
      message = (error as Error).message;
    }
    const said = message.split("\n");
    expect(said).toHaveLength(lines.length);
    for (const [at, line] of lines.entries()) expect(said[at]).toMatch(line);
  });

  test.each([
    [
      "no folder",
      () => join(root, "none"),
      {},
      /none is not a folder; give one with pictures and answers\.json/,
    ],
    ["no key", () => folder({ "a.png": picture }), {}, /has no answers\.json or answers\.csv/],
    ["an empty key", () => folder({ "answers.csv": "file,answer\n" }), {}, /answers\.csv lists no puzzles/],
    [
      "other columns",
      () => folder({ "answers.csv": "image,label\na.png,1\n" }),
      {},
      /its first line is "image,label"; it names the columns: file \(or files\), answer/,
    ],
    [
      "a stray quote",
      () => folder({ "answers.csv": 'file,answer\n"a"b.png,1\n' }),
      {},
      /line 2, column 1 has text after a closing quote/,
    ],
    [
      "an unknown split",
      () => folder({ "answers.csv": "file,answer,split\na.png,1,dev\n" }),
      {},
      /line 2 has split "dev"; accepted: train, test/,
    ],
    [
      "a split for some",
      () => folder({ "answers.csv": "file,answer,split\na.png,1,test\na.png,0,\n", "a.png": picture }),
      { split: "test" },
      /gives 1 of 2 puzzles a split; give one to all or to none/,
    ],
    [
      "a word for an answer",
      () => folder({ "answers.csv": "file,answer\na.png,maybe\n", "a.png": picture }),
      {},
      /has the answer "maybe"; accepted: 0 or no or false, 1 or yes or true/,
    ],
    ["broken JSON", () => folder({ "answers.json": "{" }), {}, /answers\.json: is not JSON/],
    [
      "JSON of another form",
      () => folder({ "answers.json": { puzzles: [{ image: "a.png" }] } }),
      {},
      /answers\.json: .*Unrecognized key: "image".*each puzzle needs an answer/s,
    ],
    [
      "a rectangle beyond the sheet",
      () => folder({ "answers.csv": "file,answer\na.png,1\n", "a.png": picture }),
      { layout: { matrix: [0, 0, 1, 1], missing: [0.5, 0.5, 0.6, 0.5], choices: [] } },
      /layout: .*rectangle goes beyond the sheet/s,
    ],
    [
      "an unknown option",
      () => folder({}),
      { sizes: 3 } as object,
      /puzzlesFrom: there is no option sizes; did you mean size/,
    ],
  ] as const)("%s", (_, path, options, sentence) => {
    expect(() => puzzlesFrom(path(), options as PuzzleOptions)).toThrow(sentence);
  });

  test("labels of one's own", () => {
    const labelled = (answer: string): string =>
      folder({
        "answers.json": { labels: ["apart", "touching"], puzzles: [{ file: "a.png", answer }] },
        "a.png": picture,
      });
    const set = puzzlesFrom(labelled("Touching"));
    expect([set.get(0, rng).target, set.describe(0).answer]).toEqual([1, "touching"]);
    expect(() => puzzlesFrom(labelled("yes"))).toThrow(
      /has the answer "yes"; accepted: apart or 0, touching or 1/,
    );
  });
});
