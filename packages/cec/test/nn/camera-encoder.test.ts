// The cameras' encoder against torchvision, RoboMimic and the authors' code, and points whose place is known.
import { formulaTensors } from "@throughline/testing/formula";
import { checkLeaks, own } from "@throughline/testing/leaks";
import { describeReference, type Reference } from "@throughline/testing/reference";
import { fromTypedArray, nn, noGrad, ones, scope, stack, type Tensor, zeros } from "@throughline/torch";
import { describe, expect, test } from "vitest";
import { CameraEncoder } from "../../dist/nn/camera-encoder.js";
import { centreCrop, cropAt, randomPlaces } from "../../dist/nn/crop.js";
import { ResidualBlock } from "../../dist/nn/residual-network.js";
import { SpatialSoftmax } from "../../dist/nn/spatial-softmax.js";

checkLeaks();

/** Counts of batches are whole numbers, which the files hold as float32. */
function withCounts(state: Record<string, Tensor>): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(state).map(([key, value]) => [
      key,
      key.endsWith("num_batches_tracked") ? value.to("int64") : value,
    ]),
  );
}

describeReference("cec/resnet_blocks", (reference) => {
  const run = (body: (blocks: nn.ModuleDict<{ a: ResidualBlock; b: ResidualBlock }>) => void): void =>
    scope(() => {
      using blocks = new nn.ModuleDict({ a: new ResidualBlock(6, 6), b: new ResidualBlock(6, 10, 2) });
      blocks.to({ dtype: reference.dtype });
      blocks.loadStateDict(withCounts(reference.group("weights.")));
      body(blocks);
    });

  test.each(["train", "eval"] as const)("%s: outputs, statistics, the loss and gradients", (mode) => {
    run((blocks) => {
      blocks.train(mode === "train");
      const { a, b } = blocks.items;
      const x = reference.tensor("inputs.x").requiresGrad_();
      const inner = a.forward(x);
      const y = b.forward(inner);
      if (mode === "train") reference.check("outputs.train.y_a", inner);
      reference.check(`outputs.${mode}.y`, y);
      const loss = y.mul(reference.tensor("inputs.cot")).sum();
      reference.check(`outputs.${mode}.loss`, loss);
      for (const [key, buffer] of blocks.namedBuffers()) {
        const name = `outputs.${mode}.${key}`;
        if (reference.keys.includes(name)) reference.check(name, buffer);
      }
      loss.backward();
      const prefix = mode === "train" ? "grads." : "grads.eval.";
      reference.check(`${prefix}inputs.x`, x.grad);
      for (const [key, parameter] of blocks.namedParameters())
        if (reference.keys.includes(prefix + key)) reference.check(prefix + key, parameter.grad);
    });
  });
});

describeReference("cec/spatial_softmax", (reference) => {
  test("points, features, the loss and gradients", () => {
    scope(() => {
      using full = new SpatialSoftmax(512, 32, 3, 3);
      using linear = new nn.Linear(64, 64);
      using rect = new SpatialSoftmax(8, 6, 4, 5);
      using all = new nn.ModuleDict({
        full: new nn.ModuleDict({ "0": full, "2": linear }),
        rect,
      });
      all.to({ dtype: reference.dtype });
      all.loadStateDict(reference.group("weights."));
      const [maps, wide] = ["feat_full", "feat_rect"].map((key) =>
        reference.tensor(`inputs.${key}`).requiresGrad_(),
      ) as [Tensor, Tensor];
      const points = full.forward(maps);
      reference.check("outputs.kp_full", points);
      const features = linear.forward(points.flatten(1)).relu();
      reference.check("outputs.emb_full", features);
      const others = rect.forward(wide);
      reference.check("outputs.kp_rect", others);
      const loss = features
        .mul(reference.tensor("inputs.cot_full"))
        .sum()
        .add(others.mul(reference.tensor("inputs.cot_rect")).sum());
      reference.check("outputs.loss", loss);
      loss.backward();
      for (const [key, parameter] of all.namedParameters()) reference.check(`grads.${key}`, parameter.grad);
      reference.check("grads.inputs.feat_full", maps.grad);
      reference.check("grads.inputs.feat_rect", wide.grad);
    });
  });
});

describeReference("cec/robomimic_rgb", (reference) => {
  const run = (body: (encoder: CameraEncoder, pictures: Tensor) => void): void =>
    scope(() => {
      using encoder = new CameraEncoder({ crop: 76 });
      encoder.to({ dtype: reference.dtype });
      encoder.loadStateDict(stateOf(reference, encoder), { strict: false });
      const pictures = reference.tensor("inputs.image").flatten(0, 1).mul(255).round().to("uint8");
      body(encoder, pictures);
    });
  const backward = (encoder: CameraEncoder, mode: "eval" | "train", features: Tensor): void => {
    reference.check(`outputs.${mode}.emb`, features.unsqueeze(0));
    const loss = features.mul(reference.tensor("inputs.cot").flatten(0, 1)).sum();
    reference.check(`outputs.${mode}.loss`, loss);
    loss.backward();
    for (const [key, parameter] of encoder.namedParameters()) {
      const name = `grads.${mode}.${key}`;
      if (reference.keys.includes(name)) reference.check(name, parameter.grad);
    }
  };

  test("evaluation: what each stage gives, points, features and gradients", () => {
    run((encoder, pictures) => {
      encoder.eval();
      const core = encoder._visual_core;
      let x = centreCrop(pictures, 76).to(reference.dtype).div(255);
      for (const [at, layer] of core.backbone.items.nets.layers.entries()) {
        x = layer.forward(x);
        const stage = ["stem", "layer1", "layer2", "layer3", "feat"][at - 3];
        if (stage === undefined) continue;
        const rows = reference.tensor(`outputs.eval.${stage}`).size(0);
        reference.check(`outputs.eval.${stage}`, x.narrow(0, 0, rows));
      }
      reference.check("outputs.eval.kp", core.pool.forward(x));
      backward(encoder, "eval", encoder.forward(pictures.permute([0, 2, 3, 1])));
    });
  });

  test("training: places of the parts, features, running statistics and gradients", () => {
    run((encoder, pictures) => {
      const given = ["h", "w"].map((key) => reference.tensor(`inputs.crop_u_${key}`));
      const places = randomPlaces(pictures, 76, () => given.shift()!);
      const both = places.map((place) => place.to(reference.dtype));
      reference.check("outputs.train.crop", stack(both, 1));
      backward(encoder, "train", encoder.seen(cropAt(pictures, 76, ...places)));
      let statistics = 0;
      for (const [key, buffer] of encoder.namedBuffers()) {
        const name = `outputs.train.after.${key.replace("_visual_core.backbone.nets.", "")}`;
        if (!reference.keys.includes(name)) continue;
        reference.check(name, buffer);
        statistics++;
      }
      expect(statistics).toBe(8);
    });
  });
});

/** Weights by their formula; what is fixed is not in it. */
function stateOf(reference: Reference, encoder: CameraEncoder): Record<string, Tensor> {
  const given = withCounts(formulaTensors(reference.formula));
  const own = encoder.stateDict();
  return Object.fromEntries(Object.entries(given).map(([key, value]) => [key, value.to(own[key]!.dtype)]));
}

describe("spatial softmax", () => {
  /** Passes its maps on as they are. */
  const plain = (rows: number, columns: number): SpatialSoftmax => {
    const made = own(new SpatialSoftmax(1, 1, rows, columns));
    nn.init.ones_(made.nets.weight);
    nn.init.zeros_(made.nets.bias!);
    return made;
  };

  test("a peak is at its pixel's place, column before row; an even map in the middle (1e-6)", () => {
    const softmax = plain(3, 5);
    scope(() =>
      noGrad(() => {
        for (const [row, column] of [
          [0, 0],
          [2, 1],
          [1, 4],
        ] as const) {
          const map = zeros([1, 1, 3, 5]);
          map.select(2, row).select(2, column).fill_(1000);
          const [x, y] = softmax.forward(map).flatten().toTypedArray() as Float32Array;
          expect(x).toBeCloseTo(-1 + column / 2, 6);
          expect(y).toBeCloseTo(-1 + row, 6);
        }
        const even = softmax.forward(ones([1, 1, 3, 5]).mul(7));
        expect(even.abs().max().item()).toBeLessThan(1e-6);
      }),
    );
  });
});

describe("parts of pictures", () => {
  /** A picture whose pixels are 10 · row + column. */
  const numbered = (): Tensor =>
    fromTypedArray(
      Float32Array.from({ length: 80 }, (_, at) => 10 * Math.floor(at / 10) + (at % 10)),
      [1, 1, 8, 10],
    );

  test("the middle, and what begins at a place, by their pixels", () => {
    scope(() => {
      const middle = centreCrop(numbered(), 4);
      expect(middle.select(2, 0).flatten().toTypedArray()).toEqual(Float32Array.of(23, 24, 25, 26));
      const pair = numbered().expand([2, 1, 8, 10]);
      const parts = cropAt(
        pair,
        2,
        fromTypedArray(BigInt64Array.of(0n, 6n)),
        fromTypedArray(BigInt64Array.of(8n, 1n)),
      );
      expect(parts.flatten().toTypedArray()).toEqual(Float32Array.of(8, 9, 18, 19, 61, 62, 71, 72));
    });
  });

  test("random places reach from the first to the one before the last, as in RoboMimic", () => {
    scope(() => {
      const picture = numbered().expand([400, 1, 8, 10]);
      const [top, left] = randomPlaces(picture, 6);
      for (const [place, last] of [
        [top, 1],
        [left, 3],
      ] as const) {
        expect(place.min().item()).toBe(0);
        expect(place.max().item()).toBe(last);
      }
    });
  });

  test("an encoder sees the middle in evaluation, and other parts in training", () => {
    const encoder = own(new CameraEncoder({ crop: 32, keypoints: 4, features: 6 }));
    scope(() =>
      noGrad(() => {
        const bytes = Uint8Array.from({ length: 40 * 40 * 3 }, (_, at) => (at * 97 + (at >> 5) * 31) % 256);
        const pictures = fromTypedArray(bytes, [1, 40, 40, 3]);
        const middle = pictures.narrow(1, 4, 32).narrow(2, 4, 32);
        encoder.eval();
        const seen = encoder.forward(pictures);
        expect(seen.shape).toEqual([1, 6]);
        expect(seen.sub(encoder.forward(middle)).abs().max().item()).toBe(0);
      }),
    );
  });
});
