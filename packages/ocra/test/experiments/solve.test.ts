// One puzzle answered by a trained run: the scores are those of its weights, computed again from its files; and refusals.

import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createCanvas } from "@napi-rs/canvas";
import type { BarsFigure, RunRecord } from "@throughline/lab";
import {
  artTask,
  loadPretrained,
  makeModel,
  pretrainExperiment,
  type SlotScorer,
  seePixels,
  solvePuzzle,
  taskExperiment,
} from "@throughline/ocra";
import { fileFolder } from "@throughline/testing/folders";
import { fromTypedArray, Generator, io, noGrad, scope } from "@throughline/torch";
import { beforeAll, describe, expect, test } from "vitest";
import { newRoot, smoke } from "./runs.js";

const folder = fileFolder();
const side = 32;
let rmts: RunRecord;
let pretrained: RunRecord;
let encoder: string;

/** Grey pictures side by side in a PNG file, 0 to 255. */
function png(name: string, pictures: readonly Uint8Array[], size = side): string {
  const canvas = createCanvas(size * pictures.length, size);
  const context = canvas.getContext("2d");
  const data = context.createImageData(canvas.width, size);
  pictures.forEach((pixels, at) => {
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) {
        const place = 4 * (y * canvas.width + at * size + x);
        data.data.fill(pixels[y * size + x]!, place, place + 3);
        data.data[place + 3] = 255;
      }
    }
  });
  context.putImageData(data, 0, 0);
  const path = join(folder, name);
  writeFileSync(path, canvas.toBuffer("image/png"));
  return path;
}

/** The candidates of a test problem, as bytes. */
function candidates(index: number): Uint8Array[] {
  using rng = Generator.create({ seed: index });
  const { images } = artTask("rmts", { m: 95, split: "test", size: side }).get(index, rng);
  return [0, 1].map((view) =>
    Uint8Array.from(images.subarray(view * side * side, (view + 1) * side * side), (value) =>
      Math.round(255 * Math.min(1, Math.max(0, value))),
    ),
  );
}

/** The scores of candidates, from the run's weights, without any of solve's code. */
function scoresOf(run: RunRecord, pictures: readonly Uint8Array[], seed: number): number[] {
  return scope(() =>
    noGrad(() => {
      const { autoencoder, pixels, model } = loadPretrained(encoder, "art");
      const { depth, heads, mlpDim } = run.config as { depth: number; heads: number; mlpDim: number };
      const { dim } = autoencoder.config;
      const scorer = makeModel("ocra", { depth, heads, mlpDim, dim, encoder: model }) as SlotScorer;
      scorer.loadStateDict(io.loadSafetensors(join(run.path, "artifacts", "model.safetensors")) as never);
      scorer.eval();
      autoencoder.eval();
      const values = Float32Array.from(
        pictures.flatMap((picture) => Array.from(picture, (value) => value / 255)),
      );
      const images = fromTypedArray(values, [pictures.length, 1, side, side]);
      const generator = Generator.create({ seed });
      const scores = scorer.forward(autoencoder.encode(seePixels(images, pixels), { generator }));
      const found = scores.toArray() as number[];
      for (const one of [generator, scorer, autoencoder]) one.dispose();
      return found;
    }),
  );
}

beforeAll(async () => {
  const root = newRoot();
  pretrained = (await smoke(pretrainExperiment, [], root)).record;
  encoder = join(folder, "encoder.safetensors");
  copyFileSync(join(pretrained.path, "artifacts", "autoencoder.safetensors"), encoder);
  const options = ["task=art/rmts", "draws=0", `pretrained=${encoder}`];
  rmts = (await smoke(taskExperiment, options, root)).record;
});

describe("an answer", () => {
  test("has the scores of the run's weights, their shares, and the better candidate", () => {
    for (const index of [0, 1, 2]) {
      const pictures = candidates(index);
      const files = pictures.map((picture, at) => png(`problem-${index}-${at}.png`, [picture]));
      const found = solvePuzzle(rmts, files, { seed: 6 });
      const expected = scoresOf(rmts, pictures, 6);
      for (const [at, score] of found.scores.entries()) expect(score).toBeCloseTo(expected[at]!, 4);
      const shares = expected.map((score) => Math.exp(score));
      const total = shares.reduce((a, b) => a + b);
      for (const [at, share] of shares.entries()) {
        expect(found.probabilities[at]).toBeCloseTo(share / total, 4);
      }
      expect(found.choice).toBe(found.scores.indexOf(Math.max(...found.scores)));
      expect(found.answer).toBe(String(found.choice + 1));
    }
  });

  test("is the same for a sheet that holds the candidates side by side, and for a layout that says so", () => {
    const pictures = candidates(3);
    const files = pictures.map((picture, at) => png(`half-${at}.png`, [picture]));
    const sheet = png("sheet.png", pictures);
    const apart = solvePuzzle(rmts, files);
    for (const layout of [undefined, { rows: 1, columns: 2 }]) {
      const { scores } = solvePuzzle(rmts, [sheet], layout === undefined ? {} : { layout });
      for (const [at, score] of scores.entries()) expect(score).toBeCloseTo(apart.scores[at]!, 5);
    }
  });

  test("is drawn: attention, masks, relations, and the probabilities as bars", () => {
    const files = candidates(4).map((picture, at) => png(`drawn-${at}.png`, [picture]));
    const { figures, probabilities } = solvePuzzle(rmts, files);
    expect(Object.keys(figures).sort()).toEqual(["attention", "masks", "relations", "scores"]);
    const bars = figures.scores as BarsFigure;
    expect(bars).toMatchObject({ title: "Which candidate", categories: ["1", "2"] });
    expect(bars.series[0]!.y).toEqual(probabilities);
    expect(bars.subtitle).toBe(`ocra trained on art/rmts, run ${rmts.id}`);
  });

  test("depends on the seed of the initial slots alone", () => {
    const files = candidates(5).map((picture, at) => png(`seed-${at}.png`, [picture]));
    const of = (seed: number) => solvePuzzle(rmts, files, { seed }).scores;
    expect(of(1)).toEqual(of(1));
    expect(of(2)).not.toEqual(of(1));
  });
});

describe("what is refused", () => {
  const files = () => candidates(0).map((picture, at) => png(`refused-${at}.png`, [picture]));

  test("another number of pictures than a problem has candidates", () => {
    const [one, two] = files() as [string, string];
    expect(() => solvePuzzle(rmts, [one, two, one])).toThrow(
      "3 pictures were given, and a problem of art/rmts has 2; give one for each candidate, or one sheet and its layout",
    );
    expect(() => solvePuzzle(rmts, [one], { layout: { rows: 2, columns: 2 } })).toThrow(
      /4 pictures were given/,
    );
  });

  test("runs of another experiment, or that have not finished", () => {
    expect(() => solvePuzzle(pretrained, files())).toThrow(
      /is a run of ocra\/pretrain; name a finished run of ocra\/task with a model on slots$/,
    );
    expect(() => solvePuzzle({ ...rmts, status: "interrupted" }, files())).toThrow(
      /is interrupted; name a finished/,
    );
  });

  test("a layout that is none, an option that there is not", () => {
    const layout = { rows: 0, columns: 2 };
    expect(() => solvePuzzle(rmts, files().slice(0, 1), { layout })).toThrow(/^the layout is not one: /);
    expect(() => solvePuzzle(rmts, files(), { sead: 1 } as object)).toThrow(
      /there is no option sead; did you mean seed\?/,
    );
  });

  test("an encoder that is no longer the run's, and weights that are no numbers", () => {
    const bytes = readFileSync(encoder);
    const changed = Buffer.from(bytes);
    changed[changed.length - 1]! ^= 1;
    writeFileSync(encoder, changed);
    try {
      expect(() => solvePuzzle(rmts, files())).toThrow(/its SHA-256 differs/);
    } finally {
      writeFileSync(encoder, bytes);
    }
    const path = join(rmts.path, "artifacts", "model.safetensors");
    const weights = readFileSync(path);
    scope(() => {
      const state = io.loadSafetensors(path);
      const broken = Object.entries(state).map(
        ([key, value]) => [key, key.endsWith("mlp_head.bias") ? value.mul(Number.NaN) : value] as const,
      );
      io.saveSafetensors(path, Object.fromEntries(broken));
    });
    try {
      expect(() => solvePuzzle(rmts, files())).toThrow(/gives the scores NaN, NaN; its weights are unusable/);
    } finally {
      writeFileSync(path, weights);
    }
  });

  test("runs with random slots, and models that answer without slots", async () => {
    const random = await smoke(taskExperiment, ["task=art/rmts", "draws=0", "pretrained=none", "steps=1"]);
    expect(() => solvePuzzle(random.record, files())).toThrow(
      /was made with random slots; name a finished run/,
    );
    const images = await smoke(taskExperiment, [
      ...["task=art/rmts", "draws=0", "steps=1", "model=without-pretraining"],
      `pretrained=${encoder}`,
    ]);
    expect(() => solvePuzzle(images.record, files())).toThrow(
      /has the model without-pretraining, which answers without slots/,
    );
  });
});
