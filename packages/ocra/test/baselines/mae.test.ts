// The masked autoencoder: patches, masks and positions; what is hidden from it, what it learns from, and how it chooses.
import {
  artTask,
  collateProblems,
  countRight,
  drawObjects,
  lossOf,
  Mae,
  type PatchMask,
  patchesIn,
  patchify,
  pickRows,
  putRows,
  randomMask,
  rightPictures,
  sameMask,
  scoreCandidateImages,
  sinCosEmbedding,
  type TaskStream,
  TaskTrainer,
  unpatchify,
} from "@throughline/ocra";
import { difference } from "@throughline/testing/difference";
import { checkLeaks } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";
import {
  arange,
  dispose,
  full,
  Generator,
  keep,
  manualSeed,
  noGrad,
  ones,
  rand,
  randint,
  scope,
  stack,
  type Tensor,
  tensor,
  zeros,
} from "@throughline/torch";
import { describe, expect, test } from "vitest";

checkLeaks();

/** Pictures of 16 × 16 in patches of 4 × 4. */
const small = { size: "vit-narrow", resolution: 16 } as const;
const list = (x: Tensor): number[] => Array.from(x.flatten().toTypedArray(), Number);

describe("patches", () => {
  scoped("row by row; in each, one channel after the other; and back", () => {
    const images = arange(2 * 2 * 4 * 6).view([2, 2, 4, 6]);
    const patches = patchify(images, 2);
    expect(patches.shape).toEqual([2, 6, 8]);
    // The second of the first row, and the first of the second row.
    expect(list(patches.select(0, 0).select(0, 1))).toEqual([2, 3, 8, 9, 26, 27, 32, 33]);
    expect(list(patches.select(0, 0).select(0, 3))).toEqual([12, 13, 18, 19, 36, 37, 42, 43]);
    expect(difference(unpatchify(patches, 2, [2, 4, 6]), images)).toBe(0);
    expect(() => patchify(images, 4)).toThrow(
      "pictures are 4 × 6 pixels; accepted: sides that patches of 4 × 4 divide",
    );
  });

  scoped("those that an area meets: what it only touches is not met", () => {
    const grid = [2, 4] as const;
    expect(patchesIn({ top: 0, left: 0, bottom: 1, right: 1 }, grid)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(patchesIn({ top: 0.5, left: 0.25, bottom: 1, right: 0.75 }, grid)).toEqual([5, 6]);
    expect(patchesIn({ top: 0.49, left: 0.3, bottom: 0.51, right: 0.31 }, grid)).toEqual([1, 5]);
  });

  scoped("positions: sines and cosines of rows, then of columns", () => {
    const found = sinCosEmbedding([2, 3], 8);
    expect(found.shape).toEqual([6, 8]);
    expect(list(found.select(0, 0))).toEqual([0, 0, 1, 1, 0, 0, 1, 1]);
    const [r, c] = [1, 2];
    const expected = [r, r / 100, c, c / 100].map(Math.sin);
    const cosines = [r, r / 100, c, c / 100].map(Math.cos);
    const known = [
      ...expected.slice(0, 2),
      ...cosines.slice(0, 2),
      ...expected.slice(2),
      ...cosines.slice(2),
    ];
    list(found.select(0, 5)).forEach((value, at) => {
      expect(value).toBeCloseTo(known[at]!, 6);
    });
  });
});

describe("masks", () => {
  scoped("at random: as many as were asked for, each patch on one side, other ones in each picture", () => {
    const draw = (seed: number): PatchMask => randomMask(5, 16, 12, "cpu", Generator.create({ seed }));
    const { visible, hidden } = draw(1);
    expect([visible.shape, hidden.shape]).toEqual([
      [5, 4],
      [5, 12],
    ]);
    const all = (mask: PatchMask, at: number): number[] => [
      ...list(mask.visible.select(0, at)),
      ...list(mask.hidden.select(0, at)),
    ];
    for (let at = 0; at < 5; at++)
      expect(all(draw(1), at).sort((a, b) => a - b)).toEqual([...Array(16).keys()]);
    const sets = [0, 1, 2, 3, 4].map((at) => list(hidden.select(0, at)).sort().join());
    expect(new Set(sets).size).toBe(5);
    expect(all(draw(1), 0)).toEqual(all(draw(1), 0));
    expect(all(draw(2), 0)).not.toEqual(all(draw(1), 0));
  });

  scoped("the same in all pictures; rows are picked and put back by number", () => {
    const { visible, hidden } = sameMask(2, 4, [3, 1], "cpu");
    expect([list(visible), list(hidden)]).toEqual([
      [0, 2, 0, 2],
      [3, 1, 3, 1],
    ]);
    const rows = arange(2 * 4 * 3).view([2, 4, 3]);
    expect(list(pickRows(rows, hidden).select(0, 1))).toEqual([21, 22, 23, 15, 16, 17]);
    const changed = putRows(rows, hidden, zeros([2, 2, 3]).to(rows.dtype));
    expect(list(changed.select(0, 0))).toEqual([0, 1, 2, 0, 0, 0, 6, 7, 8, 0, 0, 0]);
  });
});

/** Says 0 for every hidden pixel. */
class Blank extends Mae {
  override predict(patches: Tensor, { hidden }: PatchMask): Tensor {
    return zeros([patches.size(0), hidden.size(1), patches.size(2)]);
  }
}

/** Knows one picture, and completes every other with what is in it. */
class Ideal extends Mae {
  truth: Tensor | undefined;

  override predict(patches: Tensor, { hidden }: PatchMask): Tensor {
    const known = patchify(this.truth!.unsqueeze(0), this.patch);
    return pickRows(known.expand([patches.size(0), -1, -1]), hidden);
  }
}

describe("what is hidden", () => {
  scoped(
    "holds all ink of the answer wherever it is moved; at the paper's size none of its neighbours",
    () => {
      const objects = { names: ["square"], pixels: new Uint8Array(1024) };
      for (const size of [128, 64, 48, 32]) {
        using model = new Mae({ size: "vit-narrow", resolution: size });
        const hidden = new Set(model.answer);
        const across = size / model.patch;
        const inkOutside = (top: number, left: number, isWanted: (isHidden: boolean) => boolean): number => {
          const picture = drawObjects(objects, [{ object: 0, top, left }], { size });
          return [...picture.entries()].filter(([at, value]) => {
            const [row, column] = [Math.floor(at / size), at % size];
            const patch = Math.floor(row / model.patch) * across + Math.floor(column / model.patch);
            return value < 1 && isWanted(hidden.has(patch));
          }).length;
        };
        for (const down of [-5, 4]) {
          for (const right of [-5, 4]) {
            // The top left corner of the object at (120, 136); its neighbours are at (120, 88) and (40, 136).
            expect(
              inkOutside(104 + down, 120 + right, (isHidden) => !isHidden),
              `${size}`,
            ).toBe(0);
            if (size < 128) continue;
            expect(inkOutside(104 + down, 72 + right, (isHidden) => isHidden)).toBe(0);
            expect(inkOutside(24 + down, 120 + right, (isHidden) => isHidden)).toBe(0);
          }
        }
      }
    },
  );

  scoped("has no influence on what is completed; what is visible has", () => {
    using model = new Mae(small);
    model.eval();
    const images = rand([2, 1, 16, 16]);
    const completed = model.completed(images);
    // The answer is in the last 2 × 2 patches: rows and columns from 8 on.
    expect(model.answer).toEqual([10, 11, 14, 15]);
    const [inner, outer] = [images.clone(), images.clone()];
    inner.narrow(2, 8, 8).narrow(3, 8, 8).fill_(0.5);
    outer.select(2, 0).fill_(0.5);
    const corner = (x: Tensor): Tensor => x.narrow(2, 8, 8).narrow(3, 8, 8);
    expect(difference(model.completed(inner), completed)).toBe(0);
    expect(difference(corner(model.completed(outer)), corner(completed))).toBeGreaterThan(1e-6);
    expect(difference(completed.narrow(2, 0, 8), images.narrow(2, 0, 8))).toBe(0);
  });

  scoped("alone is in the loss: the mean square of its pixels where nothing is foreseen", () => {
    using model = new Blank(small);
    const images = ones([3, 1, 16, 16]).mul(7);
    images.narrow(2, 8, 8).narrow(3, 8, 8).fill_(0.5);
    images.select(0, 2).select(0, 0).select(0, 15).select(0, 15).fill_(1); // one of 64 hidden pixels
    const last = 0.25 + (1 - 0.25) / 64;
    expect(list(model.forward(images))).toEqual([-0.25, -0.25, -last]);
    expect(model.loss(images).item()).toBeCloseTo((0.5 + last) / 3, 6);
    expect(difference(model.completed(images).narrow(2, 8, 8).narrow(3, 8, 8), zeros([3, 1, 8, 8]))).toBe(0);
    // Three quarters of all patches at random: 12 of 16, so that at least eight of them have the value 7.
    using random = new Blank({ ...small, masking: "random" });
    const loss = random.loss(images, { generator: Generator.create({ seed: 1 }) }).item();
    expect(loss).toBeGreaterThan((8 / 12) * 49);
    expect(loss).toBeLessThan(49);
  });
});

describe("an answer", () => {
  scoped("is the candidate most like the completion: with an ideal one, always the right one", () => {
    using model = new Ideal({ size: "vit-narrow", resolution: 48 });
    for (const task of ["distribution-of-3", "identity-rules"] as const) {
      const set = artTask(task, { m: 95, split: "test", size: 48, count: 30 });
      const generator = Generator.create({ seed: 2 });
      for (let at = 0; at < set.length; at++) {
        const { images, target } = collateProblems([set.get(at, generator)]);
        model.truth = rightPictures({ input: images, target }).squeeze(0);
        const scores = scoreCandidateImages(model, images);
        expect(scores.argmax().item()).toBe(target.item());
        expect(lossOf(model, scores, target, "choice").item()).toBeCloseTo(0, 12);
      }
    }
  });

  scoped("right pictures are those of the targets", () => {
    const input = arange(2 * 3)
      .view([2, 3, 1, 1, 1])
      .expand([2, 3, 1, 2, 2])
      .contiguous();
    const target = tensor([2, 0], { dtype: "int64" });
    expect(list(rightPictures({ input, target }))).toEqual([2, 2, 2, 2, 3, 3, 3, 3]);
  });
});

/** Problems of two candidates: the lower right corner is as dark as the upper left one, or it is not. */
function problems(count: number, generator: Generator): { input: Tensor; target: Tensor } {
  const target = randint(2, [count], { generator, dtype: "int64" });
  const shade = randint(2, [count], { generator });
  const views = [0, 1].map((view) => {
    const images = full([count, 1, 16, 16], 0.5);
    const isRight = target.eq(view).to("float32");
    const own = isRight.mul(shade).add(isRight.rsub(1).mul(shade.rsub(1)));
    const wide = (x: Tensor): Tensor => x.view([count, 1, 1, 1]).expand([count, 1, 8, 8]);
    images.narrow(2, 0, 8).narrow(3, 0, 8).copy_(wide(shade));
    images.narrow(2, 8, 8).narrow(3, 8, 8).copy_(wide(own));
    return images;
  });
  return { input: stack(views, 1), target };
}

scoped("it learns to continue a row from right pictures alone, and then chooses right", () => {
  manualSeed(1);
  const generator = Generator.create({ seed: 4 });
  using model = new Mae(small);
  const options = { form: "choice", lr: 2e-3, warmup: 5, decaySteps: 40, generator } as const;
  const trainer = new TaskTrainer(model, options);
  using _ = trainer.optimizer;
  const losses: number[] = [];
  for (let step = 0; step < 40; step++) {
    const { loss, accuracy } = trainer.step(problems(16, generator), step);
    losses.push(loss);
    expect(accuracy).toBeNaN(); // no candidates are compared
  }
  expect(losses.at(-1)!).toBeLessThan(0.1 * losses[0]!);
  expect(trainer.optimizer.paramGroups[0]!.lr).toBeLessThan(2e-3 * 0.01);
  const { input, target } = problems(32, generator);
  const scores = noGrad(() => scoreCandidateImages(model, input));
  expect(scores.argmax({ dim: 1 }).eq(target).all().item()).toBeTruthy();
});

test("an evaluation's loss is the mean error of the right pictures", async () => {
  using generator = Generator.create({ seed: 5 });
  using model = new Mae(small);
  const trainer = new TaskTrainer(model, { form: "choice", lr: 1e-3, generator });
  const batch = scope(() => keep(problems(6, generator)));
  const stream = { loader: [1], read: () => batch } as unknown as TaskStream;
  const found = await trainer.evaluate(stream, generator);
  scope(() => {
    const errors = noGrad(() => model.forward(rightPictures(batch)));
    expect(found.loss).toBeCloseTo(-errors.mean().item(), 6);
    const scores = noGrad(() => scoreCandidateImages(model, batch.input));
    expect(found.accuracy).toBe(countRight(scores, batch.target, "choice") / 6);
  });
  dispose([batch.input, batch.target]);
});

describe("sizes", () => {
  const block = (dim: number): number => 12 * dim ** 2 + 13 * dim;
  const linear = (inner: number, outer: number): number => inner * outer + outer;

  scoped("the larger one is ViT-Base with the decoder of 8 blocks of 512", () => {
    using model = new Mae();
    const count = model.parameters().reduce((sum, { numel }) => sum + numel, 0);
    const [encoder, decoder] = [12 * block(768) + 2 * 768, 8 * block(512) + 2 * 512];
    const maps = linear(64, 768) + linear(768, 512) + linear(512, 64);
    expect(count).toBe(encoder + decoder + maps + 512);
    expect(count).toBe(110_753_088);
    expect(model.answer.length).toBe(30); // 6 × 5 of 16 × 16
    // First weights: Xavier's bound of a map from 768 to 512 numbers, and biases 0.
    const most = model.bridge.weight.abs().max().item();
    expect(Math.abs(most - Math.sqrt(6 / (768 + 512)))).toBeLessThan(1e-4);
    expect(model.encoder.layers.items[3]!.linear1.bias!.abs().max().item()).toBe(0);
  });

  scoped("what does not fit is refused", () => {
    expect(() => new Mae({ resolution: 100 })).toThrow(
      "Mae: pictures are 100 × 100 pixels; accepted: sides that patches of 8 × 8 divide",
    );
    expect(() => new Mae({ resolution: [0, 16] })).toThrow("Mae: resolution is 0");
    expect(() => new Mae({ size: "vit-huge" } as object)).toThrow(
      'Mae: size is "vit-huge", accepted: "vit-base" or "vit-narrow"',
    );
    expect(() => new Mae({ masking: "none", patch: 8 } as object)).toThrow(
      /there is no option patch.*masking is "none", accepted: "answer" or "random"/,
    );
  });
});
