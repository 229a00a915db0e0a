// Objects from the user's own files.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createCanvas } from "@napi-rs/canvas";
import { artDisplays, artTask, lookAlikes, objectPixels, objectsFrom } from "@throughline/ocra";
import { fileFolder } from "@throughline/testing/folders";
import { describeWith } from "@throughline/testing/reference";
import { fromTypedArray, Generator, io, scope } from "@throughline/torch";
import { expect, test } from "vitest";
import { paperObjects } from "../datasets/support.js";

const root = fileFolder();
let folders = 0;

function folder(files: Readonly<Record<string, Uint8Array | string>>): string {
  const path = join(root, String(folders++));
  mkdirSync(path);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(path, name), content);
  return path;
}

type Context = ReturnType<ReturnType<typeof createCanvas>["getContext"]>;

function png(draw: (context: Context) => void, background: string | null = "#ffffff"): Buffer {
  const canvas = createCanvas(90, 60);
  const context = canvas.getContext("2d");
  if (background !== null) {
    context.fillStyle = background;
    context.fillRect(0, 0, 90, 60);
  }
  context.fillStyle = "#000000";
  draw(context);
  return canvas.toBuffer("image/png");
}

const bar = png((context) => context.fillRect(20, 10, 50, 4));
const corner = png((context) => {
  context.fillRect(10, 10, 40, 20);
  context.fillRect(10, 30, 20, 20);
}, null);

test("pictures are cut to their ink and stretched; what is transparent is paper", () => {
  const objects = objectsFrom(folder({ "b.png": corner, "a.png": bar, "notes.txt": "not a picture" }));
  expect(objects.names).toEqual(["a", "b"]);
  const inside = (at: number): boolean => Math.floor(at / 32) % 31 !== 0 && at % 32 !== 0 && at % 32 !== 31;
  const filled = Uint8Array.from({ length: 1024 }, (_, at) => (inside(at) ? 0 : 255));
  expect(objectPixels(objects, 0)).toEqual(filled);
  // The L of 40 × 40: white in its lower right quarter.
  const letter = filled.map((value, at) => (Math.floor(at / 32) > 15 && at % 32 > 15 ? 255 : value));
  expect(objectPixels(objects, 1)).toEqual(letter);
});

test("a folder may hold arrays of one object each; 2 comes before 10", () => {
  const path = folder({ "10.png": bar, "2.png": corner });
  const own = Uint8Array.from({ length: 1024 }, (_, at) => (at % 3 === 0 ? 0 : 255));
  scope(() => io.saveNpy(join(path, "3.npy"), fromTypedArray(own, [32, 32])));
  const objects = objectsFrom(path);
  expect(objects.names).toEqual(["2", "3", "10"]);
  expect(objectPixels(objects, 1)).toEqual(own);
  scope(() => io.saveNpy(join(path, "4.npy"), fromTypedArray(own.slice(0, 64), [8, 8])));
  expect(() => objectsFrom(path)).toThrow(/4\.npy holds uint8 \[8, 8\]; accepted: uint8 \[32, 32\]$/);
});

test("equal objects and blank ones are refused: their problems would have wrong answers", () => {
  const larger = png((context) => context.fillRect(0, 0, 90, 8)); // the bar again, once cut to its ink
  expect(() => objectsFrom(folder({ "a.png": bar, "b.png": corner, "c.png": larger }))).toThrow(
    /: a and c are the same object; objects must differ$/,
  );
  const array = join(root, "blank.npy");
  const pixels = new Uint8Array(3 * 1024).fill(255).fill(0, 0, 100).fill(0, 1024, 1200);
  scope(() => io.saveNpy(array, fromTypedArray(pixels, [3, 32, 32])));
  expect(() => objectsFrom(array)).toThrow(/: object 2 is blank; objects are dark on white$/);
});

test("they become tasks and displays", () => {
  const drawn = ["□", "L", "T", "F", "+", "="].map((_, at) =>
    png((context) => {
      context.fillRect(10, 10, 60, 6);
      context.fillRect(10 + 9 * at, 10, 6, 40 - 3 * at);
    }),
  );
  const path = folder(Object.fromEntries(drawn.map((picture, at) => [`${at}.png`, picture])));
  const task = artTask("same-different", { m: 3, split: "test", objects: path });
  expect(task.length).toBe(12);
  const used = Array.from({ length: 12 }, (_, at) => task.describe(at).views[0]!.map(({ name }) => name));
  expect(new Set(used.flat()).size).toBe(3);
  const displays = artDisplays({ objects: path, most: 2 });
  scope(() =>
    expect(displays.get(0, Generator.create({ seed: 0 })).owners.some((owner) => owner > 0)).toBe(true),
  );
});

test("the pool can leave out what looks like one's own objects", () => {
  const pool = objectsFrom("pool");
  const [heart] = [objectPixels(pool, 7)];
  const array = join(root, "own.npy");
  scope(() =>
    io.saveNpy(array, fromTypedArray(Uint8Array.of(...heart, ...objectPixels(pool, 300)), [2, 32, 32])),
  );
  const own = objectsFrom(array);
  expect(objectPixels(own, 1)).toEqual(objectPixels(pool, 300));
  const left = artDisplays({ unlike: array, count: 50 });
  expect(left.config).toMatchObject({ objects: "pool", unlike: array });
  expect(lookAlikes(pool, own).map(({ a }) => a)).toEqual(expect.arrayContaining([7, 300]));
});

test.each([
  [
    "a path that is not there",
    () => join(root, "nothing"),
    /nothing does not exist; give a folder of pictures/,
  ],
  ["an empty folder", () => folder({}), /has 0 pictures \(\.png .*\); at least 2 objects are needed/],
  [
    "another kind of file",
    () => join(folder({ "x.txt": "" }), "x.txt"),
    /x\.txt is neither a folder of pictures nor/,
  ],
  [
    "bad pictures, all at once",
    () => folder({ "a.png": png(() => {}), "b.png": "text", "c.png": bar.subarray(0, 200), "d.png": bar }),
    /^.*a\.png is blank; objects are dark on white\n.*b\.png is not a readable picture; .*\n.*c\.png is cut short$/,
  ],
  [
    "a damaged picture",
    () => folder({ "a.png": bar.map((byte, at) => (at === 60 ? byte ^ 255 : byte)), "b.png": bar }),
    /a\.png is damaged/,
  ],
  [
    "an array of another shape",
    () => {
      const path = join(root, "shape.npy");
      scope(() => io.saveNpy(path, fromTypedArray(new Uint8Array(64), [4, 4, 4])));
      return path;
    },
    /shape\.npy holds uint8 \[4, 4, 4\]; accepted: uint8 \[N, 32, 32\], N at least 2/,
  ],
])("%s is refused in a sentence", (_, path, sentence) => {
  expect(() => objectsFrom(path())).toThrow(sentence);
});

describeWith("the paper's objects", [paperObjects], () => {
  test("are taken as they are", () => {
    const objects = objectsFrom(paperObjects);
    expect(objects.names).toHaveLength(100);
    const dark = objects.pixels.filter((value) => value < 128).length / objects.pixels.length;
    expect(dark).toBeGreaterThan(0.1);
    expect(artTask("rmts", { m: 95, objects: paperObjects }).length).toBe(480);
  });
});
