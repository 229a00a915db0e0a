// Identities that functions keep, and what they refuse.
import { nn, ones, randn, scope, tensor, zeros } from "@throughline/torch";
import { describe, expect, test } from "vitest";
import "@throughline/testing/close";
import { checkLeaks } from "@throughline/testing/leaks";

checkLeaks();

const F = nn.functional;
const f64 = { dtype: "float64" } as const;
const exact = { rtol: 0, atol: 0 };

describe("identities", () => {
  test("fold undoes unfold where windows do not overlap", () => {
    scope(() => {
      const x = randn([2, 3, 4, 6], f64);
      expect(F.fold(F.unfold(x, 2, { stride: 2 }), [4, 6], 2, { stride: 2 })).toBeClose(x, exact);
    });
  });

  test("pixelUnshuffle undoes pixelShuffle", () => {
    scope(() => {
      const x = randn([2, 8, 3, 5], f64);
      expect(F.pixelUnshuffle(F.pixelShuffle(x, 2), 2)).toBeClose(x, exact);
    });
  });

  test("gridSample on the identity's grid gives the image back", () => {
    scope(() => {
      const x = randn([1, 2, 3, 4], f64);
      const theta = tensor(
        [
          [
            [1, 0, 0],
            [0, 1, 0],
          ],
        ],
        f64,
      );
      const grid = F.affineGrid(theta, x.shape, { alignCorners: true });
      expect(F.gridSample(x, grid, { alignCorners: true })).toBeClose(x, { rtol: 1e-12, atol: 1e-12 });
    });
  });

  test("cross entropy of one-hot probabilities is that of the classes", () => {
    scope(() => {
      const x = randn([4, 3], f64);
      const classes = tensor([0, 2, 1, 1], { dtype: "int64" });
      const probabilities = F.oneHot(classes, 3).to("float64");
      expect(F.crossEntropy(x, probabilities)).toBeClose(F.crossEntropy(x, classes), {
        rtol: 1e-12,
        atol: 1e-12,
      });
    });
  });

  test("normalize gives vectors of length 1, and zeros for zeros", () => {
    scope(() => {
      const y = F.normalize(
        tensor(
          [
            [3, 4],
            [0, 0],
          ],
          f64,
        ),
      );
      expect(y).toBeClose([
        [0.6, 0.8],
        [0, 0],
      ]);
    });
  });

  test("in-place activations return their argument", () => {
    scope(() => {
      const x = tensor([-1, 2]);
      expect(F.relu(x, { inplace: true })).toBe(x);
      expect(x).toBeClose([0, 2]);
      for (const activation of [F.relu6, F.leakyRelu, F.elu, F.selu, F.celu, F.silu, F.mish, F.hardtanh]) {
        const plain = activation(tensor([-1, 2]));
        const target = tensor([-1, 2]);
        expect(activation(target, { inplace: true })).toBe(target);
        expect(target, activation.name).toBeClose(plain, exact);
      }
    });
  });
});

describe("what does not fit is refused by name", () => {
  const image = () => ones([1, 1, 2, 2]);
  const refusals: Record<string, [() => unknown, string]> = {
    "both shapes would have to grow": [
      () => F.mseLoss(ones([3]), ones([3, 1])),
      "mseLoss: prediction [3] and target [3,1]: neither can be expanded to the other's shape",
    ],
    "shapes that differ": [
      () => F.smoothL1Loss(ones([3]), ones([2])),
      "smoothL1Loss: prediction [3] and target [2]: neither can be expanded to the other's shape",
    ],
    reduction: [
      () => F.l1Loss(ones([1]), ones([1]), { reduction: "max" as "sum" }),
      'loss: reduction is "max", accepted: "none" or "mean" or "sum"',
    ],
    "a negative variance": [
      () => F.gaussianNllLoss(ones([2]), ones([2]), -1),
      "gaussianNllLoss: a variance is negative",
    ],
    "a variance of another shape": [
      () => F.gaussianNllLoss(ones([4, 2]), ones([4, 2]), ones([3])),
      "gaussianNllLoss: the variance is [3], which does not fit a prediction of [4,2]",
    ],
    "an unknown mode": [
      () => F.interpolate(image(), { size: 2, mode: "cubic" as "bicubic" }),
      'interpolate: mode is "cubic", accepted: "nearest" or "nearest-exact" or "area" or "linear" or "bilinear" or "bicubic" or "trilinear"',
    ],
    "a mode for other dimensions": [
      () => F.interpolate(image(), { size: 2, mode: "linear" }),
      "interpolate: mode linear does not apply to 4 dimensions",
    ],
    "no size": [() => F.interpolate(image(), {}), "interpolate: needs exactly one of size and scaleFactor"],
    "two sizes": [
      () => F.interpolate(image(), { size: 2, scaleFactor: 2 }),
      "interpolate: needs exactly one of size and scaleFactor",
    ],
    "too few sizes": [
      () => F.interpolate(image(), { size: [2] }),
      "interpolate: 2 spatial dimensions, but size or scaleFactor has 1",
    ],
    "corners of nearest": [
      () => F.interpolate(image(), { size: 2, alignCorners: true }),
      "interpolate: alignCorners does not apply to mode nearest",
    ],
    antialias: [
      () => F.interpolate(ones([1, 1, 2]), { size: 2, mode: "linear", antialias: true }),
      "interpolate: antialias applies to bilinear and bicubic, not to linear",
    ],
    "sampling mode": [
      () => F.gridSample(image(), zeros([1, 2, 2, 2]), { mode: "linear" as "nearest" }),
      'gridSample: mode is "linear", accepted: "bilinear" or "nearest" or "bicubic"',
    ],
    "sampling padding": [
      () => F.gridSample(image(), zeros([1, 2, 2, 2]), { paddingMode: "wrap" as "zeros" }),
      'gridSample: paddingMode is "wrap", accepted: "zeros" or "border" or "reflection"',
    ],
    "adaptive pooling of a line": [
      () => F.adaptiveAvgPool2d(ones([3]), [null, 1]),
      "adaptive pooling: needs at least 2 dimensions, got 1",
    ],
    "one value per channel": [
      () => F.batchNorm(ones([1, 2]), null, null, { training: true }),
      "batchNorm: needs more than one value per channel in training, got [1,2]",
    ],
  };

  test.each(Object.entries(refusals))("%s", (_, [run, message]) => {
    scope(() => {
      expect(run).toThrow(message);
    });
  });
});
