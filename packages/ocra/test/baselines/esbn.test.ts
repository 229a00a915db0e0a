// ESBN and temporal context normalisation against their authors' code.
import { contextNorm, Esbn, type EsbnOptions, SlotEsbn, segmentedContextNorm } from "@throughline/ocra";
import { difference } from "@throughline/testing/difference";
import { formulaTensors } from "@throughline/testing/formula";
import { checkLeaks } from "@throughline/testing/leaks";
import { describeReference } from "@throughline/testing/reference";
import { scoped } from "@throughline/testing/scoped";
import { cat, linalg, nn, randn, scope } from "@throughline/torch";
import { expect, test } from "vitest";

checkLeaks();

describeReference("esbn/tcn", (reference) => {
  test("over the whole sequence, with gradients, and over segments", () => {
    scope(() => {
      const gamma = reference.tensor("weights.gamma").requiresGrad_();
      const beta = reference.tensor("weights.beta").requiresGrad_();
      const z = reference.tensor("inputs.z").requiresGrad_();
      const whole = contextNorm(z, gamma, beta);
      reference.check("outputs.y_whole", whole);
      reference.check("outputs.y_segmented", cat(segmentedContextNorm(z, gamma, beta, [2, 3]), 1));
      const loss = whole.mul(reference.tensor("inputs.cot")).sum();
      reference.check("outputs.loss", loss);
      loss.backward();
      reference.check("grads.gamma", gamma.grad);
      reference.check("grads.beta", beta.grad);
      reference.check("grads.inputs.z", z.grad);
    });
  });
});

const variants: Readonly<Record<string, EsbnOptions>> = {
  esbn_contextnorm: { outputs: 3 },
  esbn_tasksegmented: { outputs: 3, segments: [3, 3] },
};

for (const [name, options] of Object.entries(variants)) {
  describeReference(`esbn/${name}`, (reference) => {
    test("encodings, every step, outputs, the loss and its gradients", () => {
      scope(() => {
        using model = new Esbn(options);
        model.loadStateDict(formulaTensors(reference.formula));
        model.to({ dtype: reference.dtype });
        const raw = model.encode(reference.tensor("inputs.x"));
        reference.check("outputs.z_raw", raw);
        reference.check("outputs.z", model.normalize(raw));
        const { hidden, outputs } = model.run(raw);
        reference.check("outputs.lstm", hidden);
        reference.check("outputs.y", outputs);
        const loss = nn.functional.crossEntropy(outputs, reference.tensor("inputs.target").to("int64"));
        reference.check("outputs.loss", loss);
        loss.backward();
        for (const [key, parameter] of model.namedParameters()) {
          if (reference.keys.includes(`grads.${key}`)) reference.check(`grads.${key}`, parameter.grad);
        }
      });
    });
  });
}

scoped("slots one a step: the score is the controller's only output", () => {
  using model = new SlotEsbn({ dim: 6 });
  const slots = randn([2, 3, 6]);
  expect(
    difference(model.forward({ slots, z: slots, m: slots }), model.esbn.run(slots).outputs.squeeze(-1)),
  ).toBe(0);
});

scoped("what the memory holds of an object is its key: similarities decide, not the values", () => {
  // A rotation of the values leaves every dot product, and so every step, as it is.
  using model = new SlotEsbn({ dim: 4 });
  const { Q: rotation } = linalg.qr(randn([4, 4]));
  const slots = randn([2, 5, 4]);
  const values = model.esbn.normalize(slots);
  using bare = model.esbn.clone();
  bare.normalize = (x) => x;
  expect(difference(bare.run(values).hidden, bare.run(values.matmul(rotation)).hidden)).toBeLessThan(1e-5);
  expect(() => model.esbn.run(randn([2, 5, 3]))).toThrow("Esbn: objects is [2, 5, 3], accepted: [B, T, 4]");
});
