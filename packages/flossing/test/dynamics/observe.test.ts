// Looks at dynamics against matrices that are multiplied out.
import {
  type Dynamics,
  dynamicsFigure,
  dynamicsFigures,
  GruCell,
  type Look,
  LstmCell,
  observeDynamics,
  type RecurrentCell,
  VanillaCell,
} from "@throughline/flossing";
import { renderSvg } from "@throughline/lab";
import { checkLeaks, own } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";
import {
  cat,
  eye,
  Generator,
  grad,
  linalg,
  liveTensors,
  noGrad,
  rand,
  randn,
  type Tensor,
  tensor,
  zeros,
} from "@throughline/torch";
import { describe, expect, test } from "vitest";

checkLeaks();

const double = { dtype: "float64" } as const;
const seeded = (seed: number): Generator => Generator.create({ seed });

/** x′ = W x */
function linear(weight: Tensor): RecurrentCell {
  return { inputSize: 1, stateSize: weight.size(0), step: (_, state) => state.matmul(weight.t()) };
}

function expectNear(found: readonly (number | null)[], wanted: readonly number[], tolerance: number): void {
  expect(found).toHaveLength(wanted.length);
  found.forEach((value, i) => {
    expect(Math.abs(Number(value) - wanted[i]!), `${i}: ${value} and ${wanted[i]}`).toBeLessThan(tolerance);
  });
}

describe("a linear net, of which everything is known", () => {
  const rates = [1.1, 0.9, 0.6, 0.2];

  scoped("exponents, gradients and condition numbers", () => {
    const { Q } = linalg.qr(randn([4, 4], { ...double, generator: seeded(1) }));
    const weight = Q.matmul(diagonal(rates)).matmul(Q.t());
    const seen = observeDynamics(linear(weight), zeros([60, 2, 1], double), {
      ...{ skip: 20, horizon: 40, directions: [2, 4] },
      loss: (last) => last.matmul(Q.select(1, 1)).sum(),
    });
    expectNear(seen.exponents, rates.map(Math.log), 1e-4);
    // The loss looks along the second eigenvector, whose gradient shrinks by 0.9 a step.
    expectNear(
      seen.gradientNorms,
      seen.lags.map((lag) => 0.9 ** lag),
      1e-12,
    );
    expect([seen.lags[0], seen.lags.at(-1), seen.horizons.at(-1)]).toEqual([0, 40, 40]);
    expect(seen.directions).toEqual([2, 4]);
    expectNear(
      seen.logConditions[0]!,
      seen.horizons.map((h) => h * Math.log(1.1 / 0.9)),
      1e-9,
    );
    expectNear(
      seen.logConditions[1]!,
      seen.horizons.map((h) => h * Math.log(1.1 / 0.2)),
      1e-9,
    );
  });

  scoped("what is infinite is null, and the rest is JSON", () => {
    const seen = observeDynamics(linear(diagonal([0.5, 0])), zeros([20, 1, 1], double), { skip: 0 });
    expect(seen.exponents[1]).toBeNull();
    expect(seen.logConditions.at(-1)!.at(-1)).toBeNull();
    expect(JSON.parse(JSON.stringify(seen))).toEqual(seen);
  });

  const diagonal = (values: number[]): Tensor => eye(values.length, double).mul(tensor(values, double));
});

describe("a driven net against products of its Jacobians", () => {
  const cells: [string, () => RecurrentCell & { dispose(): void }][] = [
    ["pre", () => new VanillaCell(2, 5, { ...double, gain: 1.4, generator: seeded(2) })],
    [
      "post, leaky",
      () => new VanillaCell(2, 5, { ...double, form: "post", leak: 0.4, generator: seeded(2) }),
    ],
    ["GRU", () => new GruCell(2, 5, double)],
    ["LSTM", () => new LstmCell(2, 5, double)],
  ];
  for (const [name, make] of cells) {
    scoped(name, () => {
      const cell = own(make());
      const size = cell.stateSize;
      const [steps, skip, horizon] = [24, 6, 12];
      const inputs = randn([steps, 2, 2], { ...double, generator: seeded(3) });
      const state = randn([2, size], { ...double, generator: seeded(4) });
      const direction = randn([size], { ...double, generator: seeded(5) });
      const seen = observeDynamics(cell, inputs, {
        ...{ state, skip, horizon, directions: [2, size] },
        loss: (last) => last.matmul(direction).sin().sum(),
      });
      const gradients: number[][] = [];
      const conditions: number[][] = [];
      for (const b of [0, 1]) {
        const { states, jacobians } = trajectory(cell, inputs.select(1, b), state.select(0, b));
        const last = states.at(-1)!;
        let g = direction.mul(last.matmul(direction).cos());
        const first = g.square().sum().sqrt().item();
        const norms = [1];
        for (const D of jacobians.slice(-horizon).reverse()) {
          g = g.matmul(D);
          norms.push(g.square().sum().sqrt().item() / first);
        }
        gradients.push(seen.lags.map((lag) => norms[lag]!));
        let T = eye(size, double);
        const logs = [0];
        for (const D of jacobians.slice(skip, skip + horizon)) {
          T = D.matmul(T);
          const s = linalg.svdvals(T).toArray() as number[];
          logs.push(Math.log(s[0]! / s[1]!));
        }
        conditions.push(seen.horizons.map((h) => logs[h]!));
      }
      const mean = (rows: number[][]): number[] => rows[0]!.map((_, i) => (rows[0]![i]! + rows[1]![i]!) / 2);
      expectNear(seen.gradientNorms, mean(gradients), 1e-10);
      expectNear(seen.logConditions[0]!, mean(conditions), 1e-7);
    });
  }

  /** States after each step, and D = ∂h′/∂h of each, by reverse mode. */
  function trajectory(cell: RecurrentCell, inputs: Tensor, start: Tensor) {
    const [states, jacobians]: [Tensor[], Tensor[]] = [[], []];
    let now = start.unsqueeze(0);
    for (const input of inputs.unbind(0)) {
      const before = now.detach().requiresGrad_();
      const after = cell.step(input.unsqueeze(0), before);
      const rows = after.unbind(1).map((one) => grad(one.sum(), [before], { retainGraph: true })[0]!);
      jacobians.push(cat(rows, 0));
      now = after.detach();
      states.push(now.squeeze(0));
    }
    return { states, jacobians };
  }
});

describe("a look", () => {
  scoped("changes nothing, keeps nothing, and is the same the next time", () => {
    const cell = own(new VanillaCell(1, 6, { generator: seeded(1) }));
    const inputs = rand([30, 2, 1]);
    const before = cell.weight_hh.detach().clone();
    const random = Generator.default();
    const state = random.getState();
    const first = observeDynamics(cell, inputs);
    const live = liveTensors();
    const second = noGrad(() => observeDynamics(cell, inputs));
    expect(liveTensors()).toBe(live);
    expect(second).toEqual(first);
    expect(random.getState().eq(state).all().item()).toBe(true);
    expect(cell.weight_hh.detach().eq(before).all().item()).toBe(true);
    expect(cell.weight_hh.grad).toBeNull();
    expect(first.directions).toEqual([3, 2, 6]);
    expect(first.lags.at(-1)).toBe(30 - 13);
  });

  scoped("is refused where sizes do not fit", () => {
    const cell = own(new VanillaCell(1, 4));
    const say = (shape: number[], options: object) => () => observeDynamics(cell, zeros(shape), options);
    expect(say([10, 1, 2], {})).toThrow(
      /expects inputs \[time, batch, 1\] of 2 steps or more, got \[10,1,2\]/,
    );
    expect(say([1, 1, 1], {})).toThrow(/got \[1,1,1\]/);
    expect(say([10, 1, 1], { skip: 5, horizon: 6 })).toThrow(
      /skip \(5\) and horizon \(6\) are more than the 10 steps of the inputs/,
    );
    expect(say([10, 1, 1], { directions: [5] })).toThrow(/k is 5, but the state has only 4 directions/);
  });
});

describe("figures", () => {
  const dynamics = (scale: number): Dynamics => ({
    exponents: [-0.1 * scale, -0.5 * scale, null],
    lags: [0, 10, 20],
    gradientNorms: [1, 10 ** -scale, 0],
    horizons: [1, 10, 20],
    directions: [2, 3],
    logConditions: [
      [1, 2 * scale, 3 * scale],
      [5, 6, null],
    ],
  });
  const looks: Look[] = [
    { epoch: 0, label: "before flossing", ...dynamics(4) },
    ...[0, 50, 100, 150, 200, 250].map((epoch, i) => ({ epoch, ...dynamics(3 - i / 3) })),
  ];

  scoped("small multiples: at most five columns, the first look behind each, axes that are shared", () => {
    const figure = dynamicsFigure(looks, "a net");
    expect([figure.columns, figure.panels.length]).toEqual([5, 15]);
    expect(figure.panels.slice(0, 5).map(({ title }) => title)).toEqual([
      ...["before flossing", "epoch 50", "epoch 100", "epoch 200", "epoch 250"],
    ]);
    for (const row of [0, 5, 10]) {
      const axes = figure.panels.slice(row, row + 5).map((panel) => "y" in panel && panel.y);
      for (const axis of axes) expect(axis).toEqual(axes[0]);
    }
    const names = figure.panels.map((panel) => "series" in panel && panel.series.map(({ name }) => name));
    expect(names.slice(0, 2)).toEqual([["now"], ["now", "before flossing"]]);
  });

  test("are drawn, holes and all; there are none of a single look", async () => {
    expect(dynamicsFigures(looks.slice(0, 1))).toEqual({});
    const drawn = dynamicsFigures(looks);
    expect(Object.keys(drawn)).toEqual(["dynamics", "dynamics-course"]);
    for (const figure of Object.values(drawn)) expect(await renderSvg(figure)).toMatch(/^<svg /);
  });
});
