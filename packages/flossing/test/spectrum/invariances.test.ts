// What a spectrum must not depend on.
import {
  type FloatType,
  henon,
  type LyapunovRecord,
  LyapunovStepper,
  lorenz,
  lyapunovSpectrum,
  map,
  type System,
} from "@throughline/flossing";
import { eye, Generator, linalg, randn, type Tensor } from "@throughline/torch";
import { describe, expect, test } from "vitest";
import "@throughline/testing/close";
import { checkLeaks } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";

checkLeaks();

const normal = (shape: number[], seed: number, dtype: FloatType = "float64"): Tensor =>
  randn(shape, { dtype, generator: Generator.create({ seed }) });

/** A chaotic net that forward mode differentiates. */
function net(W: Tensor): System {
  return map({ dimension: W.shape[0]!, step: (x) => x.tanh().mm(W.t()) });
}

const steps = 300;

scoped("signs of tangent vectors", () => {
  const system = net(normal([6, 6], 1));
  const initial = normal([6], 2);
  const frame = linalg.qr(normal([6, 6], 3)).Q;
  const flipped = frame.mul(normal([6, 1], 4).sign());
  const options = { steps, transient: 0, alignment: 0, interval: 1, initial };
  const one = lyapunovSpectrum(system, { ...options, frame });
  const other = lyapunovSpectrum(system, { ...options, frame: flipped });
  expect(other.exponents).toBeClose([...one.exponents], { rtol: 0, atol: 1e-12 });
});

scoped("how many exponents are computed: the first three are the same", () => {
  const system = net(normal([6, 6], 1));
  const options = { steps, alignment: 20, interval: 1, initial: normal([2, 6], 2), seed: 5 };
  const all = lyapunovSpectrum(system, options).exponents;
  // The default frame starts with the same vectors for any k. Chaos would amplify any difference in the states.
  expect(lyapunovSpectrum(system, { ...options, k: 3 }).exponents).toBeClose(all.slice(0, 3), {
    rtol: 0,
    atol: 1e-10,
  });
});

describe("the interval between QRs", () => {
  scoped("1, 5 and auto agree for the first five exponents in float64", () => {
    const system = net(normal([6, 6], 1));
    const options = { steps, transient: 0, alignment: 100, initial: normal([2, 6], 2), k: 5 };
    const [one, five, auto] = ([1, 5, "auto"] as const).map((interval) =>
      lyapunovSpectrum(system, { ...options, interval }),
    );
    const tolerance = { rtol: 0, atol: 1e-6, because: "vectors with condition numbers up to 1e8" };
    expect(five!.exponents).toBeClose([...one!.exponents], tolerance);
    expect(auto!.exponents).toBeClose([...one!.exponents], tolerance);
    expect(auto!.interval).toBeGreaterThan(1);
    expect(auto!.worstCondition).toBeLessThan(1e8);
    expect(five!.worstCondition).toBeGreaterThan(one!.worstCondition);
  });

  test("also for flows, to the integrator's accuracy times the condition number", () => {
    const system = lorenz();
    const [one, three] = [1, 3].map((interval) =>
      lyapunovSpectrum(system, { duration: 6, transient: 2, alignment: 2, interval, batch: 2 }),
    );
    // Steps of the integrator differ, so the trajectories do, by e^(0.9 · 10) · 1e-9 at the end.
    expect(three!.exponents).toBeClose([...one!.exponents], {
      rtol: 0,
      atol: 1e-4,
      because: "trajectories of a chaotic flow",
    });
  });
});

scoped("an orthogonal change of coordinates", () => {
  const W = normal([5, 5], 1).mul(0.8);
  const { Q } = linalg.qr(normal([5, 5], 6));
  const turned = map({ dimension: 5, step: (y) => y.mm(Q).tanh().mm(W.t()).mm(Q.t()) }); // y = Q x
  const initial = normal([5], 2);
  const frame = normal([5, 5], 3);
  const options = { steps: 40, transient: 0, alignment: 0 };
  const plain = lyapunovSpectrum(net(W), { ...options, initial, frame }).exponents;
  const other = lyapunovSpectrum(turned, {
    ...options,
    initial: Q.mv(initial),
    frame: frame.mm(Q.t()),
  }).exponents;
  expect(other).toBeClose([...plain], { rtol: 0, atol: 1e-9 }); // 40 steps, before chaos amplifies rounding
});

scoped("a batch is a loop", () => {
  const system = net(normal([6, 6], 1));
  const initial = normal([4, 6], 2);
  const frame = normal([4, 3, 6], 3);
  const options = { steps: 50, transient: 3, alignment: 5, interval: 2 };
  const together = lyapunovSpectrum(system, { ...options, initial, frame });
  const alone = [0, 1, 2, 3].map(
    (b) =>
      lyapunovSpectrum(system, { ...options, initial: initial.select(0, b), frame: frame.select(0, b) })
        .exponents,
  );
  expect(together.members.exponents).toBeClose(alone as number[][], { rtol: 0, atol: 1e-8 });
  const means = alone[0]!.map((_, i) => alone.reduce((sum, own) => sum + own[i]!, 0) / 4);
  expect(together.exponents).toBeClose(means, { rtol: 0, atol: 1e-8 });
});

scoped("float32 and float64 agree to float32's accuracy and sampling", () => {
  const measure = (dtype: FloatType) => lyapunovSpectrum(henon(), { steps: 1500, batch: 40, dtype });
  const [single, wide] = [measure("float32"), measure("float64")];
  single.exponents.forEach((value, i) => {
    // Other trajectories of the same attractor.
    const error = Math.hypot(single.standardErrors[i]!, wide.standardErrors[i]!);
    expect(error).toBeLessThan(3e-3);
    expect(Math.abs(value - wide.exponents[i]!)).toBeLessThan(4 * error);
  });
  expect(single.worstCondition).toBeLessThan(3e3);

  // Along one and the same short trajectory they differ by rounding alone.
  const W = normal([4, 4], 1).mul(0.5);
  const options = { steps: 30, transient: 0, alignment: 0 };
  const start = { initial: normal([4], 2), frame: normal([4, 4], 3) };
  const short = { initial: start.initial.float(), frame: start.frame.float() };
  const exact = lyapunovSpectrum(net(W), { ...options, ...start }).exponents;
  expect(lyapunovSpectrum(net(W.float()), { ...options, ...short }).exponents).toBeClose([...exact], {
    rtol: 0,
    atol: 2e-5,
    because: "float32 rounds at 1e-7, and the smallest growth factors are 1e-2 of the largest",
  });
});

scoped("the same seed gives the same numbers, another seed others", () => {
  const run = (seed: number) => lyapunovSpectrum(henon(), { steps: 100, batch: 3, seed });
  expect(run(1)).toEqual(run(1));
  expect(run(2).exponents).not.toEqual(run(1).exponents);
  const generator = (): Generator => Generator.create({ seed: 9 });
  const drawn = () => lyapunovSpectrum(henon(), { steps: 100, generator: generator() }).exponents;
  expect(drawn()).toEqual(drawn());
});

describe("the stepping object", () => {
  scoped("gives the numbers of the one call, in any portions that are whole intervals", () => {
    const options = { batch: 2, interval: 4, seed: 3 } as const;
    const whole = lyapunovSpectrum(henon(), { ...options, steps: 200, transient: 20, alignment: 12 });
    using stepper = new LyapunovStepper(henon(), options);
    stepper.settle(20).align(12);
    for (const portion of [4, 8, 40, 148]) stepper.step(portion);
    expect(stepper.exponents).toEqual(whole.exponents);
    expect(stepper.memberExponents).toEqual(whole.members.exponents);
    expect(stepper.spectrum()).toEqual(whole);
    expect(stepper.t).toBe(232);
    expect(stepper.time).toBe(200);
  });

  scoped("iterates interval by interval", () => {
    using stepper = new LyapunovStepper(henon(), { interval: 5, batch: 2 });
    stepper.settle(50).align(20);
    const seen: LyapunovRecord[] = [];
    for (const record of stepper) {
      seen.push(record);
      if (record.time >= 50) break;
    }
    expect(seen.map(({ time }) => time)).toEqual([5, 10, 15, 20, 25, 30, 35, 40, 45, 50]);
    const { local } = stepper.spectrum();
    expect(seen.map((record) => record.local)).toEqual(local.exponents);
    // The running exponents are the means of the local ones.
    const meanOfLocal = seen.reduce((sum, { local: [a, b] }) => sum + (a![0]! + b![0]!) / 2, 0) / 10;
    expect(seen.at(-1)!.exponents[0]).toBeCloseTo(meanOfLocal, 12);
  });

  scoped("forgets and starts again", () => {
    using stepper = new LyapunovStepper(henon(), { interval: 2 });
    const first = stepper.step(20).exponents;
    const second = stepper.reset().step(20).exponents;
    expect(second).not.toEqual(first);
    expect(stepper.t).toBe(40);
    expect(stepper.restart().step(20).exponents).toEqual(first);
    expect(stepper.t).toBe(20);
  });

  scoped("gives copies of its states and tangent vectors", () => {
    using stepper = new LyapunovStepper(henon(), { batch: 2 });
    const before = stepper.state;
    stepper.step(1);
    const expected = henon().step(before, 0);
    expect(stepper.state).toBeClose(expected, { rtol: 0, atol: 1e-15 });
    const frame = stepper.frame;
    expect(frame.matmul(frame.mT)).toBeClose(eye(2, { dtype: "float64" }).expand([2, 2, 2]), {
      rtol: 0,
      atol: 1e-12,
    });
    frame.fill_(0);
    expect(stepper.frame.abs().sum().item()).toBeGreaterThan(0);
  });

  scoped("ends a call with a QR, also if that is short of an interval", () => {
    using stepper = new LyapunovStepper(henon(), { interval: 8 });
    stepper.step(20);
    expect(stepper.spectrum().local.durations).toEqual([8, 8, 4]);
    const { local, exponents } = stepper.spectrum();
    const sum = local.exponents.reduce((total, [own], r) => total + own![0]! * local.durations[r]!, 0);
    expect(exponents[0]).toBeCloseTo(sum / 20, 12);
  });
});
