// Differentiation: what backward, grad, hooks, modes and custom functions do, on this thread and on the engine's.
import {
  customFunction,
  enableGrad,
  grad,
  gradcheck,
  gradgradcheck,
  gradOrNull,
  inferenceMode,
  isGradEnabled,
  isInferenceMode,
  jvp,
  noGrad,
  ones,
  randn,
  type Tensor,
  TorchError,
  tensor,
  vjp,
  zeros,
} from "@throughline/torch";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { native } from "../../dist/native.js";
import "@throughline/testing/close";
import { checkLeaks } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";

checkLeaks();

describe("backward", () => {
  scoped("accumulates into the leaves' grad until it is taken away", () => {
    const x = tensor([1, 2]).requiresGrad_();
    expect(x.grad).toBeNull();
    x.mul(x).sum().backward();
    x.mul(x).sum().backward();
    expect(x.grad).toBeClose([4, 8]);
    x.grad = null;
    expect(x.grad).toBeNull();
    x.grad = ones([2]);
    x.sum().backward();
    expect(x.grad).toBeClose([2, 2]);
  });

  scoped("takes a gradient for more than one element", () => {
    const x = tensor([1, 2]).requiresGrad_();
    expect(() => x.mul(2).backward()).toThrow(
      /^backward: grad can be implicitly created only for scalar outputs/,
    );
    x.mul(2).backward(tensor([1, 10]));
    expect(x.grad).toBeClose([2, 20]);
  });

  scoped("needs the graph, which one pass uses up unless it is retained", () => {
    const x = tensor([3]).requiresGrad_();
    const y = x.mul(x).sum();
    y.backward(undefined, { retainGraph: true });
    y.backward();
    expect(x.grad).toBeClose([12]);
    expect(() => y.backward()).toThrow(/backward through the graph a second time/);
    expect(() => ones([1]).backward()).toThrow(/does not require grad/);
  });

  scoped("can be limited to some inputs", () => {
    const [x, y] = [tensor([3]).requiresGrad_(), tensor([4]).requiresGrad_()];
    x.mul(y)
      .sum()
      .backward(undefined, { inputs: [x] });
    expect([x.grad?.item(), y.grad]).toEqual([4, null]);
  });

  scoped("createGraph makes the gradients differentiable", () => {
    const x = tensor([2]).requiresGrad_();
    x.pow(3).sum().backward(undefined, { createGraph: true });
    const [second] = grad(x.grad!.sum(), [x]);
    expect(second).toBeClose([12]);
    x.grad = null;
  });

  scoped("a gradient of another shape is refused", () => {
    const x = tensor([1, 2]).requiresGrad_();
    expect(() => x.mul(1).backward(ones([3]))).toThrow(/shape/);
    expect(() => {
      x.grad = ones([3]);
    }).toThrow(TorchError);
  });
});

describe("grad", () => {
  scoped("returns gradients and touches no grad field", () => {
    const [x, y] = [tensor([1, 2]).requiresGrad_(), tensor([3, 4]).requiresGrad_()];
    const [gx, gy] = grad(x.mul(y).sum(), [x, y]);
    expect(gx).toBeClose([3, 4]);
    expect(gy).toBeClose([1, 2]);
    expect([x.grad, y.grad]).toEqual([null, null]);
  });

  scoped("an input that took no part is refused by grad and null from gradOrNull", () => {
    const [x, y] = [tensor([1]).requiresGrad_(), tensor([1]).requiresGrad_()];
    expect(() => grad(x.sum(), [x, y])).toThrow(
      /^grad: an input took no part in computing the outputs; gradOrNull/,
    );
    const [gx, gy] = gradOrNull(x.sum(), [x, y]);
    expect([gx?.item(), gy]).toEqual([1, null]);
  });

  scoped("several outputs with a gradient each", () => {
    const x = tensor([2]).requiresGrad_();
    const [g] = grad([x.mul(3), x.mul(x)], [x], { gradOutputs: [tensor([1]), tensor([10])] });
    expect(g).toBeClose([43]);
  });

  scoped("an in-place change of what the graph needs is found", () => {
    const x = tensor([2]).requiresGrad_();
    const y = x.exp();
    const z = y.mul(y).sum();
    y.add_(1);
    expect(() => grad(z, [x])).toThrow(/modified by an inplace operation/);
  });

  scoped("a leaf that requires gradients is not changed in place", () => {
    const x = tensor([2]).requiresGrad_();
    expect(() => x.add_(1)).toThrow(
      /^aten::add_\.Scalar: a leaf Variable that requires grad is being used in an in-place operation/,
    );
    noGrad(() => x.add_(1));
    expect(x.item()).toBe(3);
  });
});

describe("the graph", () => {
  scoped("leaves, nodes, detaching", () => {
    const x = tensor([1]).requiresGrad_();
    const y = x.exp();
    expect([x.isLeaf, x.gradFn, y.isLeaf, y.gradFn, y.requiresGrad]).toEqual([
      true,
      null,
      false,
      "ExpBackward0",
      true,
    ]);
    expect([y.detach().requiresGrad, y.detach().dataPointer]).toEqual([false, y.dataPointer]);
    y.detach_();
    expect([y.isLeaf, y.requiresGrad]).toEqual([true, false]);
    expect(() => {
      tensor([1n]).requiresGrad = true;
    }).toThrow(/floating point and complex/);
    expect(() => {
      x.exp().requiresGrad = false;
    }).toThrow(TorchError);
  });

  scoped("retainGrad keeps the gradient of what is no leaf", () => {
    const x = tensor([2]).requiresGrad_();
    const y = x.mul(3);
    y.retainGrad();
    y.mul(y).sum().backward();
    expect([x.grad?.item(), y.grad?.item()]).toEqual([36, 12]);
  });
});

const hooks = (): void => {
  scoped("a hook sees the gradient and may replace it, until it is removed", () => {
    const x = tensor([1, 2]).requiresGrad_();
    const seen: unknown[] = [];
    const remove = x.registerHook((gradient) => {
      seen.push(gradient.toArray());
      return gradient.mul(10);
    });
    const look = x.registerHook((gradient) => {
      seen.push(gradient.toArray());
      return undefined;
    });
    x.mul(3).sum().backward();
    expect(x.grad).toBeClose([30, 30]);
    expect(seen).toEqual([
      [3, 3],
      [30, 30],
    ]);
    remove();
    look();
    x.grad = null;
    x.mul(3).sum().backward();
    expect(x.grad).toBeClose([3, 3]);
    expect(seen.length).toBe(2);
  });

  scoped("what a hook throws comes out of backward unchanged", () => {
    const x = tensor([1]).requiresGrad_();
    const thrown = new RangeError("mine");
    x.registerHook(() => {
      throw thrown;
    });
    let caught: unknown;
    try {
      x.mul(2).sum().backward();
    } catch (error) {
      caught = error;
    }
    expect(caught).toBe(thrown);
  });

  scoped("a hook that returns a wrong shape is refused", () => {
    const x = tensor([1]).requiresGrad_();
    x.registerHook(() => ones([2]));
    expect(() => x.mul(2).sum().backward()).toThrow(TorchError);
  });

  scoped("a hook may differentiate by itself", () => {
    const x = tensor([2]).requiresGrad_();
    x.registerHook((gradient) => {
      const y = tensor([3]).requiresGrad_();
      const [inner] = enableGrad(() => grad(y.mul(y).sum(), [y]));
      return gradient.mul(inner!);
    });
    x.mul(5).sum().backward();
    expect(x.grad).toBeClose([30]);
  });
};

describe("hooks", hooks);

const square = customFunction<[Tensor]>({
  forward(context, x) {
    context.saveForBackward(x);
    return x.mul(x);
  },
  backward: ([x], gradient) => gradient!.mul(x!).mul(2),
});

const customFunctions = (): void => {
  scoped("saved tensors come back in their order, and second derivatives follow", () => {
    const divide = customFunction<[Tensor, Tensor]>({
      forward(context, a, b) {
        context.saveForBackward(a, b);
        return a.div(b);
      },
      backward: ([a, b], g) => [g!.div(b!), g!.mul(a!).neg().div(b!.mul(b!))],
    });
    const inputs = [randn([3]), randn([3]).abs().add(0.5)];
    gradcheck((a, b) => divide(a, b), inputs);
    gradgradcheck((a, b) => divide(a, b), inputs);
    gradcheck((x) => square(x), [randn([3])]);
    gradgradcheck((x) => square(x), [randn([3])]);
  });

  scoped("forward runs without recording, and an output may be saved", () => {
    let recording = true;
    const exp = customFunction<[Tensor]>({
      forward(context, x) {
        recording = isGradEnabled();
        const y = x.exp();
        context.saveForBackward(y);
        return y;
      },
      backward: ([y], g) => g!.mul(y!),
    });
    gradcheck((x) => exp(x), [randn([2])]);
    gradgradcheck((x) => exp(x), [randn([2])]);
    expect(recording).toBe(false);
  });

  scoped("several outputs: a gradient that did not come is null", () => {
    const seen: boolean[] = [];
    const both = customFunction<[Tensor]>({
      forward: (_, x) => [x.mul(2), x.mul(3)],
      backward: (_, a, b) => {
        seen.push(a === null, b === null);
        return a === null ? b!.mul(3) : a.mul(2);
      },
    });
    const x = tensor([1]).requiresGrad_();
    const [, second] = both(x);
    expect(grad(second!.sum(), [x])[0]).toBeClose([3]);
    expect(seen).toEqual([true, false]);
  });

  scoped("outputs marked as not differentiable have no graph", () => {
    const top = customFunction<[Tensor]>({
      forward(context, x) {
        const { values, indices } = x.max({ dim: 0 });
        context.markNonDifferentiable(indices);
        context.saveForBackward(indices);
        return [values, indices];
      },
      backward: ([index], g) => zeros([3]).scatter(0, index!.unsqueeze(0), g!.unsqueeze(0)),
    });
    const x = tensor([1, 3, 2]).requiresGrad_();
    const [values, indices] = top(x);
    expect([values!.requiresGrad, indices!.requiresGrad]).toEqual([true, false]);
    expect(grad(values!, [x])[0]).toBeClose([0, 1, 0]);
  });

  scoped("an input changed in place is marked dirty and goes on as the output", () => {
    const double_ = customFunction<[Tensor]>({
      forward(context, x) {
        context.markDirty(x);
        return x.mul_(2);
      },
      backward: (_, g) => g!.mul(2),
    });
    const x = tensor([1, 2]).requiresGrad_();
    const y = x.mul(1);
    const [z] = double_(y);
    expect(y).toBeClose([2, 4]);
    expect(grad(z!.sum(), [x])[0]).toBeClose([2, 2]);
    expect(y.gradFn).toMatch(/Backward/);
  });

  scoped("an input without a derivative gets null", () => {
    const pick = customFunction<[Tensor, Tensor]>({
      forward(context, x, index) {
        context.saveForBackward(index);
        return x.at(index);
      },
      backward: ([index], g) => [zeros([3]).indexAdd(0, index!, g!), null],
    });
    const x = tensor([1, 2, 3]).requiresGrad_();
    expect(grad(pick(x, tensor([2n, 2n]))[0]!.sum(), [x])[0]).toBeClose([0, 0, 2]);
  });

  scoped("what forward or backward throws comes out unchanged", () => {
    const thrown = new RangeError("mine");
    const inForward = customFunction<[Tensor]>({
      forward: () => {
        throw thrown;
      },
      backward: () => null,
    });
    const inBackward = customFunction<[Tensor]>({
      forward: (_, x) => x.mul(1),
      backward: () => {
        throw thrown;
      },
    });
    const x = tensor([1]).requiresGrad_();
    expect(() => inForward(x)).toThrow(thrown);
    expect(() => inBackward(x)[0]!.sum().backward()).toThrow(thrown);
    expect(x.grad).toBeNull();
  });

  scoped("the wrong number or shape of gradients is refused", () => {
    const x = tensor([1, 2]).requiresGrad_();
    const two = customFunction<[Tensor]>({ forward: (_, a) => a.mul(1), backward: (_, g) => [g, g] });
    expect(() => two(x)[0]!.sum().backward()).toThrow(
      /customFunction: backward returned 2 gradients for 1 inputs$/,
    );
    const shape = customFunction<[Tensor]>({ forward: (_, a) => a.mul(1), backward: () => ones([5]) });
    expect(() => shape(x)[0]!.sum().backward()).toThrow(/shape/);
  });

  scoped("without gradients wanted, backward is never asked", () => {
    const [y] = square(ones([2]));
    expect([y!.requiresGrad, y!.gradFn]).toEqual([false, null]);
    const [z] = noGrad(() => square(ones([2]).requiresGrad_()));
    expect(z!.requiresGrad).toBe(false);
  });
};

describe("customFunction", customFunctions);

describe("on the engine's own thread", () => {
  beforeAll(() => native.forceEngineThread(true));
  afterAll(() => native.forceEngineThread(false));
  hooks();
  customFunctions();

  scoped("a backward pass inside a custom function's, inside another's", () => {
    const square = customFunction<[Tensor]>({
      forward(context, x) {
        context.saveForBackward(x);
        return x.mul(x);
      },
      backward: ([x], gradient) => vjp((z) => z.mul(z).sum(), [x!]).gradients[0]!.mul(gradient!),
    });
    const viaBackward = customFunction<[Tensor]>({
      forward(context, x) {
        context.saveForBackward(x);
        return x.mul(x);
      },
      backward([x], gradient) {
        const leaf = x!.detach().requiresGrad_();
        enableGrad(() => square(leaf)[0]!.sum()).backward();
        return leaf.grad!.mul(gradient!);
      },
    });
    const x = tensor([1, 2, 3]).requiresGrad_();
    viaBackward(x)[0]!.sum().backward();
    expect(x.grad!).toBeClose([2, 4, 6]);
  });

  scoped("a deep graph", () => {
    const x = tensor([1]).requiresGrad_();
    let y = x;
    for (let i = 0; i < 2000; i++) y = y.add(0);
    expect(grad(y.sum(), [x])[0]).toBeClose([1]);
  });
});

describe("jvp and vjp", () => {
  scoped("inference mode is refused, where tangents would silently be 0", () => {
    const x = ones([2]);
    expect(() => inferenceMode(() => jvp((z) => z.exp(), [x], [x]))).toThrow(
      /^jvp: inference mode keeps no tangents/,
    );
    const made = inferenceMode(() => ones([2]));
    expect(() => jvp((z) => z.exp(), [made], [x])).toThrow(/^jvp: inference mode keeps no tangents/);
  });

  const weights = (): Tensor => randn([3, 3], { dtype: "float64" });

  scoped("agree: vᵀ(Ju) = (vᵀJ)u", () => {
    const W = weights();
    const fn = (x: Tensor): Tensor => W.mv(x.tanh()).mul(x.exp());
    const [x, u, v] = [
      randn([3], { dtype: "float64" }),
      randn([3], { dtype: "float64" }),
      randn([3], { dtype: "float64" }),
    ];
    const forward = jvp(fn, [x], [u]);
    const reverse = vjp(fn, [x], v);
    expect(forward.output).toBeClose(fn(x), { rtol: 1e-14, atol: 1e-14 });
    expect(reverse.output).toBeClose(fn(x), { rtol: 1e-14, atol: 1e-14 });
    expect(v.dot(forward.tangent)).toBeClose(reverse.gradients[0]!.dot(u), { rtol: 1e-12, atol: 1e-12 });
  });

  scoped("jvp is differentiable in reverse: the Hessian times a vector", () => {
    const x = tensor([1, 2], { dtype: "float64" }).requiresGrad_();
    const u = tensor([1, 0], { dtype: "float64" });
    const { tangent } = jvp((p) => p.pow(3).sum(), [x], [u]);
    expect(grad(tangent, [x])[0]).toBeClose([6, 0]);
  });

  scoped("jvp of what does not depend on the primals is 0", () => {
    expect(jvp(() => ones([2]), [ones([2])], [ones([2])]).tangent).toBeClose([0, 0]);
  });

  scoped("several primals; vjp of a scalar needs no cotangent", () => {
    const { tangent } = jvp((a, b) => a.mul(b), [tensor([2]), tensor([3])], [tensor([1]), tensor([10])]);
    expect(tangent).toBeClose([23]);
    const { gradients } = vjp((a, b) => a.mul(b).sum(), [tensor([2]), tensor([3])]);
    expect(gradients.map((g) => g.item())).toEqual([3, 2]);
  });

  scoped("wrong numbers of tangents, nesting, and operators without forward mode are refused", () => {
    const x = ones([2]);
    expect(() => jvp((a) => a, [x], [])).toThrow(
      /^jvp: 1 primals and 0 tangents; give one tangent for each primal$/,
    );
    expect(() => jvp((a) => jvp((b) => b, [a], [x]).tangent, [x], [x])).toThrow(TorchError);
    expect(() => jvp((a) => a.mul(2), [x], [ones([3])])).toThrow(TorchError);
    // and the level is left even so
    expect(jvp((a) => a.mul(2), [x], [x]).tangent).toBeClose([2, 2]);
  });
});

describe("modes", () => {
  scoped("noGrad, enableGrad and inferenceMode nest and end with their bodies", () => {
    const x = ones([1]).requiresGrad_();
    expect(isGradEnabled()).toBe(true);
    noGrad(() => {
      expect(x.mul(2).requiresGrad).toBe(false);
      enableGrad(() => expect(x.mul(2).requiresGrad).toBe(true));
      expect(isGradEnabled()).toBe(false);
    });
    expect([isGradEnabled(), isInferenceMode()]).toEqual([true, false]);
    inferenceMode(() => expect([isInferenceMode(), isGradEnabled()]).toEqual([true, false]));
    expect(isInferenceMode()).toBe(false);
  });

  scoped("they end when their body throws", () => {
    for (const mode of [noGrad, enableGrad, inferenceMode]) {
      expect(() =>
        mode(() => {
          throw new RangeError("mine");
        }),
      ).toThrow(RangeError);
    }
    expect([isGradEnabled(), isInferenceMode()]).toEqual([true, false]);
  });

  scoped("tensors of inference mode stay out of graphs", () => {
    const y = inferenceMode(() => ones([1]));
    expect(y.isInference).toBe(true);
    const x = ones([1]).requiresGrad_();
    expect(() => x.mul(y)).toThrow(/Inference tensors cannot be saved for backward/);
    expect(inferenceMode(() => y.add_(1)).item()).toBe(2);
    expect(() => y.add_(1)).toThrow(/[Ii]nference/);
  });

  test.each([
    ["noGrad", noGrad],
    ["enableGrad", enableGrad],
    ["inferenceMode", inferenceMode],
  ] as const)("%s refuses asynchronous functions, and the mode is left", (name, mode) => {
    const body = async (): Promise<number> => 1;
    expect(() => mode(body)).toThrow(new RegExp(`^${name}\\(\\) was given an asynchronous function`));
    expect(() => mode(() => Promise.reject(new Error("late")))).toThrow(TorchError);
    expect([isGradEnabled(), isInferenceMode()]).toEqual([true, false]);
  });
});
