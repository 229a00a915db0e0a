// Short-time Fourier transforms by their sums, and back by least squares (Griffin and Lim 1984); plain numbers throughout.
import { checkLeaks, own } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";
import {
  bartlettWindow,
  Generator,
  gradcheck,
  istft,
  kaiserWindow,
  randn,
  stft,
  type Tensor,
  tensor,
  zeros,
} from "@throughline/torch";
import fc from "fast-check";
import { describe, expect } from "vitest";
import "@throughline/testing/close";

checkLeaks();

interface Complex {
  readonly re: number;
  readonly im: number;
}
type Frames = readonly (readonly Complex[])[];
/** How a signal is cut: frames of n samples every `hop`, with the window of all n samples. */
interface Cut {
  readonly n: number;
  readonly hop: number;
  readonly window: readonly number[];
}

const double = { dtype: "float64" } as const;
// Sums of up to a few dozen doubles, in another order.
const close = { rtol: 1e-10, atol: 1e-11 };
const drawn = (length: number, seed: number): number[] =>
  randn([length], { ...double, generator: own(Generator.create({ seed })) }).toArray() as number[];

/** Σ x[j] e^(∓2πi j k / n) for every k. */
function fourier(x: readonly Complex[], sign: 1 | -1): Complex[] {
  return x.map((_, k) => {
    let [re, im] = [0, 0];
    for (const [j, one] of x.entries()) {
      const angle = (sign * 2 * Math.PI * j * k) / x.length;
      re += one.re * Math.cos(angle) - one.im * Math.sin(angle);
      im += one.re * Math.sin(angle) + one.im * Math.cos(angle);
    }
    return { re, im };
  });
}

/** The window in the middle of n samples, zeros around it. */
function centred(window: readonly number[], n: number): number[] {
  const left = Math.floor((n - window.length) / 2);
  return Array.from({ length: n }, (_, i) => window[i - left] ?? 0);
}

/** The signal with n / 2 more samples at either end. */
const pads: Readonly<
  Record<"reflect" | "constant" | "replicate" | "circular", (x: readonly number[], i: number) => number>
> = {
  reflect: (x, i) => x[i < 0 ? -i : i >= x.length ? 2 * (x.length - 1) - i : i]!,
  constant: (x, i) => x[i] ?? 0,
  replicate: (x, i) => x[Math.min(Math.max(i, 0), x.length - 1)]!,
  circular: (x, i) => x[(i + x.length) % x.length]!,
};

/** Every frame's transform, all n frequencies. */
function framesOf(x: readonly Complex[], { n, hop, window }: Cut): Complex[][] {
  const count = Math.floor((x.length - n) / hop) + 1;
  return Array.from({ length: count }, (_, t) =>
    fourier(
      window.map((w, j) => ({ re: w * x[t * hop + j]!.re, im: w * x[t * hop + j]!.im })),
      -1,
    ),
  );
}

/** Σ over frames of window · frame, divided by Σ window²: what is nearest to frames that no signal has. As [re, im]. */
function leastSquares(frames: Frames, { n, hop, window }: Cut): number[][] {
  const length = n + hop * (frames.length - 1);
  const sums = Array.from({ length }, () => [0, 0, 0]);
  frames.forEach((frame, t) => {
    const back = fourier(frame, 1);
    window.forEach((w, j) => {
      const sum = sums[t * hop + j]!;
      sum[0]! += (w * back[j]!.re) / n;
      sum[1]! += (w * back[j]!.im) / n;
      sum[2]! += w * w;
    });
  });
  return sums.map(([re, im, weight]) => [re! / weight!, im! / weight!]);
}

/** As a tensor of [frequencies, frames, 2]: the real and the imaginary parts. */
const table = (frames: Frames, rows: number): number[][][] =>
  Array.from({ length: rows }, (_, k) => frames.map((frame) => [frame[k]!.re, frame[k]!.im]));
const complex = (given: readonly (readonly (readonly number[])[])[]): Tensor =>
  tensor(given as number[][][], double).viewAsComplex();
const real = (x: readonly number[]): Complex[] => x.map((re) => ({ re, im: 0 }));
const half = (n: number): number => Math.floor(n / 2);

const cuts = fc
  .record({
    n: fc.integer({ min: 2, max: 9 }),
    hop: fc.integer({ min: 1, max: 5 }),
    shorter: fc.nat({ max: 3 }),
    more: fc.integer({ min: 1, max: 14 }),
    seed: fc.nat({ max: 50 }),
  })
  .map(({ n, hop, shorter, more, seed }) => {
    const winLength = Math.max(1, n - shorter);
    return { n, hop, winLength, length: n + more, seed };
  });

describe("stft", () => {
  scoped("is the sum, for odd and even frames, any hop and window", () => {
    fc.assert(
      fc.property(
        cuts,
        fc.boolean(),
        fc.boolean(),
        ({ n, hop, winLength, length, seed }, normalized, onesided) => {
          const [x, w] = [drawn(length, seed), drawn(winLength, seed + 100)];
          const frames = framesOf(real(x), { n, hop, window: centred(w, n) });
          const scale = normalized ? 1 / Math.sqrt(n) : 1;
          const wanted = table(frames, onesided ? half(n) + 1 : n);
          const found = stft(tensor(x, double), n, {
            ...{ hopLength: hop, winLength, window: tensor(w, double), center: false, normalized, onesided },
          });
          expect(found.viewAsReal()).toBeClose(
            wanted.map((row) => row.map((pair) => pair.map((one) => one * scale))),
            close,
          );
        },
      ),
      { numRuns: 40, seed: 1 },
    );
  });

  for (const [padMode, at] of Object.entries(pads)) {
    scoped(`has its frames' middles at multiples of the hop, with ${padMode} padding`, () => {
      for (const [length, n] of [
        [7, 4],
        [6, 5],
        [11, 8],
      ] as const) {
        const [x, hop] = [drawn(length, n), 3];
        const padded = Array.from({ length: length + 2 * half(n) }, (_, i) => at(x, i - half(n)));
        const frames = framesOf(real(padded), { n, hop, window: new Array<number>(n).fill(1) });
        const found = stft(tensor(x, double), n, { hopLength: hop, padMode: padMode as "reflect" });
        expect(found.viewAsReal()).toBeClose(table(frames, half(n) + 1), close);
      }
    });
  }

  scoped("of complex signals has all frequencies; of a batch, each signal's own", () => {
    const [a, b] = [drawn(9, 1), drawn(9, 2)];
    const x = a.map((re, i) => ({ re, im: b[i]! }));
    const frames = framesOf(x, { n: 4, hop: 1, window: [1, 1, 1, 1] });
    const given = tensor(
      x.map(({ re, im }) => [re, im]),
      double,
    ).viewAsComplex();
    expect(stft(given, 4, { center: false }).viewAsReal()).toBeClose(table(frames, 4), close);
    const both = stft(tensor([a, b], double), 4, { center: false });
    const [first, second] = [a, b].map((one) => framesOf(real(one), { n: 4, hop: 1, window: [1, 1, 1, 1] }));
    expect(both.viewAsReal()).toBeClose([table(first!, 3), table(second!, 3)], close);
  });

  scoped("keeps the energy of frames that do not overlap (Parseval)", () => {
    const x = drawn(12, 3);
    const energy = x.reduce((sum, one) => sum + one * one, 0);
    const found = stft(tensor(x, double), 4, {
      hopLength: 4,
      center: false,
      onesided: false,
      normalized: true,
    });
    expect(found.abs().square().sum()).toBeClose(energy, close);
  });

  scoped("has the derivatives of finite differences", () => {
    const window = tensor(drawn(4, 5), double);
    const options = { hopLength: 2, window };
    const run = (x: Tensor): Tensor => stft(x, 4, options).viewAsReal();
    expect(() => gradcheck(run, [tensor(drawn(7, 4), double)], { rtol: 1e-6, atol: 1e-8 })).not.toThrow();
    const back = (x: Tensor): Tensor => istft(x.viewAsComplex(), 4, options);
    const frames = stft(tensor(drawn(7, 4), double), 4, options).viewAsReal();
    expect(() => gradcheck(back, [frames], { rtol: 1e-6, atol: 1e-8 })).not.toThrow();
  });
});

describe("istft", () => {
  scoped("gives back any signal that windows cover, at its length or another", () => {
    fc.assert(
      fc.property(cuts, fc.integer({ min: 0, max: 6 }), ({ n, hop: wanted, length, seed }, further) => {
        const hop = Math.min(wanted, half(n));
        const x = drawn(length, seed);
        const window = tensor(
          drawn(n, seed + 7).map((one) => Math.abs(one) + 0.5),
          double,
        );
        const options = { hopLength: hop, window };
        const frames = stft(tensor(x, double), n, options);
        expect(istft(frames, n, { ...options, length })).toBeClose(x, { rtol: 1e-9, atol: 1e-9 });
        // The frames' middles reach so far; behind the last frame there is nothing.
        const reach = half(n) + hop * (frames.size(1) - 1) + n - half(n) - half(n);
        const longer = istft(frames, n, { ...options, length: reach + half(n) + further });
        expect(longer.narrow(0, reach + half(n), further)).toBeClose(new Array<number>(further).fill(0));
        expect(istft(frames, n, { ...options, length: 2 })).toBeClose(x.slice(0, 2), {
          rtol: 1e-9,
          atol: 1e-9,
        });
      }),
      { numRuns: 30, seed: 2 },
    );
  });

  scoped("is nearest to frames that no signal has, by least squares", () => {
    for (const [n, hop, count] of [
      [4, 1, 5],
      [5, 2, 4],
      [6, 3, 3],
    ] as const) {
      const window = drawn(n, n).map((one) => Math.abs(one) + 0.5);
      const frames = Array.from({ length: count }, (_, t) => {
        const [a, b] = [drawn(n, 10 + t), drawn(n, 20 + t)];
        return a.map((re, k) => ({ re, im: b[k]! }));
      });
      const options = { hopLength: hop, window: tensor(window, double), center: false };
      const given = complex(table(frames, n));
      const found = istft(given, n, { ...options, onesided: false, returnComplex: true });
      const wanted = leastSquares(frames, { n, hop, window });
      expect(found.viewAsReal()).toBeClose(wanted, { rtol: 1e-9, atol: 1e-9 });
      // Moved in any direction, the signal's own frames are no nearer.
      const distance = (x: Tensor): number =>
        stft(x, n, { ...options, onesided: false })
          .sub(given)
          .abs()
          .square()
          .sum()
          .item();
      const least = distance(found);
      for (const seed of [1, 2, 3]) {
        const way = tensor(drawn(found.numel, seed), double);
        for (const step of [0.1, -0.1]) expect(distance(found.add(way.mul(step)))).toBeGreaterThan(least);
      }
    }
  });
});

describe("windows", () => {
  scoped("are their formulas", () => {
    const bessel = (x: number): number => {
      let [term, sum] = [1, 1];
      for (let k = 1; k < 60; k++) {
        term *= (x / (2 * k)) ** 2;
        sum += term;
      }
      return sum;
    };
    for (const [length, periodic] of [
      [7, true],
      [8, true],
      [7, false],
      [2, false],
    ] as const) {
      const whole = periodic ? length : length - 1;
      const at = (of: (part: number) => number) => Array.from({ length }, (_, i) => of((2 * i) / whole - 1));
      expect(bartlettWindow(length, { periodic, ...double })).toBeClose(at((part) => 1 - Math.abs(part)));
      const kaiser = at((part) => bessel(5 * Math.sqrt(Math.max(0, 1 - part * part))) / bessel(5));
      expect(kaiserWindow(length, { periodic, beta: 5, ...double })).toBeClose(kaiser, close);
    }
    expect(bartlettWindow(1).toArray()).toEqual([1]);
    expect(bartlettWindow(0).shape).toEqual([0]);
    expect(() => kaiserWindow(4, { beta: Number.NaN })).toThrow(
      "kaiserWindow: beta is NaN, accepted: a number",
    );
  });
});

describe("refused", () => {
  scoped("frames, hops and windows that do not fit", () => {
    const x = zeros([6], double);
    const wrong: [() => Tensor, RegExp][] = [
      [() => stft(x, 8, { center: false }), /expected 0 < n_fft < 6, but got n_fft=8/],
      [() => stft(x, 0), /n_fft=0/],
      [() => stft(x, 4, { hopLength: 0 }), /hop_length > 0, but got hop_length=0/],
      [() => stft(x, 4, { window: zeros([3], double) }), /window/],
      [() => stft(x, 4, { winLength: 5 }), /win_length <= n_fft, but got win_length=5/],
      [() => stft(zeros([0], double), 4), /stft/],
      [() => stft(zeros([2, 2, 6], double), 4), /stft/],
      [() => stft(x, 4, { padMode: "mirror" as "reflect" }), /mirror/],
      [() => istft(stft(x, 4), 6), /istft/],
      [() => istft(stft(x, 4).viewAsReal(), 4), /complex/],
    ];
    for (const [call, message] of wrong)
      expect(call).toThrow(
        expect.objectContaining({ code: "torch/op", message: expect.stringMatching(message) }),
      );
  });
});
