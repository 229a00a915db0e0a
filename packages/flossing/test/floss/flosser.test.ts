// Flossing as an optimisation: it works, it can be put down and taken up again, and it refuses in sentences.
import {
  Flosser,
  type FlosserOptions,
  finiteTimeExponents,
  flossingLoss,
  orthonormalFrame,
  VanillaCell,
} from "@throughline/flossing";
import {
  Generator,
  liveTensors,
  nn,
  noGrad,
  optim,
  randint,
  randn,
  scope,
  type Tensor,
  zeros,
} from "@throughline/torch";
import { describe, expect } from "vitest";
import "@throughline/testing/close";
import { checkLeaks, own } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";

checkLeaks();

function net(seed = 1): VanillaCell {
  return own(new VanillaCell(1, 12, { generator: Generator.create({ seed }) }));
}

/** Fair bits, as in the paper. */
function bits(seed: number): () => Tensor {
  const generator = Generator.create({ seed });
  return () => randint(0, 2, [40, 1, 1], { generator, dtype: "float32" });
}

function flosser(cell: VanillaCell, options: Partial<FlosserOptions> = {}): Flosser {
  return own(new Flosser(cell, { k: 8, coordinates: "rate", inputs: bits(2), ...options }));
}

const weights = (cell: VanillaCell): number[] =>
  cell.parameters().flatMap((parameter) => Array.from(parameter.detach().toTypedArray() as Float32Array));

/** Of the gradient over all parameters. */
const lengthOf = (cell: VanillaCell): number =>
  Math.hypot(...cell.parameters().map(({ grad }) => scope(() => grad!.square().sum().sqrt().item())));

/** The first sequence drawn at which the gradient is more than 100 long; at most of them it is about 3. */
function spikeOf(cell: VanillaCell, from: Generator, draw: (from: Generator) => Tensor): Tensor {
  const frame = orthonormalFrame(12, 8, { dtype: "float64" });
  for (let tries = 0; tries < 2000; tries++) {
    const inputs = draw(from);
    flossingLoss(finiteTimeExponents(cell, inputs, { k: 8, coordinates: "rate", frame })).backward();
    const isSpike = lengthOf(cell) > 100;
    for (const parameter of cell.parameters()) parameter.grad = null;
    if (isSpike) return inputs;
  }
  throw new Error("no sequence has a gradient that long");
}

describe("steps", () => {
  scoped("push the exponents to the target", () => {
    for (const [k, target] of [
      [4, 0],
      [1, -0.8],
    ] as const) {
      const cell = net();
      const inputs = randint(0, 2, [400, 4, 1], { dtype: "float32" });
      const distance = (): number =>
        scope(() =>
          finiteTimeExponents(cell, inputs, { k }).detach().mean({ dim: 0 }).sub(target).abs().amax().item(),
        );
      expect(distance()).toBeGreaterThan(0.4);
      const pusher = flosser(cell, { k, target, lr: 3e-3 });
      expect(pusher.step().exponents).toHaveLength(k);
      pusher.run(150);
      expect(pusher.steps).toBe(151);
      expect(distance()).toBeLessThan(0.15);
    }
  });

  scoped("are Adam's, on the gradient of the loss, bit for bit without clipping", () => {
    const [cell, copy] = [net(), net()];
    const options = { k: 8, skip: 10, coordinates: "rate", frame: orthonormalFrame(12, 8) } as const;
    const pusher = flosser(cell, { skip: 10, lr: 0.01, clip: 0 });
    const adam = own(new optim.Adam(copy.parameters(), { lr: 0.01 }));
    const inputs = bits(2);
    for (let i = 0; i < 3; i++) {
      const found = pusher.step();
      const lambda = finiteTimeExponents(copy, inputs(), options);
      const loss = flossingLoss(lambda);
      adam.zeroGrad();
      loss.backward();
      expect(found.gradient / lengthOf(copy)).toBeCloseTo(1, 5);
      adam.step();
      expect(found.loss).toBeCloseTo(loss.item(), 6);
      expect(Array.from(found.exponents)).toEqual(lambda.detach().squeeze(0).toArray());
    }
    expect(weights(cell)).toEqual(weights(copy));
  });

  scoped(
    "shorten a gradient to a multiple of the root mean square of those before, weighted as Adam's squares",
    () => {
      const [cell, copy] = [net(), net()];
      const options = { k: 8, coordinates: "rate", frame: orthonormalFrame(12, 8) } as const;
      const pusher = flosser(cell, { lr: 0.01, clip: 0.5 });
      const adam = own(new optim.Adam(copy.parameters(), { lr: 0.01 }));
      const inputs = bits(2);
      const kept: number[] = [];
      let shortened = 0;
      for (let i = 0; i < 8; i++) {
        pusher.step();
        adam.zeroGrad();
        flossingLoss(finiteTimeExponents(copy, inputs(), options)).backward();
        const shares = kept.map((_, j) => 0.999 ** (kept.length - 1 - j));
        const total = shares.reduce((sum, share) => sum + share, 0);
        const square = kept.reduce((sum, length, j) => sum + (length ** 2 * shares[j]!) / total, 0);
        const limit = i === 0 ? Number.POSITIVE_INFINITY : 0.5 * Math.sqrt(square);
        const length = lengthOf(copy);
        kept.push(Math.min(length, limit));
        if (length > limit) {
          shortened += 1;
          noGrad(() => copy.parameters().forEach(({ grad }) => void grad!.mul_(limit / length)));
        }
        adam.step();
      }
      adam.zeroGrad();
      expect(shortened).toBeGreaterThan(1);
      const difference = weights(cell).map((value, i) => Math.abs(value - weights(copy)[i]!));
      expect(Math.max(...difference)).toBeLessThan(1e-4);
    },
  );

  scoped("go on after a spike of the gradient, which unclipped keeps them small", () => {
    const float64 = { dtype: "float64" } as const;
    const double = () =>
      own(new VanillaCell(1, 12, { ...float64, generator: Generator.create({ seed: 1 }) }));
    const draw = (generator: Generator) => randint(0, 2, [40, 1, 1], { ...float64, generator });
    let spike: Tensor | undefined;
    const begin = (clip?: number): { readonly cell: VanillaCell; readonly pusher: Flosser } => {
      const cell = double();
      const generator = Generator.create({ seed: 3 });
      const inputs = (): Tensor => (pusher.steps === 5 && spike !== undefined ? spike : draw(generator));
      const pusher: Flosser = flosser(cell, { ...(clip !== undefined && { clip }), inputs });
      pusher.run(5);
      return { cell, pusher };
    };
    spike = spikeOf(begin(0).cell, Generator.create({ seed: 2 }), draw);
    const after = (clip?: number): number => {
      const { cell, pusher } = begin(clip);
      expect(pusher.step().gradient).toBeGreaterThan(100);
      // So long that what Adam remembers of the spike's direction has gone; its second moment has not.
      pusher.run(40);
      const before = weights(cell);
      pusher.run(40);
      return Math.hypot(...weights(cell).map((value, i) => value - before[i]!));
    };
    const clipped = after(3);
    expect(clipped).toBeGreaterThan(2 * after(0));
    expect(after()).toBe(clipped);
  });

  scoped("where the gradient is 0 change nothing", () => {
    // One unit, h ← w h: the exponent is ln |w|, and its target what it is.
    const cell = own(
      new VanillaCell(1, 1, { activation: "identity", generator: Generator.create({ seed: 1 }) }),
    );
    const inputs = own(randn([10, 1, 1]));
    const options = { k: 1, inputs: () => inputs } as const;
    const [exponent = 0] = own(new Flosser(cell, options)).look();
    const before = weights(cell);
    const step = own(new Flosser(cell, { ...options, target: exponent })).step();
    expect(step).toMatchObject({ loss: 0, gradient: 0 });
    expect(weights(cell)).toEqual(before);
  });

  scoped("change what they are told to change, and leave no gradient behind", () => {
    const cell = net();
    const before = { hh: cell.weight_hh.detach().clone(), ih: cell.weight_ih.detach().clone() };
    const pusher = flosser(cell, { parameters: [cell.weight_hh] });
    pusher.run(3);
    expect(cell.weight_hh.detach().sub(before.hh).abs().amax().item()).toBeGreaterThan(1e-3);
    expect(cell.weight_ih.detach()).toBeClose(before.ih, { rtol: 0, atol: 0 });
    expect(cell.weight_hh.grad).toBeNull();
  });

  scoped("hold on to no tensors", () => {
    const pusher = flosser(net());
    pusher.run(2);
    const steady = liveTensors();
    pusher.run(5);
    pusher.look();
    expect(liveTensors()).toBe(steady);
  });
});

describe("a regulariser", () => {
  scoped("is the loss, and its gradient adds to that of another loss", () => {
    const cell = net();
    const pusher = flosser(cell, { inputs: () => fixed });
    const fixed = bits(3)();
    const other = (): Tensor =>
      cell
        .scan(fixed, zeros([1, 12]))
        .square()
        .mean();
    const gradient = (loss: Tensor): Tensor => {
      cell.weight_hh.grad = null;
      loss.backward();
      return cell.weight_hh.grad!.clone();
    };
    const sum = gradient(other().add(pusher.loss().mul(0.5)));
    const parts = gradient(other()).add(gradient(pusher.loss()).mul(0.5));
    expect(sum).toBeClose(parts);
    for (const parameter of cell.parameters()) parameter.grad = null;
  });
});

describe("state", () => {
  scoped("put down and taken up, flossing goes on bit for bit", () => {
    const [straight, resumed] = [net(), net()];
    const inputs = [bits(4), bits(4)] as const;
    const one = flosser(straight, { inputs: inputs[0], clip: 0.5 });
    const last = one.run(12)!;

    const two = flosser(resumed, { inputs: inputs[1], clip: 0.5 });
    two.run(5);
    const state = two.stateDict() as never;
    const weightsThen = resumed.stateDict();
    const fresh = net(99);
    fresh.loadStateDict(weightsThen);
    const three = flosser(fresh, { inputs: inputs[1], clip: 0.5 });
    three.loadStateDict(state);
    expect(three.steps).toBe(5);
    expect(three.run(7)).toEqual(last);
    expect(weights(fresh)).toEqual(weights(straight));
    expect(three.look()).toEqual(one.look());
  });

  scoped("a generator draws the frame; without one it is always the same", () => {
    const exponents = (generator?: Generator) => flosser(net(), { inputs: bits(5), generator }).look();
    expect(exponents()).toEqual(exponents());
    const drawn = exponents(Generator.create({ seed: 11 }));
    expect(drawn).not.toEqual(exponents());
    expect(drawn).toEqual(exponents(Generator.create({ seed: 11 })));
  });
});

describe("what is refused", () => {
  scoped("more exponents than directions, and no exponents", () => {
    expect(() => flosser(net(), { k: 13 })).toThrow(/Flosser: k is 13, but the state has only 12 directions/);
    expect(() => flosser(net(), { k: 0 })).toThrow(/k is 0, accepted: a whole number/);
  });

  scoped("a cell whose parameters it cannot know", () => {
    const cell = { inputSize: 1, stateSize: 2, step: (_: Tensor, state: Tensor) => state };
    expect(() => new Flosser(cell, { k: 1, inputs: bits(1) })).toThrow(
      /the cell is not an nn.Module with parameters; give the tensors to optimise as `parameters`/,
    );
  });

  scoped("a clip that is none", () => {
    expect(() => flosser(net(), { clip: -1 })).toThrow(
      /Flosser: clip is -1, accepted: a number of at least 0/,
    );
    expect(() => flosser(net(), { clip: Number.NaN })).toThrow(/clip is NaN/);
  });

  scoped("another number of targets", () => {
    expect(() => flosser(net(), { target: [0, 0] })).toThrow(/2 targets for 8 exponents/);
  });

  scoped("stepping where gradients are off", () => {
    const pusher = flosser(net());
    expect(() => noGrad(() => pusher.step())).toThrow(
      /gradients are switched off here \(noGrad\); call it outside/,
    );
    expect(pusher.steps).toBe(0);
  });

  const untouched = (cell: VanillaCell, pusher: Flosser, sentence: RegExp): void => {
    pusher.run(2);
    const [before, state] = [weights(cell), JSON.stringify(pusher.stateDict())];
    const saved = cell.weight_hh.detach().clone();
    noGrad(() => poison(cell));
    const poisoned = weights(cell);
    expect(() => pusher.step()).toThrow(sentence);
    expect(weights(cell)).toEqual(poisoned);
    expect(pusher.steps).toBe(2);
    expect(JSON.stringify(pusher.stateDict())).toBe(state);
    noGrad(() => cell.weight_hh.copy_(saved));
    expect(weights(cell)).toEqual(before);
    expect(Number.isFinite(pusher.step().loss)).toBe(true);
  };
  let poison: (cell: VanillaCell) => void = () => {};

  scoped("directions that collapse: −∞ is said, and nothing has changed", () => {
    poison = (cell) => cell.weight_hh.narrow(0, 5, 7).zero_();
    const cell = net();
    untouched(
      cell,
      flosser(cell),
      /Flosser: exponent 6 is -Infinity: directions from 6 on collapse within a step \(saturated units\): floss fewer exponents than 8/,
    );
  });

  scoped("weights that are no numbers", () => {
    poison = (cell) => cell.weight_hh.select(0, 0).fill_(Number.NaN);
    const cell = net();
    untouched(
      cell,
      flosser(cell),
      /Flosser: exponent 1 is NaN: the trajectory or the weights have left the range of numbers/,
    );
  });

  scoped("a gradient that is no number though the exponents are", () => {
    // The first vectors collapse in steps that do not count, so the loss is finite; its gradient on this path is not.
    class Collapsing extends nn.Module<[Tensor, Tensor], Tensor> {
      readonly inputSize = 1;
      readonly stateSize = 3;
      readonly layer = new nn.Linear(3, 3, { bias: false });
      override forward(input: Tensor, state: Tensor): Tensor {
        return this.step(input, state);
      }
      step(input: Tensor, state: Tensor): Tensor {
        return scope(() => this.layer.forward(state.mul(input)).add(1));
      }
    }
    const cell = own(new Collapsing());
    const inputs = randn([12, 1, 1]);
    inputs.select(0, 0).zero_();
    const pusher = own(new Flosser(cell, { k: 2, skip: 4, inputs: () => inputs }));
    const before = cell.layer.weight.detach().clone();
    expect(() => pusher.step()).toThrow(/the gradient of the flossing loss is not finite/);
    expect(cell.layer.weight.detach()).toBeClose(before, { rtol: 0, atol: 0 });
    expect(cell.layer.weight.grad).toBeNull();
  });
});
