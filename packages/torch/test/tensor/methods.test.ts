// What no reference table holds: in-place forms, casts, copies, results with names, and matrix identities.
import {
  arange,
  complex,
  dtypes,
  einsum,
  eye,
  fft,
  linalg,
  manualSeed,
  ones,
  randn,
  scope,
  Tensor,
  TorchError,
  tensor,
  where,
  zeros,
} from "@throughline/torch";
import { describe, expect, test } from "vitest";
import "@throughline/testing/close";
import { checkLeaks } from "@throughline/testing/leaks";
import { Inputs } from "./derivative-inputs.js";
import { methods } from "./derivative-table.js";

checkLeaks();

type Any = Record<string, (...args: unknown[]) => Tensor>;
const scoped = (name: string, body: () => void): void => {
  test(name, () => {
    scope(body);
  });
};

describe("in place", () => {
  const derived = Object.entries(methods).filter(([name]) => `${name}_` in Tensor.prototype);
  test.each(derived)("%s_ leaves in the tensor what %s returns", (name, calls) => {
    scope(() => {
      for (const { inputs, args } of calls) {
        const [self, ...others] = inputs(new Inputs()) as [Tensor, ...Tensor[]];
        const inPlace = (self as unknown as Any)[`${name}_`]!;
        if (name === "abs" && self.dtype === "complex128") continue;
        const given = args?.(...others) ?? others;
        const expected = (self as unknown as Any)[name]!(...given);
        const copy = self.clone();
        expect(inPlace.apply(copy, given as unknown[])).toBe(copy);
        expect(copy).toBeClose(expected);
      }
    });
  });

  const whole: [string, unknown[]][] = [
    ["gcd", [[4, 6, 9]]],
    ["lcm", [[4, 6, 9]]],
    ["bitwiseAnd", [[1, 3, 5]]],
    ["bitwiseAnd", [3]],
    ["bitwiseOr", [[1, 3, 5]]],
    ["bitwiseXor", [[1, 3, 5]]],
    ["bitwiseLeftShift", [2]],
    ["bitwiseRightShift", [1]],
    ["bitwiseNot", []],
    ["floorDivide", [[2, 4, 5]]],
    ["eq", [[6, 1, 15]]],
    ["ne", [6]],
    ["lt", [[6, 7, 16]]],
    ["le", [10]],
    ["gt", [[5, 11, 15]]],
    ["ge", [10]],
    ["logicalAnd", [[0, 1, 2]]],
    ["logicalOr", [[0, 1, 2]]],
    ["logicalXor", [[0, 1, 2]]],
    ["logicalNot", []],
  ];
  test.each(whole)("%s_ of whole numbers, with %j", (name, args) => {
    scope(() => {
      const given = args.map((arg) =>
        Array.isArray(arg) ? tensor(arg as number[], { dtype: "int64" }) : arg,
      );
      const x = tensor([6, 10, 15], { dtype: "int64" });
      const expected = (x as unknown as Any)[name]!(...given);
      expect((x as unknown as Any)[`${name}_`]!(...given)).toBe(x);
      expect(x).toBeClose(expected.long());
    });
  });

  test.each(["asinh", "atanh", "heaviside", "nextafter"])("%s_ of floating-point numbers", (name) => {
    scope(() => {
      const x = tensor([0.5, -0.25, 0], { dtype: "float64" });
      const given = name.startsWith("a") ? [] : [ones([3], { dtype: "float64" })];
      const expected = (x as unknown as Any)[name]!(...given);
      expect((x as unknown as Any)[`${name}_`]!(...given).equal(expected)).toBe(true);
    });
  });

  scoped("acosh_, fill_, zero_, copy_, fillDiagonal_", () => {
    expect(tensor([2]).acosh_()).toBeClose(tensor([2]).acosh());
    expect(zeros([2]).fill_(3)).toBeClose([3, 3]);
    expect(zeros([2]).fill_(tensor(4))).toBeClose([4, 4]);
    expect(ones([2]).zero_()).toBeClose([0, 0]);
    expect(zeros([2, 2]).copy_(arange(2))).toBeClose([
      [0, 1],
      [0, 1],
    ]);
    expect(zeros([2, 2]).fillDiagonal_(5)).toBeClose([
      [5, 0],
      [0, 5],
    ]);
  });
});

describe("casts and copies", () => {
  scoped("to: the same memory if nothing changes, else a copy", () => {
    const x = ones([2]);
    expect(x.to({ dtype: "float32" }).dataPointer).toBe(x.dataPointer);
    expect(x.to({ copy: true }).dataPointer).not.toBe(x.dataPointer);
    expect(x.to("float64").dtype).toBe("float64");
    expect(x.to("cpu").dataPointer).toBe(x.dataPointer);
    expect(x.typeAs(tensor([1n])).dtype).toBe("int64");
    expect(x.cpu().device).toBe("cpu");
  });

  test.each(dtypes)("a tensor of every dtype becomes %s", (target) => {
    scope(() => {
      for (const dtype of dtypes) {
        const x = tensor([0, 1], { dtype }).to({ dtype: target });
        const expected = tensor([0, 1], { dtype: target });
        expect([x.dtype, x.equal(expected)]).toEqual([target, true]);
      }
    });
  });

  scoped("named casts", () => {
    const x = tensor([1.7]);
    const made = [
      x.double(),
      x.float(),
      x.half(),
      x.bfloat16(),
      x.long(),
      x.int(),
      x.short(),
      x.byte(),
      x.bool(),
    ];
    expect(made.map(({ dtype }) => dtype)).toEqual([
      "float64",
      "float32",
      "float16",
      "bfloat16",
      "int64",
      "int32",
      "int16",
      "uint8",
      "bool",
    ]);
    expect(x.long().item()).toBe(1);
  });

  scoped("memory formats", () => {
    const x = arange(16).reshape([1, 2, 2, 4]);
    const y = x.contiguous({ memoryFormat: "channels_last" });
    expect([y.isContiguous("channels_last"), y.isContiguous(), y.equal(x)]).toEqual([true, false, true]);
    expect(y.clone().isContiguous("channels_last")).toBe(true);
    expect(y.clone({ memoryFormat: "contiguous_format" }).isContiguous()).toBe(true);
    expect(x.to({ memoryFormat: "channels_last" }).strides).toEqual(y.strides);
    expect(y.toArray()).toEqual(x.toArray());
  });

  scoped("conjugation is lazy and still read right", () => {
    const z = tensor([{ re: 1, im: 2 }]).conj();
    expect(z.toArray()).toEqual([{ re: 1, im: -2 }]);
    expect(z.imag.toArray()).toEqual([-2]);
    expect([...(z.toTypedArray() as Float32Array)]).toEqual([1, -2]);
    expect(() => z.memory()).toThrow(/contiguous/);
    expect(tensor(1).conj().item()).toBe(1);
  });

  scoped("viewDtype reads the same bytes", () => {
    expect(tensor([1]).viewDtype("int32").item()).toBe(0x3f800000);
    expect(tensor([1, 2]).viewDtype("float64").shape).toEqual([1]);
  });

  scoped("page-locked memory needs an accelerator", () => {
    try {
      expect(ones([1]).pinMemory().item()).toBe(1);
    } catch (error) {
      expect(error).toBeInstanceOf(TorchError);
    }
  });
});

describe("results with names", () => {
  scoped("values and indices", () => {
    const x = tensor([
      [3, 1, 2],
      [9, 7, 8],
    ]);
    const { values, indices } = x.sort({ dim: 1 });
    expect(values.toArray()).toEqual([
      [1, 2, 3],
      [7, 8, 9],
    ]);
    expect(x.takeAlongDim(indices, 1)).toBeClose(values);
    expect(x.max({ dim: 0 }).values.toArray()).toEqual([9, 7, 8]);
    expect(x.max().item()).toBe(9);
    expect(x.topk(1).indices.toArray()).toEqual([[0], [0]]);
    expect(x.median({ dim: 1 }).values.toArray()).toEqual([2, 8]);
  });

  scoped("unique returns what was asked for, and leaves nothing else", () => {
    const x = tensor([3, 1, 3]);
    expect(Object.keys(x.unique())).toEqual(["output"]);
    const { output, inverse, counts } = x.unique({ returnInverse: true, returnCounts: true });
    expect([output.toArray(), inverse?.toArray(), counts?.toArray()]).toEqual([
      [1, 3],
      [1, 0, 1],
      [1, 2],
    ]);
  });

  test("unique's other results are released", () => {
    const x = tensor([3, 1, 3]);
    x.unique().output.dispose();
    x.uniqueConsecutive().output.dispose();
    x.dispose();
  });

  scoped("scalars and tensors in where follow promotion", () => {
    const mask = tensor([true, false]);
    expect(where(mask, tensor([1, 2]), 0.5).toArray()).toEqual([1, 0.5]);
    expect(where(mask, 1, 0).dtype).toBe("int64");
    expect(where(mask, 1n, tensor([1.5, 2.5])).toArray()).toEqual([1, 2.5]);
  });

  scoped("clamp with a number and a tensor", () => {
    expect(
      tensor([-1, 0.5, 3])
        .clamp({ min: 0, max: tensor([1, 1, 2]) })
        .toArray(),
    ).toEqual([0, 0.5, 2]);
    expect(() => tensor([1]).clamp({})).toThrow(/At least one of 'min' or 'max' must not be None/);
  });

  scoped("tensordot by count and by lists", () => {
    manualSeed(0);
    const [a, b] = [randn([2, 3, 4]), randn([3, 4, 5])];
    expect(a.tensordot(b, 2)).toBeClose(einsum("ijk,jkl->il", a, b), {
      atol: 1e-4,
      because: "another order of summation",
    });
    expect(a.tensordot(b, [[1], [0]]).shape).toEqual([2, 4, 4, 5]);
    expect(a.tensordot(b, 0).shape).toEqual([2, 3, 4, 3, 4, 5]);
  });
});

describe("linalg by its identities", () => {
  const matrix = (...shape: number[]): Tensor => {
    manualSeed(4);
    return randn(shape, { dtype: "float64" });
  };
  const tight = { rtol: 1e-12, atol: 1e-12 };
  const identity = (n: number): Tensor => eye(n, { dtype: "float64" });

  scoped("qr: QR = A, QᵀQ = 1, R upper triangular", () => {
    const A = matrix(3, 6, 4);
    const { Q, R } = linalg.qr(A);
    expect(Q.matmul(R)).toBeClose(A, tight);
    expect(Q.mT.matmul(Q)).toBeClose(identity(4).expand([3, 4, 4]), tight);
    expect(R.tril(-1).abs().max().item()).toBe(0);
    expect(linalg.qr(A, { mode: "complete" }).Q.shape).toEqual([3, 6, 6]);
    expect(linalg.qr(A, { mode: "r" }).Q.numel).toBe(0);
  });

  scoped("svd: U S Vh = A", () => {
    const A = matrix(5, 3);
    const { U, S, Vh } = linalg.svd(A, { fullMatrices: false });
    expect(U.mul(S).matmul(Vh)).toBeClose(A, tight);
    expect(linalg.svdvals(A)).toBeClose(S, tight);
    expect(linalg.svd(A).U.shape).toEqual([5, 5]);
    expect(linalg.norm(A)).toBeClose(S.square().sum().sqrt(), tight);
    expect(linalg.matrixNorm(A, { ord: "nuc" })).toBeClose(S.sum(), tight);
    expect(linalg.cond(A)).toBeClose(S.at(0).div(S.at(2)), tight);
  });

  scoped("eigh and eig: A V = V diag λ", () => {
    const A = matrix(4, 4);
    const { eigenvalues, eigenvectors } = linalg.eigh(A.add(A.mT));
    expect(A.add(A.mT).matmul(eigenvectors)).toBeClose(eigenvectors.mul(eigenvalues), tight);
    const general = linalg.eig(A);
    const wide = A.to("complex128");
    expect(wide.matmul(general.eigenvectors)).toBeClose(general.eigenvectors.mul(general.eigenvalues), tight);
    expect(general.eigenvalues.prod()).toBeClose(linalg.det(A).to("complex128"), tight);
  });

  scoped("solving: A X = B, and the same through every factor", () => {
    const A = matrix(4, 4);
    const B = matrix(4, 2);
    const X = linalg.solve(A, B);
    expect(A.matmul(X)).toBeClose(B, tight);
    const { LU, pivots } = linalg.luFactor(A);
    expect(linalg.luSolve(LU, pivots, B)).toBeClose(X, tight);
    expect(linalg.inv(A).matmul(B)).toBeClose(X, tight);
    expect(linalg.pinv(A).matmul(A)).toBeClose(identity(4), tight);
    expect(linalg.lstsq(A, B).solution).toBeClose(X, tight);
    const { P, L, U } = linalg.lu(A);
    expect(P.matmul(L).matmul(U)).toBeClose(A, tight);
    const S = A.matmul(A.mT).add(identity(4));
    const C = linalg.cholesky(S);
    expect(C.matmul(C.mT)).toBeClose(S, tight);
    expect(linalg.choleskySolve(B, C)).toBeClose(linalg.solve(S, B), tight);
    expect(linalg.choleskyInverse(C)).toBeClose(linalg.inv(S), tight);
    expect(linalg.slogdet(S).logabsdet).toBeClose(linalg.logdet(S), tight);
  });

  scoped("info says what failed instead of throwing", () => {
    expect(linalg.choleskyEx(zeros([2, 2])).info.item()).toBe(1);
    expect(linalg.invEx(zeros([2, 2])).info.item()).toBe(1);
    expect(linalg.matrixRank(ones([3, 3])).item()).toBe(1);
  });

  scoped("powers and exponentials", () => {
    const A = tensor(
      [
        [0, 1],
        [-1, 0],
      ],
      { dtype: "float64" },
    );
    const [c, s] = [Math.cos(1), Math.sin(1)];
    expect(linalg.matrixExp(A)).toBeClose(
      [
        [c, s],
        [-s, c],
      ],
      tight,
    );
    expect(linalg.matrixPower(A, 4)).toBeClose(identity(2));
    expect(linalg.multiDot([A, A, A])).toBeClose(A.neg());
    expect(linalg.vander(tensor([2, 3])).toArray()).toEqual([
      [1, 2],
      [1, 3],
    ]);
  });
});

describe("fft by its identities", () => {
  scoped("inverses, Parseval, and the transform of a wave", () => {
    manualSeed(2);
    const x = complex(randn([4, 6], { dtype: "float64" }), randn([4, 6], { dtype: "float64" }));
    const tight = { rtol: 1e-12, atol: 1e-12 };
    expect(fft.ifft(fft.fft(x))).toBeClose(x, tight);
    expect(fft.ifftn(fft.fftn(x))).toBeClose(x, tight);
    expect(fft.irfft2(fft.rfft2(x.real), { s: [4, 6] })).toBeClose(x.real, tight);
    expect(fft.fft(x, { norm: "ortho" }).norm()).toBeClose(x.norm(), tight);
    expect(fft.ifftshift(fft.fftshift(x))).toBeClose(x, tight);
    const wave = arange(8, { dtype: "float64" })
      .mul((2 * Math.PI * 2) / 8)
      .cos();
    expect(fft.rfft(wave).abs()).toBeClose([0, 0, 4, 0, 0], { rtol: 1e-12, atol: 1e-12 });
    expect(fft.fftfreq(4, { d: 0.5, dtype: "float64" })).toBeClose([0, 0.5, -1, -0.5]);
  });
});
