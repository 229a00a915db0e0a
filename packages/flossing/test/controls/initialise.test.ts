// How vanilla nets start.
import { initialise, VanillaCell } from "@throughline/flossing";
import { eye, Generator, type Tensor } from "@throughline/torch";
import { describe, expect } from "vitest";
import "@throughline/testing/close";
import { checkLeaks, own } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";

checkLeaks();

const units = 200;
const net = (options: object): VanillaCell =>
  own(new VanillaCell(3, units, { dtype: "float64", generator: Generator.create({ seed: 1 }), ...options }));
const variance = (tensor: Tensor): number => tensor.detach().square().mean().item();

describe("recurrent weights", () => {
  scoped("gaussian: N(0, g² / N)", () => {
    const { weight_hh: weight } = net({ gain: 1.7 });
    // 5 standard errors: of the mean 1.7 / N / √N², of the variance √2 / N.
    expect(Math.abs(weight.detach().mean().item())).toBeLessThan((5 * 1.7) / Math.sqrt(units) / units);
    expect(Math.abs((variance(weight) * units) / 1.7 ** 2 - 1)).toBeLessThan((5 * Math.SQRT2) / units);
  });

  scoped("orthogonal: WᵀW = g² I, and not the identity", () => {
    const weight = net({ init: "orthogonal", gain: 1.7 }).weight_hh.detach();
    const square = weight.t().matmul(weight);
    expect(square).toBeClose(eye(units, { dtype: "float64" }).mul(1.7 ** 2), { rtol: 0, atol: 1e-12 });
    expect(Math.abs(weight.diagonal().mean().item())).toBeLessThan(0.1);
  });

  scoped("identity: g I", () => {
    const weight = net({ init: "identity", gain: 0.9 }).weight_hh.detach();
    expect(weight).toBeClose(eye(units, { dtype: "float64" }).mul(0.9), { rtol: 0, atol: 0 });
  });
});

describe("the rest", () => {
  scoped("W_ih is N(0, inputScale²), b uniform on [0, biasScale)", () => {
    const usual = net({});
    expect(Math.abs(variance(usual.weight_ih) - 1)).toBeLessThan(5 * Math.sqrt(2 / (3 * units)));
    expect(usual.bias_ih.detach().amin().item()).toBeGreaterThanOrEqual(0);
    expect(usual.bias_ih.detach().amax().item()).toBeLessThan(0.1);
    expect(Math.abs(usual.bias_ih.detach().mean().item() - 0.05)).toBeLessThan(0.011);
    const scaled = net({ inputScale: 0.2, biasScale: 2 });
    expect(Math.abs(variance(scaled.weight_ih) / 0.04 - 1)).toBeLessThan(5 * Math.sqrt(2 / (3 * units)));
    expect(Math.abs(scaled.bias_ih.detach().mean().item() - 1)).toBeLessThan(0.21);
  });

  scoped("a generator decides; drawing anew from the same state gives the same net", () => {
    const [a, b] = [net({}), net({ init: "identity" })];
    initialise(b, { generator: Generator.create({ seed: 1 }) });
    for (const [i, parameter] of a.parameters().entries()) {
      expect(b.parameters()[i]!.detach()).toBeClose(parameter.detach(), { rtol: 0, atol: 0 });
    }
  });
});
