// The flossing loss, by hand.
import { finiteTimeExponents, flossingLoss, orthonormalFrame, VanillaCell } from "@throughline/flossing";
import { eye, Generator, linalg, noGrad, randn, type Tensor, tensor, zeros } from "@throughline/torch";
import { describe, expect } from "vitest";
import "@throughline/testing/close";
import { checkLeaks, own } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";

checkLeaks();

const double = { dtype: "float64" } as const;

describe("flossingLoss", () => {
  const exponents = (): Tensor =>
    tensor(
      [
        [0.1, -0.3],
        [0.2, -0.5],
      ],
      double,
    );

  scoped("is the mean square of the exponents", () => {
    expect(flossingLoss(exponents())).toBeClose((0.01 + 0.09 + 0.04 + 0.25) / 4, { rtol: 1e-14, atol: 0 });
  });

  scoped("is measured from a target, one for all or one for each", () => {
    expect(flossingLoss(exponents(), -0.5)).toBeClose((0.36 + 0.04 + 0.49 + 0) / 4, { rtol: 1e-14, atol: 0 });
    expect(flossingLoss(exponents(), [0.1, -0.5])).toBeClose((0 + 0.04 + 0.01 + 0) / 4, {
      rtol: 1e-14,
      atol: 0,
    });
  });

  scoped("refuses another number of targets", () => {
    expect(() => flossingLoss(exponents(), [0, 0, 0])).toThrow(
      "flossingLoss: 3 targets for 2 exponents; give one, or one for each",
    );
  });
});

describe("finiteTimeExponents", () => {
  /** x′ = W x */
  function linear(weight: Tensor): VanillaCell {
    const cell = own(new VanillaCell(1, weight.size(0), { activation: "identity", ...double }));
    noGrad(() => cell.weight_hh.copy_(weight));
    return cell;
  }

  scoped("of a linear net with orthogonal weights times g are ln g, whatever the frame", () => {
    const generator = Generator.create({ seed: 1 });
    const { Q } = linalg.qr(randn([6, 6], { ...double, generator }));
    const found = finiteTimeExponents(linear(Q.mul(1.3)), zeros([20, 1, 1], double), { k: 4, skip: 0 });
    expect(found.detach()).toBeClose([new Array(4).fill(Math.log(1.3))], { rtol: 0, atol: 1e-13 });
  });

  scoped("all together have the sum ln |det W|", () => {
    const weight = randn([5, 5], double);
    const found = finiteTimeExponents(linear(weight), zeros([7, 2, 1], double), { skip: 0 });
    const expected = Math.log(Math.abs(linalg.det(weight).item()));
    expect(found.detach().sum({ dim: -1 })).toBeClose([expected, expected], { rtol: 1e-10, atol: 1e-10 });
  });

  scoped("do not depend on how many are computed, on signs of the frame, or on the interval", () => {
    const generator = Generator.create({ seed: 2 });
    const cell = own(new VanillaCell(2, 6, { ...double, gain: 1.5, generator }));
    const inputs = randn([24, 2, 2], { ...double, generator });
    const frame = orthonormalFrame(6, 4, { ...double, generator });
    const all = finiteTimeExponents(cell, inputs, { k: 4, skip: 6, frame }).detach();
    const tight = { rtol: 1e-10, atol: 1e-11 };
    const fewer = finiteTimeExponents(cell, inputs, { k: 2, skip: 6, frame: frame.narrow(1, 0, 2) });
    expect(fewer.detach()).toBeClose(all.narrow(-1, 0, 2), tight);
    const signs = tensor([1, -1, -1, 1], double);
    expect(
      finiteTimeExponents(cell, inputs, { k: 4, skip: 6, frame: frame.mul(signs.unsqueeze(-1)) }).detach(),
    ).toBeClose(all, tight);
    const every3 = finiteTimeExponents(cell, inputs, { k: 4, skip: 6, interval: 3, frame });
    expect(every3.detach()).toBeClose(all, { rtol: 1e-8, atol: 1e-9 });
    const alone = finiteTimeExponents(cell, inputs.narrow(1, 1, 1), { k: 4, skip: 6, frame });
    expect(alone.detach()).toBeClose(all.narrow(0, 1, 1), tight);
  });

  scoped("skip by default what the released code skips, or half of a short sequence", () => {
    const cell = own(new VanillaCell(1, 4, { ...double, generator: Generator.create({ seed: 3 }) }));
    for (const [steps, skip] of [
      [55, 16],
      [20, 10],
      [300, 40],
    ] as const) {
      const inputs = randn([steps, 1, 1], double);
      const usual = finiteTimeExponents(cell, inputs).detach();
      expect(usual).toBeClose(finiteTimeExponents(cell, inputs, { skip }).detach(), { rtol: 0, atol: 0 });
    }
  });

  scoped("are −∞ where a Jacobian is singular", () => {
    const weight = eye(3, double);
    weight.select(0, 2).zero_();
    const found = finiteTimeExponents(linear(weight), zeros([4, 1, 1], double), { skip: 0 });
    expect((found.detach().toArray() as number[][])[0]!.at(-1)).toBe(Number.NEGATIVE_INFINITY);
  });

  scoped("refuse what does not fit, each with one sentence", () => {
    const cell = own(new VanillaCell(2, 4));
    const inputs = zeros([12, 1, 2]);
    const say = (given: Tensor, options: object) => () => finiteTimeExponents(cell, given, options);
    expect(say(zeros([12, 1, 3]), {})).toThrow(/expects inputs \[time, batch, 2\], got \[12,1,3\]/);
    expect(say(zeros([0, 1, 2]), {})).toThrow(/got \[0,1,2\]/);
    expect(say(inputs, { k: 5 })).toThrow(/k is 5, but the state has only 4 directions/);
    expect(say(inputs, { k: 0 })).toThrow(/k is 0, accepted: a whole number/);
    expect(say(inputs, { skip: 12 })).toThrow(/skip \(12\) must be less than the steps \(12\)/);
    expect(say(inputs, { skip: -1 })).toThrow(/skip is -1, accepted: a whole number/);
    expect(say(inputs, { interval: 5 })).toThrow(/the interval \(5\) must divide both/);
    expect(say(inputs, { skip: 3, interval: 2 })).toThrow(/the interval \(2\) must divide both/);
    expect(say(inputs, { interval: 1.5 })).toThrow(/interval is 1.5, accepted: a whole number/);
  });
});

describe("orthonormalFrame", () => {
  scoped("has orthonormal rows, the same ones each time unless a generator draws others", () => {
    const frame = orthonormalFrame(7, 3, { batch: 2, dtype: "float64" });
    const identity = eye(3, double).expand([2, 3, 3]);
    expect(frame.matmul(frame.mT)).toBeClose(identity, { rtol: 0, atol: 1e-14 });
    expect(orthonormalFrame(7, 3, { batch: 2, dtype: "float64" })).toBeClose(frame, { rtol: 0, atol: 0 });
    expect(orthonormalFrame(7, 3, { batch: 2 })).toBeClose(frame.float());
    const drawn = orthonormalFrame(7, 3, { generator: Generator.create({ seed: 5 }) });
    expect(
      drawn
        .sub(frame.float().narrow(0, 0, 1))
        .abs()
        .amax()
        .item(),
    ).toBeGreaterThan(0.1);
    expect(() => orthonormalFrame(3, 0)).toThrow(/vectors is 0, accepted: a whole number/);
  });
});
