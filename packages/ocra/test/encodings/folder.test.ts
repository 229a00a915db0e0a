// Encodings on disk: what is in them, when they are made, and when they are not made again.

import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createCanvas } from "@napi-rs/canvas";
import { acquireLock, PartCache } from "@throughline/lab";
import {
  architectureOf,
  artTask,
  collateProblems,
  EncodingFolder,
  encodeFrozen,
  encodePatches,
  encodeProblems,
  pretrainingSetting,
  slotModel,
  untrained,
} from "@throughline/ocra";
import { difference } from "@throughline/testing/difference";
import { testFolder } from "@throughline/testing/folders";
import { scoped } from "@throughline/testing/scoped";
import { dispose, Generator, manualSeed, scope } from "@throughline/torch";
import { describe, expect, test } from "vitest";

manualSeed(5);
const setting = pretrainingSetting("smoke", "art");
const model = slotModel(architectureOf(setting), "art");
const { pixels } = setting;
const encoder = untrained({ suite: "art", model, pixels });
const data = { name: "art/rmts", options: { m: 95, split: "train", size: 32, seed: 2, count: 520 } };

describe("problems as slots see them", () => {
  const images = scope(() => {
    const set = artTask("rmts", { m: 95, size: 32 });
    return collateProblems([0, 1, 2].map((at) => set.get(at, Generator.create({ seed: at })))).images;
  });

  scoped("are the encoder's slots, z and m of each candidate, of 1 − pixels", () => {
    const found = encodeProblems(encoder, "slots", images, { generator: Generator.create({ seed: 1 }) });
    const flat = images.flatten(0, 1).rsub(1);
    const alone = encodeFrozen(encoder.autoencoder, flat, { generator: Generator.create({ seed: 1 }) });
    expect(found.z.shape).toEqual([3, 2, 6, 8]);
    for (const name of ["slots", "z", "m"] as const) {
      expect(difference(found[name].flatten(0, 1), alone[name])).toBe(0);
      expect(found[name].requiresGrad).toBe(false);
    }
  });

  scoped("or patches of the feature map", () => {
    const found = encodeProblems({ ...encoder, pixels: "as-they-are" }, "patches", images);
    const alone = encodePatches(encoder.autoencoder, images.flatten(0, 1));
    expect(difference(found.z.flatten(0, 1), alone.z)).toBe(0);
  });
});

describe("a folder of encodings", () => {
  test("is another one for other weights, and for other contents of the user's files", async () => {
    const [where, puzzles] = [testFolder(), testFolder()];
    const again = untrained({ suite: "art", model, pixels });
    const open = (from = encoder, of = data) => EncodingFolder.open(from, "slots", of, where);
    expect((await open(again)).path).not.toBe((await open()).path);
    expect((await open()).path).toBe((await open()).path);
    writeFileSync(join(puzzles, "0.png"), createCanvas(16, 16).toBuffer("image/png"));
    const paths: string[] = [];
    for (const answer of [0, 1, 0]) {
      writeFileSync(join(puzzles, "answers.csv"), `file,answer\n0.png,${answer}\n`);
      const own = { name: "puzzles", options: { path: puzzles, split: "all", size: 32 } };
      paths.push((await open(encoder, own as never)).path);
    }
    expect(paths[1]).not.toBe(paths[0]);
    expect(paths[2]).toBe(paths[0]);
  });

  test("is another one for another edition of what is generated", async () => {
    const where = testFolder();
    const identity = { name: "art/identity-rules", options: { m: 95, split: "train", size: 32, seed: 2 } };
    const now = await EncodingFolder.open(encoder, "slots", identity as never, where);
    expect(now.set.config?.edition).toBe("identity-rules 2");
    const key = { weights: encoder.hash, pixels, input: "slots", data: identity, contents: {} };
    const old = new PartCache({ folder: where, name: "art-identity-rules", key, version: 3 });
    expect(now.path).not.toBe(old.path);
    const same = { ...key, contents: { edition: "identity-rules 2" } };
    const found = new PartCache({ folder: where, name: "art-identity-rules", key: same, version: 3 });
    expect(now.path).toBe(found.path);
  });

  test("holds every draw of every problem, in float16, as encoding them directly gives", async () => {
    const folder = await EncodingFolder.open(encoder, "slots", data, testFolder());
    expect(folder.parts).toBe(2); // 480 problems in all at m = 95, whatever the count
    const { encoding, target, problems, draws } = await folder.load(2);
    scope(() => {
      expect([problems, draws, target.shape[0]]).toEqual([folder.set.length, 2, folder.set.length]);
      expect(encoding.z.shape).toEqual([2 * problems, 2, 6, 8]);
      expect(encoding.z.dtype).toBe("float16");
      const described = Array.from({ length: problems }, (_, at) => folder.set.describe(at).target);
      expect(Array.from(target.toTypedArray(), Number)).toEqual(described);
      // Two draws differ by jitter and initial slots, but show the same problems.
      expect(
        difference(encoding.z.narrow(0, 0, problems), encoding.z.narrow(0, problems, problems)),
      ).toBeGreaterThan(0);
    });
    dispose([encoding, target]);
  });

  test("is made once, by whoever comes first, and is the same wherever it was interrupted", async () => {
    const [first, second] = [testFolder(), testFolder()];
    const whole = await EncodingFolder.open(encoder, "slots", data, first);
    await whole.make(0, 0);
    await whole.make(0, 1);
    const again = await EncodingFolder.open(
      encoder,
      "slots",
      { ...data, options: { ...data.options } },
      first,
    );
    expect(again.path).toBe(whole.path);
    const file = join(whole.path, "draw-0000-0000.safetensors");
    const { mtimeMs } = statSync(file);
    await again.make(0, 0);
    expect(statSync(file).mtimeMs).toBe(mtimeMs);

    const other = await EncodingFolder.open(encoder, "slots", data, second);
    await other.make(0, 1);
    await other.make(0, 0);
    for (const name of readdirSync(whole.path).filter((each) => each.startsWith("draw-"))) {
      expect(readFileSync(join(other.path, name)).equals(readFileSync(join(whole.path, name))), name).toBe(
        true,
      );
    }
    rmSync(file);
    expect(again.has(0, 0)).toBe(false);
    dispose(await again.load(1));
    expect(existsSync(file)).toBe(true);
  });

  test("is another one for other weights, pixels, problems or patches", async () => {
    const folder = testFolder();
    const variants: readonly Parameters<typeof EncodingFolder.open>[] = [
      [encoder, "slots", data, folder],
      [{ ...encoder, hash: "other" }, "slots", data, folder],
      [{ ...encoder, pixels: "as-they-are" }, "slots", data, folder],
      [encoder, "patches", data, folder],
      [encoder, "slots", { ...data, options: { ...data.options, seed: 3 } }, folder],
    ];
    const paths = await Promise.all(
      variants.map(async (parts) => (await EncodingFolder.open(...parts)).path),
    );
    expect(new Set(paths).size).toBe(variants.length);
  });

  test("is the same whichever threads draw the pictures", async () => {
    const [none, two] = await Promise.all(
      [0, 2].map((workers) => EncodingFolder.open(encoder, "slots", data, testFolder(), workers)),
    );
    for (const folder of [none!, two!]) await folder.make(1, 1);
    const [a, b] = [none!, two!].map(({ path }) => readFileSync(join(path, "draw-0001-0001.safetensors")));
    expect(a!.equals(b!)).toBe(true);
  });

  test("what another process is making is left to it; the next part can be made meanwhile", async () => {
    const folder = await EncodingFolder.open(encoder, "slots", data, testFolder());
    const other = acquireLock(folder.path, "draw-0000-0000.safetensors.lock");
    expect(await folder.tryMake(0, 0)).toBe(false);
    expect(await folder.tryMake(0, 1)).toBe(true);
    expect([folder.has(0, 0), folder.has(0, 1)]).toEqual([false, true]);
    const waiting = folder.make(0, 0);
    other.release();
    await waiting;
    expect(folder.has(0, 0)).toBe(true);
  });

  test("two at once wait for each other", async () => {
    const folder = testFolder();
    const both = await Promise.all([0, 1].map(() => EncodingFolder.open(encoder, "slots", data, folder)));
    await Promise.all(both.map((one) => one.make(0, 0)));
    expect(both.every((one) => one.has(0, 0))).toBe(true);
  });
});
