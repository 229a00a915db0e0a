// Slot attention and its autoencoder against the values that fixtures/make.py computes in PyTorch.
import {
  BroadcastDecoder,
  coordinateGrid,
  PositionEmbedding,
  reconstructionLoss,
  SlotAttention,
  SlotAutoencoder,
  type SlotAutoencoderOptions,
  type SlotIteration,
} from "@throughline/ocra";
import { difference, expectClose } from "@throughline/testing/difference";
import { checkLeaks } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";
import { stack, type Tensor } from "@throughline/torch";
import { describe, expect, test } from "vitest";
import {
  check,
  checkGradients,
  checkInputGradient,
  fill,
  hashes,
  inputOf,
  keysOf,
  manifest,
  numbers,
  stored,
  weighted,
} from "../support/fixtures.js";

checkLeaks();

describe("the reference data", () => {
  test("are what the recipe wrote: versions, and the hash of every file", () => {
    expect(hashes()).toEqual(manifest.sha256);
    expect(manifest.torch).toMatch(/^2\.13\.0/);
    expect(manifest.numpy).toMatch(/^\d+\.\d+\.\d+$/);
  });

  scoped("follow the formula that is written here again, bit for bit", () => {
    expect(difference(numbers("formula/sample", [2, 3]), stored("formula/sample"))).toBe(0);
    const many = numbers("any name", [4000]);
    expect(Math.abs(many.mean().item())).toBeLessThan(0.05); // uniform on [−1, 1): 0 ± 0.009
    expect(Math.abs(many.square().mean().item() - 1 / 3)).toBeLessThan(0.03);
    expect(numbers("another name", [1]).item()).not.toBe(many.at(0).item());
  });
});

describe("slot attention", () => {
  const options = { slots: 3, dim: 6, iterations: 4 } as const;
  const inputs = (name: string): [Tensor, Tensor, Tensor] => [
    inputOf(name, "x", [2, 7, 6]),
    inputOf(name, "features", [2, 7, 6]),
    inputOf(name, "positions", [1, 7, 6]),
  ];

  scoped("query, shares, attention, updates, GRU and slots of each of four iterations", () => {
    using model = fill(new SlotAttention(options), "attention");
    const noise = numbers("attention/inputs.noise", [2, 3, 6]);
    check("attention", "start", model.initialSlots(2, { noise }));
    const steps = model.iterate(inputs("attention")[0], { noise });
    expect(steps).toHaveLength(4);
    const parts = keysOf("attention/steps.").map((key) => key.slice("attention/steps.".length));
    expect(parts.sort()).toEqual(Object.keys(steps[0]!).sort());
    for (const part of parts as (keyof SlotIteration)[]) {
      check("attention", `steps.${part}`, stack(steps.map((step) => step[part])));
    }
  });

  for (const name of ["attention", "attention-learned"]) {
    scoped(`${name}: every gradient, to parameters and inputs`, () => {
      const learnInitialSlots = name === "attention-learned";
      using model = fill(new SlotAttention({ ...options, learnInitialSlots }), name);
      const [x, features, positions] = inputs(name);
      const noise = numbers(`${name}/inputs.noise`, [2, 3, 6]);
      const found = model.forward(x, features, positions, { noise });
      if (!learnInitialSlots) {
        check(name, "z", found.z);
        check(name, "m", found.m);
      }
      const { slots, z, m, attention } = found;
      const loss = weighted(name, { slots, z, m, attention });
      loss.backward();
      checkGradients(name, model, loss);
      checkInputGradient(name, "x", x);
      checkInputGradient(name, "features", features);
      checkInputGradient(name, "positions", positions);
      // The authors' draw gives the initial slots no gradient at all; reparametrised, both have one.
      const reached = [model.slots_mu, model.slots_sigma].map(({ grad }) => grad !== null);
      expect(reached).toEqual([learnInitialSlots, learnInitialSlots]);
    });
  }

  scoped("fast arithmetic is the same mathematics", () => {
    using model = fill(new SlotAttention({ ...options, arithmetic: "fast" }), "attention");
    const noise = numbers("attention/inputs.noise", [2, 3, 6]);
    const found = model.forward(...inputs("attention"), { noise });
    check("attention", "z", found.z);
    check("attention", "m", found.m);
  });
});

/** What make.py's two autoencoders are here: the paper's shape, and one with strides and pixel shuffling as at `laptop`. */
const autoencoders: Readonly<Record<string, SlotAutoencoderOptions & { resolution: [number, number] }>> = {
  autoencoder: { resolution: [5, 9], channels: 2, slots: 3, dim: 4 },
  "autoencoder-strided": {
    resolution: [12, 20],
    channels: 1,
    slots: 3,
    dim: 4,
    encoderChannels: 5,
    encoderStrides: [2, 2],
    decoderChannels: 3,
    decoderStrides: [1, 2],
    decoderPixels: 2,
  },
};

describe.each(Object.entries(autoencoders))("%s", (name, options) => {
  const shape = [2, options.channels!, ...options.resolution] as const;

  for (const arithmetic of ["direct", "fast"] as const) {
    scoped(`${arithmetic}: features, positions, attention, slots, masks, image, loss and gradients`, () => {
      using model = fill(new SlotAutoencoder({ ...options, arithmetic }), name);
      const images = inputOf(name, "images", shape);
      const found = model.forward(images, { noise: numbers(`${name}/inputs.noise`, [2, 3, 4]) });
      const stages = ["features", "positions", "attention", "slots", "z", "m"] as const;
      for (const key of [...stages, "reconstructions", "masks", "image"] as const) {
        check(name, key, found[key].contiguous());
      }
      const loss = reconstructionLoss(found, images);
      loss.backward();
      checkGradients(name, model, loss);
      checkInputGradient(name, "images", images);
    });
  }

  scoped("the decoder alone, from the stored slots", () => {
    using model = fill(new SlotAutoencoder(options), name);
    const { decoder_cnn: decoder } = model;
    expect(decoder).toBeInstanceOf(BroadcastDecoder);
    const drawn = decoder.forward(stored(`${name}/slots`));
    check(name, "image", drawn.image);
    expectClose(drawn.masks.sum({ dim: 1 }), drawn.masks.sum({ dim: 1 }).mul(0).add(1), 1e-14, "masks");
  });
});

describe("position embedding", () => {
  scoped("the grid: r, c, 1 − r, 1 − c from corner to corner", () => {
    const grid = coordinateGrid(3, 5);
    expect(difference(grid.to("float64"), stored("formula/grid"))).toBe(0);
    expect(grid.at(0, 0).toArray()).toEqual([0, 0, 1, 1]);
    expect(grid.at(2, 4).toArray()).toEqual([1, 1, 0, 0]);
    expect(grid.at(1, 1).toArray()).toEqual([0.5, 0.25, 0.5, 0.75]);
  });

  scoped("a linear map of it: with ones as weights every place has the same sum", () => {
    using layer = new PositionEmbedding(3, 5, 2);
    layer.embedding.weight.detach().fill_(1);
    layer.embedding.bias!.detach().fill_(0.5);
    expect(layer.forward().flatten().toArray()).toEqual(new Array(30).fill(2.5));
    expect(Object.keys(layer.stateDict())).toEqual(["embedding.weight", "embedding.bias"]);
  });
});
