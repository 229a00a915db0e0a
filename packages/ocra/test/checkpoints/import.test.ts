// Checkpoints of others: what they are is read from their tensors, and what they compute stays the same.

import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { importCheckpoint, loadPretrained, Ocra, SlotAutoencoder } from "@throughline/ocra";
import { difference } from "@throughline/testing/difference";
import { fileFolder } from "@throughline/testing/folders";
import { describeReference } from "@throughline/testing/reference";
import { scoped } from "@throughline/testing/scoped";
import { full, io, randn, type Tensor } from "@throughline/torch";
import { describe, expect } from "vitest";

const folder = fileFolder();
const file = (name: string): string => join(folder, name);

function save(name: string, state: object, prefix = ""): string {
  const named = Object.entries(state as Record<string, Tensor>).map(([key, tensor]) => [
    prefix + key,
    tensor,
  ]);
  io.saveSafetensors(file(name), Object.fromEntries(named), {});
  return file(name);
}

describe("import", () => {
  scoped("an autoencoder, under a prefix, becomes a file that ocra/task takes", () => {
    const model = new SlotAutoencoder({ resolution: 16, channels: 3, slots: 7, dim: 8 });
    const from = save("colour.safetensors", model.stateDict(), "module.");
    const to = file("colour-imported.safetensors");
    expect(importCheckpoint(from, to, { resolution: 16 })).toMatchObject({
      kind: "autoencoder",
      suite: "clevr",
      pixels: "as-they-are",
      model: { channels: 3, slots: 7, dim: 8, encoderStrides: [1, 1, 1, 1], decoderStrides: [1, 1, 1, 1, 1] },
    });
    const again = loadPretrained(to);
    const [images, draw] = [randn([2, 3, 16, 16]), { noise: randn([2, 7, 8]) }];
    expect(difference(again.autoencoder.encode(images, draw).z, model.encode(images, draw).z)).toBe(0);
    expect(again.suite).toBe("clevr");
  });

  scoped("a reasoning module, with its depth, heads and widths", () => {
    const options = { dim: 8, depth: 3, heads: 2, mlpDim: 24 };
    const model = new Ocra(options);
    const to = file("reasoner-imported.safetensors");
    const found = importCheckpoint(save("reasoner.safetensors", model.stateDict()), to);
    expect(found).toMatchObject({ kind: "ocra", model: options });
    const again = new Ocra(found.model as typeof options);
    again.loadStateDict(io.loadSafetensors(to) as never);
    const x = randn([2, 6, 8]);
    const encoding = { slots: x, z: x, m: randn([2, 6, 8]) };
    for (const one of [model, again]) one.eval();
    expect(difference(again.forward(encoding), model.forward(encoding))).toBe(0);
  });

  scoped("half precision becomes float32", () => {
    const state = new SlotAutoencoder({ resolution: 16, dim: 8 }).stateDict() as Record<string, Tensor>;
    const halves = Object.fromEntries(Object.entries(state).map(([name, x]) => [name, x.to("float16")]));
    const to = file("half-imported.safetensors");
    importCheckpoint(save("half.safetensors", halves), to, { resolution: 16 });
    const again = loadPretrained(to).autoencoder.stateDict() as Record<string, Tensor>;
    for (const [name, x] of Object.entries(halves)) expect(difference(again[name]!, x.to("float32"))).toBe(0);
  });

  scoped("what could not work later is refused now", () => {
    const state = new SlotAutoencoder({ resolution: 16, dim: 8 }).stateDict() as Record<string, Tensor>;
    const grey = save("grey.safetensors", state);
    const without = Object.entries(state).filter(([name]) => !name.startsWith("encoder_cnn"));
    const bare = save("bare.safetensors", Object.fromEntries(without));
    const broken = save("broken.safetensors", { ...state, "fc2.bias": full([8], Number.NaN) });
    for (const [from, options, sentence] of [
      [grey, { suite: "clevr" }, /takes pictures of 1 channels; accepted: those of clevr have 3$/],
      [grey, { pixels: "without-scenery" }, /those of without-scenery have 3$/],
      [grey, { resolution: 1 }, /resolution is 1; accepted: 16 to 512$/],
      [grey, { slots: 1_000_000_000 }, /slots is 1000000000; accepted: 2 to 1024$/],
      [bare, {}, /no convolutions/],
      [broken, {}, /broken\.safetensors: fc2\.bias has numbers that are not finite$/],
    ] as const) {
      expect(() => importCheckpoint(from, file("never"), options)).toThrow(sentence);
    }
    expect(existsSync(file("never"))).toBe(false);
  });

  scoped("files that are no autoencoder of ours say what they are", () => {
    const zip = file("torch.pt");
    writeFileSync(zip, "PK\x03\x04 and so on");
    expect(() => loadPretrained(zip)).toThrow(
      /torch\.pt is a PyTorch checkpoint; convert it first: throughline import/,
    );
    const reasoner = file("as-reasoner.safetensors");
    importCheckpoint(save("ocra.safetensors", new Ocra({ dim: 8, depth: 1 }).stateDict()), reasoner);
    expect(() => loadPretrained(reasoner)).toThrow(/holds a model on slots \(ocra\), not an autoencoder/);
  });

  scoped("what it does not take, in one sentence", () => {
    const other = save("other.safetensors", { weight: randn([2, 2]) });
    expect(() => importCheckpoint(other, file("x"))).toThrow(/holds neither a slot-attention autoencoder/);
    expect(() => importCheckpoint(file("weights.bin"), file("x"))).toThrow(
      /its ending is '.bin'; accepted: .safetensors, .pt, .pth/,
    );
    const { "fc1.bias": _, ...state } = new SlotAutoencoder({ resolution: 16, dim: 8 }).stateDict() as Record<
      string,
      Tensor
    >;
    expect(() => importCheckpoint(save("less.safetensors", state), file("x"))).toThrow("fc1.bias");
  });
});

describeReference("ocra/autoencoder_gray", (reference) => {
  scoped("the authors' weights give the authors' slots and features", () => {
    const to = file("gray-imported.safetensors");
    importCheckpoint(save("gray.safetensors", reference.group("weights.")), to, { resolution: 32 });
    const autoencoder = loadPretrained(to).autoencoder.to({ dtype: reference.dtype });
    const draw = { noise: reference.tensor("inputs.slot_noise") };
    const found = autoencoder.encode(reference.tensor("inputs.image"), draw);
    reference.check("outputs.slots", found.slots);
    reference.check("outputs.z", found.z);
    reference.check("outputs.m", found.m);
  });
});
