// Flows with directions that shrink by many orders of magnitude within one step of the system.
import {
  advance,
  flow,
  integrate,
  longTermJacobian,
  lyapunovSpectrum,
  type System,
} from "@throughline/flossing";
import { eye, linalg, noGrad, stack, type Tensor, tensor } from "@throughline/torch";
import { describe, expect, test } from "vitest";
import "@throughline/testing/close";
import { checkLeaks } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";

checkLeaks();

const double = { dtype: "float64" } as const;

/** ẋ = A x with eigenvalues −0.1 and −rate, eigenvectors (1, 0) and (1, 1). */
function oblique(rate: number, rtol = 1e-6): System {
  const A = tensor([[-0.1, 0.1 - rate], [0, -rate]], double); // biome-ignore format: a matrix
  return flow({ dimension: 2, rtol, derivative: (x) => x.mm(A.t()) });
}

function vanDerPol(mu: number): System {
  return flow({
    dimension: 2,
    rtol: 1e-6,
    derivative: (state) => {
      const [x, y] = state.unbind(1) as [Tensor, Tensor];
      return stack([y, x.square().rsub(1).mul(y).mul(mu).sub(x)], 1);
    },
  });
}

describe("right values at the default step of 0.1", () => {
  scoped("eigenvalues −0.1 and −1000, oblique eigenvectors", () => {
    const spectrum = lyapunovSpectrum(oblique(1000), {
      duration: 0.2,
      transient: 0,
      alignment: 0.1,
      batch: 8,
    });
    expect(spectrum.exponents).toBeClose([-0.1, -1000], {
      rtol: 0,
      atol: 1e-3,
      because: "rtol 1e-6 times the condition number at a QR",
    }); // 100 nats a step
    expect(spectrum.notes).toEqual([]);
    expect(spectrum.worstCondition).toBeLessThanOrEqual(100 * (1 + 1e-9)); // the bound at rtol 1e-6
    expect(spectrum.sumRule).toMatchObject({ holds: true });
    expect(spectrum.sumRule!.jacobian).toBeCloseTo(-1000.1, 6);
  });

  scoped("van der Pol, μ = 1000", () => {
    const initial = tensor([1.5, 1.5], double);
    const options = { initial, duration: 0.1, transient: 0.1, alignment: 0.1 };
    const { exponents, sumRule } = lyapunovSpectrum(vanDerPol(1000), options);
    // scipy 1.17: the state with ∫ μ(1 − x²) dt by solve_ivp(method="Radau", rtol=1e-11, atol=1e-13) from t = 0; between 0.2
    // and 0.3 the mean trace is −1252.700141, and λ₁ = ln(|ẋ(0.3)|/|ẋ(0.2)|)/0.1 = 0.002072768, as tangents follow the flow.
    expect(exponents).toBeClose([0.002072768, -1252.702213], {
      rtol: 0,
      atol: 5e-3,
      because: "rtol 1e-6 times the condition number at a QR",
    });
    expect(sumRule).toMatchObject({ holds: true });
  });

  scoped("three rates far apart, two members", () => {
    const rates = tensor([0.5, -30, -1500], double);
    const mix = tensor([[1, 0.5, 0.2], [0, 1, 0.7], [0, 0, 1]], double); // biome-ignore format: a matrix
    const A = mix.mul(rates).mm(linalg.inv(mix));
    const system = flow({ dimension: 3, rtol: 1e-6, derivative: (x) => x.mm(A.t()) });
    const options = { duration: 0.1, transient: 0, alignment: 0.1, batch: 2 };
    const { exponents } = lyapunovSpectrum(system, options);
    expect(exponents).toBeClose([0.5, -30, -1500], {
      rtol: 1e-4,
      atol: 0.3,
      because: "directions align as e^(−30·0.1)",
    });
    expect(exponents.reduce((a, b) => a + b)).toBeCloseTo(-1529.5, 1);
  });

  scoped("fixed steps of the classical method, ten to a step of the system", () => {
    const A = tensor([[-0.1, -99.9], [0, -100]], double); // biome-ignore format: a matrix
    const system = flow({
      dimension: 2,
      method: "rk4",
      stepSize: 0.01,
      dt: 0.5,
      derivative: (x) => x.mm(A.t()),
    });
    const { exponents } = lyapunovSpectrum(system, { duration: 4, transient: 0, alignment: 0.5 });
    // A step of length 0.01 multiplies by 1 + z + z²/2 + z³/6 + z⁴/24 at z = −1, which is 0.375.
    expect(exponents).toBeClose([-0.1, Math.log(0.375) / 0.01], {
      rtol: 0,
      atol: 1e-6,
      because: "directions align as e^(−100·0.5)",
    });
  });
});

scoped("the long-term Jacobian of a stiff flow: e^(At), whose singular values are known", () => {
  const { logSingularValues } = longTermJacobian(oblique(1000), { steps: 1 });
  // e^(At) = [[s, f − s], [0, f]] with s = e^(−0.1 t), f = e^(−1000 t) → 0: σ₁ = √2 s, σ₂ = f/√2.
  const t = 0.1;
  const expected = [-0.1 * t + Math.LN2 / 2, -1000 * t - Math.LN2 / 2];
  expect([...logSingularValues[0]![0]!]).toBeClose(expected, {
    rtol: 0,
    atol: 1e-3,
    because: "rtol 1e-6 times the condition number at a QR",
  });
});

scoped("flows that are not stiff take no QR between their intervals", () => {
  const system = flow({ dimension: 2, derivative: (x) => x.mul(tensor([0.2, -0.5], double)) });
  const frame = eye(2, double).unsqueeze(0);
  const pushed = noGrad(() => system.pushOrthonormal!(tensor([[1, 1]], double), frame, 0, 4));
  expect(pushed.factors).toHaveLength(1);
  const { logs, worst } = noGrad(() => advance(system, tensor([[1, 1]], double), frame, 0, 4, 2));
  expect(logs).toBeClose([[[0.04, -0.1]], [[0.04, -0.1]]], {
    rtol: 0,
    atol: 1e-8,
    because: "the integrator's rtol is 1e-9",
  });
  expect(worst).toBeCloseTo(0.14, 6);
});

scoped("gradients pass through QRs on the way", () => {
  const rate = tensor([[-80]], { ...double, requiresGrad: true });
  const system = flow({
    dimension: 2,
    rtol: 1e-6,
    parameters: [rate],
    derivative: (x, _t, a) => stack([x.select(1, 0).mul(-0.1), x.select(1, 1).mul(a!.squeeze(1))], 1),
  });
  const { logs } = advance(system, tensor([[1, 1]], double), eye(2, double).unsqueeze(0), 0, 2, 1);
  logs.sum().backward();
  expect(logs.sum().item()).toBeCloseTo(0.2 * -80.1, 4);
  expect(rate.grad!.item()).toBeCloseTo(0.2, 5);
});

describe("derivatives that jump for ever end with a sentence", () => {
  const jump =
    /around t = .* the last 500 steps advanced only by .* the derivative jumps there, or the system is too stiff/;
  test.each([{}, { rtol: 1e-6 }, { dtype: "float32" as const }])("ẋ = −sign x, %j", (options) => {
    const system = flow({ dimension: 1, derivative: (x) => x.sign().neg(), ...options });
    expect(() => lyapunovSpectrum(system, { duration: 5 })).toThrow(jump);
  });

  scoped("integrated by itself", () => {
    expect(() => integrate((x) => x.sign().neg(), tensor([0.5], double), [0, 1])).toThrow(jump);
  });
});
