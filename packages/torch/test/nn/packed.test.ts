// Packed sequences: a batch of sequences of any lengths gives what each of them gives alone, unpadded, in the layer; and the
// layers themselves against their formulas, written out in plain numbers.
import { checkLeaks, own } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";
import {
  cat,
  Generator,
  grad,
  gradcheck,
  nn,
  randn,
  stack,
  type Tensor,
  tensor,
  zeros,
} from "@throughline/torch";
import fc from "fast-check";
import { describe, expect } from "vitest";
import "@throughline/testing/close";

checkLeaks();

const { rnn } = nn.utils;
const double = { dtype: "float64" } as const;
// The same sums of doubles, over batches of other sizes.
const close = { rtol: 1e-11, atol: 1e-12 };
const [FEATURES, UNITS] = [3, 4];

type Layer = nn.RNN | nn.GRU | nn.LSTM;
const makers: Readonly<Record<string, () => Layer>> = {
  RNN: () => new nn.RNN(FEATURES, UNITS, { nonlinearity: "relu", bidirectional: true }),
  GRU: () => new nn.GRU(FEATURES, UNITS, { numLayers: 2, bidirectional: true }),
  LSTM: () => new nn.LSTM(FEATURES, UNITS, { numLayers: 2, bias: false }),
  "LSTM with projections": () => new nn.LSTM(FEATURES, UNITS, { projSize: 2, bidirectional: true }),
};
const made = (make: () => Layer): nn.GRU => (own(make()) as nn.GRU).to(double);
const drawn = (shape: number[], seed: number): Tensor =>
  randn(shape, { ...double, generator: own(Generator.create({ seed })) });
/** The state's parts, of an LSTM two. */
const parts = (state: unknown): Tensor[] => [state].flat() as Tensor[];
const numbers = (given: Tensor): number[] => (given.toArray() as (number | bigint)[]).map(Number);
const lengthsOfAny = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 5 });

describe("packing", () => {
  scoped("puts time 0 of all first, the longest sequence before the others, for any lengths", () => {
    fc.assert(
      fc.property(lengthsOfAny, fc.boolean(), (lengths, batchFirst) => {
        const time = Math.max(...lengths) + 1;
        const x = drawn(batchFirst ? [lengths.length, time, 2] : [time, lengths.length, 2], 1);
        const packed = rnn.packPaddedSequence(x, lengths, { batchFirst, enforceSorted: false });
        const order = lengths.map((_, i) => i).sort((a, b) => lengths[b]! - lengths[a]! || a - b);
        const wanted: Tensor[] = [];
        const sizes: number[] = [];
        for (let t = 0; t < time - 1; t++) {
          const there = order.filter((i) => lengths[i]! > t);
          sizes.push(there.length);
          for (const i of there) wanted.push(batchFirst ? x.at(i, t) : x.at(t, i));
        }
        expect(packed.data).toBeClose(stack(wanted), { rtol: 0, atol: 0 });
        expect(numbers(packed.batchSizes)).toEqual(sizes);
        expect(numbers(packed.sortedIndices!)).toEqual(order);
        expect(numbers(packed.unsortedIndices!)).toEqual(lengths.map((_, i) => order.indexOf(i)));
        const [back, found] = rnn.padPackedSequence(packed, {
          batchFirst,
          paddingValue: 9,
          totalLength: time,
        });
        expect(numbers(found)).toEqual(lengths);
        lengths.forEach((length, i) => {
          const [own_, given] = [back.select(batchFirst ? 0 : 1, i), x.select(batchFirst ? 0 : 1, i)];
          expect(own_.narrow(0, 0, length)).toBeClose(given.narrow(0, 0, length), { rtol: 0, atol: 0 });
          expect(new Set(numbers(own_.narrow(0, length, time - length).flatten()))).toEqual(new Set([9]));
        });
      }),
      { numRuns: 40, seed: 1 },
    );
  });

  scoped("gives padding no gradient, and every element of a sequence its own", () => {
    const x = drawn([4, 3, 2], 2).requiresGrad_();
    const lengths = [2, 4, 1];
    const { data } = rnn.packPaddedSequence(x, lengths, { enforceSorted: false });
    const [found] = grad(data.mul(5).sum(), [x]);
    const wanted = [0, 1, 2, 3].map((t) => lengths.map((length) => (t < length ? [5, 5] : [0, 0])));
    expect(found).toBeClose(wanted);
  });

  scoped("of whole sequences is padding and packing them", () => {
    const sequences = [3, 1, 2].map((length, i) => drawn([length, 2, 2], i));
    const packed = rnn.packSequence(sequences, { enforceSorted: false });
    const padded = rnn.padSequence(sequences, { paddingValue: -1 });
    expect(rnn.packPaddedSequence(padded, [3, 1, 2], { enforceSorted: false }).data).toBeClose(packed.data);
    for (const [i, one] of rnn.unpadSequence(padded, [3, 1, 2]).entries())
      expect(one).toBeClose(sequences[i]!, { rtol: 0, atol: 0 });
  });

  scoped("with other data keeps the order", () => {
    const packed = rnn.packSequence([drawn([1, 2], 1), drawn([3, 2], 2)], { enforceSorted: false });
    const [back] = rnn.padPackedSequence(packed.withData(packed.data.mul(2)), { batchFirst: true });
    expect(back.at(0, 0)).toBeClose(drawn([1, 2], 1).at(0).mul(2));
    expect(back.at(1)).toBeClose(drawn([3, 2], 2).mul(2));
  });
});

describe.each(Object.entries(makers))("%s over packed sequences", (_, make) => {
  scoped("gives each sequence what it gives alone, from any state", () => {
    const net = made(make);
    const sizes = parts(net.forward(drawn([1, 1, FEATURES], 0))[1]).map((part) => part.size(2));
    const layers = net.numLayers * (net.bidirectional ? 2 : 1);
    fc.assert(
      fc.property(lengthsOfAny, fc.boolean(), (lengths, hasState) => {
        const sequences = lengths.map((length, i) => drawn([length, FEATURES], 10 + i));
        const start = sizes.map((size, i) => drawn([layers, lengths.length, size], 100 + i));
        const state = (of: Tensor[]) => (hasState ? ((of.length === 2 ? of : of[0]) as Tensor) : undefined);
        const [out, last] = net.forward(rnn.packSequence(sequences, { enforceSorted: false }), state(start));
        const outputs = rnn.unpackSequence(out);
        sequences.forEach((sequence, i) => {
          const own_ = start.map((part) => part.select(1, i));
          const [alone, end] = net.forward(sequence, state(own_));
          expect(outputs[i]!).toBeClose(alone, close);
          for (const [j, part] of parts(end).entries())
            expect(parts(last)[j]!.select(1, i)).toBeClose(part, close);
        });
      }),
      { numRuns: 12, seed: 2 },
    );
  });

  scoped("has the derivatives of finite differences", () => {
    const net = made(make);
    const compute = (x: Tensor): Tensor => {
      const [out, last] = net.forward(rnn.packPaddedSequence(x, [1, 3], { enforceSorted: false }));
      return cat([out.data.flatten(), ...parts(last).map((part) => part.flatten())]);
    };
    expect(() => gradcheck(compute, [drawn([3, 2, FEATURES], 5)], { rtol: 1e-6, atol: 1e-8 })).not.toThrow();
  });

  scoped("does not let one sequence see another, nor the padding", () => {
    const net = made(make);
    const x = drawn([4, 3, FEATURES], 7);
    const run = (given: Tensor): Tensor[] =>
      rnn.unpackSequence(net.forward(rnn.packPaddedSequence(given, [4, 2, 3], { enforceSorted: false }))[0]);
    const before = run(x);
    const other = x.clone();
    other.select(1, 0).mul_(-3);
    other.select(1, 1).narrow(0, 2, 2).fill_(1e6);
    const after = run(other);
    expect(after[1]!).toBeClose(before[1]!, close);
    expect(after[2]!).toBeClose(before[2]!, close);
    expect(after[0]!.sub(before[0]!).abs().max().item()).toBeGreaterThan(0.01);
  });
});

describe("by their formulas", () => {
  const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
  /** Σ over columns of each row. */
  const times = (matrix: number[][], x: number[]): number[] =>
    matrix.map((row) => row.reduce((sum, w, j) => sum + w * x[j]!, 0));
  const weightsOf = (net: Layer) => {
    const [ih, hh] = [net.weight_ih_l0!, net.weight_hh_l0!];
    const [bi, bh] = [net.bias_ih_l0!, net.bias_hh_l0!];
    return (x: number[], h: number[]): [fromInput: number[], fromState: number[]] => {
      const sum = (w: Tensor, b: Tensor, v: number[]) =>
        times(w.toArray() as number[][], v).map((one, i) => one + (b.toArray() as number[])[i]!);
      return [sum(ih, bi, x), sum(hh, bh, h)];
    };
  };
  const gate = (all: number[], i: number): number[] => all.slice(i * UNITS, (i + 1) * UNITS);

  scoped("LSTM: c′ = f · c + i · g, h′ = o · tanh(c′)", () => {
    const net = made(() => new nn.LSTM(FEATURES, UNITS));
    const drives = weightsOf(net);
    const sequence = drawn([5, FEATURES], 3);
    let [h, c] = [new Array<number>(UNITS).fill(0), new Array<number>(UNITS).fill(0)];
    const rows: number[][] = [];
    for (const x of sequence.toArray() as number[][]) {
      const [a, b] = drives(x, h);
      const sums = a.map((one, k) => one + b[k]!);
      const [i, f, g, o] = [0, 1, 2, 3].map((k) => gate(sums, k).map(k === 2 ? Math.tanh : sigmoid));
      c = c.map((old, k) => f![k]! * old + i![k]! * g![k]!);
      h = c.map((one, k) => o![k]! * Math.tanh(one));
      rows.push(h);
    }
    const [out, state] = net.forward(sequence) as unknown as [Tensor, Tensor[]];
    expect(out).toBeClose(rows, close);
    expect(state[1]!.squeeze(0)).toBeClose(c, close);
  });

  scoped("GRU: n = tanh(W x + b + r · (W′ h + b′)), h′ = (1 − z) · n + z · h", () => {
    const net = made(() => new nn.GRU(FEATURES, UNITS));
    const drives = weightsOf(net);
    const sequence = drawn([5, FEATURES], 3);
    let h = new Array<number>(UNITS).fill(0);
    const rows: number[][] = [];
    for (const x of sequence.toArray() as number[][]) {
      const [a, b] = drives(x, h);
      const [r, z] = [0, 1].map((k) => gate(a, k).map((one, j) => sigmoid(one + gate(b, k)[j]!)));
      const n = gate(a, 2).map((one, k) => Math.tanh(one + r![k]! * gate(b, 2)[k]!));
      h = h.map((old, k) => (1 - z![k]!) * n[k]! + z![k]! * old);
      rows.push(h);
    }
    expect(net.forward(sequence)[0]).toBeClose(rows, close);
  });
});

describe("refused in one sentence", () => {
  const x = (): Tensor => zeros([4, 3, FEATURES], double);
  scoped("lengths that are none", () => {
    for (const wrong of [[], [1.5, 1, 1], [Number.NaN, 1, 1], [-1, 1, 1], "4"] as number[][])
      expect(() => rnn.packPaddedSequence(x(), wrong)).toThrow(
        /^packPaddedSequence: the lengths are .*, accepted: whole/,
      );
    expect(() => rnn.packPaddedSequence(x(), tensor([2.5, 1, 1]))).toThrow("accepted: whole numbers");
    expect(() => rnn.packPaddedSequence(zeros([4]), [4])).toThrow("expects at least 2 dimensions, got [4]");
    expect(() => rnn.unpadSequence(x(), [0, 1, 1])).toThrow(/^unpadSequence: the lengths are/);
  });
  scoped("no sequences", () => {
    expect(() => rnn.padSequence([])).toThrow("padSequence: expects a list of sequences, got []");
    expect(() => rnn.packSequence([])).toThrow("padSequence: expects a list of sequences, got []");
  });
  scoped("states of an LSTM that are no pair, or of other sizes", () => {
    const net = made(() => new nn.LSTM(FEATURES, UNITS)) as unknown as nn.LSTM;
    const packed = rnn.packPaddedSequence(x(), [4, 3, 1]);
    const [h, c] = [zeros([1, 3, UNITS], double), zeros([1, 2, UNITS], double)];
    expect(() => net.forward(packed, h as never)).toThrow("LSTM: expects its state as a pair [h, c]");
    expect(() => net.forward(packed, [h, c])).toThrow(
      `LSTM: expects a state [1,3,${UNITS}], got [1,2,${UNITS}]`,
    );
  });
});
