// Writes in place: into tensors whose elements share memory, and with operands that share memory with the target. What is
// right is what separate tensors give.

import { checkLeaks } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";
import { ones, ops, type Tensor, TorchError, tensor, zeros } from "@throughline/torch";
import { describe, expect } from "vitest";

checkLeaks();

const grid = (): Tensor =>
  tensor([
    [1, 2, 3],
    [4, 5, 6],
  ]);
const index = (...values: number[]): Tensor => tensor(values, { dtype: "int64" });
const expanded = (): Tensor => tensor([[0], [1]]).expand([2, 4]);
const mask = (): Tensor =>
  tensor([
    [false, true, false, false],
    [false, false, false, false],
  ]);

describe("a target whose elements share memory is refused and left as it was", () => {
  const writes: Record<string, (x: Tensor) => unknown> = {
    maskedFill_: (x) => x.maskedFill_(mask(), 3),
    "maskedFill_ with a tensor": (x) => x.maskedFill_(mask(), tensor(3)),
    maskedScatter_: (x) => x.maskedScatter_(mask(), ones([8])),
    indexFill_: (x) => x.indexFill_(1, index(0), 3),
    indexAdd_: (x) => x.indexAdd_(1, index(0), ones([2, 1])),
    indexCopy_: (x) => x.indexCopy_(1, index(0), ones([2, 1])),
    indexPut_: (x) => x.indexPut_([index(0), index(1)], tensor(3)),
    "setAt_ with a mask": (x) => x.setAt_([mask()], 3),
    fillDiagonal_: (x) => x.fillDiagonal_(9),
    scatter_: (x) => x.scatter_(1, index(0).view([1, 1]), 3),
    put_: (x) => x.put_(index(0), tensor([3])),
    add_: (x) => x.add_(1),
    mul_: (x) => x.mul_(expanded()),
    addcmul_: (x) => x.addcmul_(ones([2, 4]), ones([2, 4])),
    clamp_: (x) => x.clamp_({ min: 1 }),
    copy_: (x) => x.copy_(ones([2, 4])),
    tril_: (x) => x.tril_(),
    cumsum_: (x) => x.cumsum_(1),
    normal_: (x) => x.normal_(),
    relu_: (x) => x.relu_(),
    "an out argument": (x) => ops.aten.exp.out(ones([2, 4]), { out: x }),
    "a list of targets": (x) => ops.aten._foreachAdd_.Scalar([ones([2]), x], 1),
  };
  for (const [name, write] of Object.entries(writes)) {
    scoped(name, () => {
      const x = expanded();
      const error = thrown(() => write(x));
      expect(error).toMatchObject({ code: "torch/argument" });
      expect((error as Error).message).toMatch(
        /elements of it share memory .* made by contiguous\(\) or clone\(\)/,
      );
      expect(x.toArray()).toEqual(expanded().toArray());
      write(x.contiguous());
    });
  }

  scoped("windows that overlap are found, windows that do not are not", () => {
    const row = zeros([20]);
    expect(thrown(() => row.unfold(0, 3, 2).add_(1))).toBeInstanceOf(TorchError);
    expect(thrown(() => ops.aten.asStrided(row, [4, 3], [2, 3]).add_(1))).toBeInstanceOf(TorchError);
    expect(row.sum().item()).toBe(0);
    row.unfold(0, 3, 3).add_(1);
    ops.aten.asStrided(row, [2, 3], [3, 1]).add_(1);
    ops.aten.asStrided(row, [3, 2], [2, 9]).add_(1);
    expect(row.sum().item()).toBe(18 + 6 + 6);
  });

  scoped("one value for all elements is fine, and so is a change of the view itself", () => {
    expect(expanded().fill_(3).toArray()).toEqual(Array(2).fill(Array(4).fill(3)));
    expect(expanded().zero_().sum().item()).toBe(0);
    expect(expanded().t_().shape).toEqual([4, 2]);
    expect(expanded().unsqueeze_(0).shape).toEqual([1, 2, 4]);
  });
});

function thrown(body: () => unknown): unknown {
  try {
    body();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe("an operand that shares memory with the target", () => {
  for (const width of [2, 3, 8, 15, 16, 17, 33, 64, 100]) {
    scoped(`a column of ${width} columns`, () => {
      const x = ones([2, width]);
      expect(
        x
          .sub_(x.narrow(1, 0, 1))
          .abs()
          .sum()
          .item(),
      ).toBe(0);
    });
  }

  // Each with a target and operands cut from one tensor, as they are and as copies.
  const writes: Record<string, (x: Tensor, own: (view: Tensor) => Tensor) => Tensor> = {
    "its own column": (x, own) => x.sub_(own(x.narrow(1, 0, 1))),
    "its own element": (x, own) => x.div_(own(x.select(0, 1).select(0, 2))),
    "its transpose": (x, own) => square(x).add_(own(square(x).t())),
    "its reverse rows": (x, own) => x.narrow(0, 0, 1).mul_(own(x.narrow(0, 1, 1))),
    "a row further on": (x, own) =>
      x
        .view([6])
        .narrow(0, 1, 5)
        .copy_(own(x.view([6]).narrow(0, 0, 5))),
    addcmul_: (x, own) => square(x).addcmul_(own(square(x).t()), own(square(x))),
    addcdiv_: (x, own) => x.addcdiv_(own(x), own(x.narrow(1, 1, 1))),
    lerp_: (x, own) => x.lerp_(own(x.narrow(0, 1, 1)), 0.5),
    addmm_: (x, own) => square(x).addmm_(own(square(x)), own(square(x))),
    addmv_: (x, own) =>
      square(x)
        .select(0, 0)
        .addmv_(own(square(x)), own(square(x).select(0, 1))),
    addr_: (x, own) => square(x).addr_(own(square(x).select(0, 0)), own(square(x).select(1, 1))),
    indexAdd_: (x, own) => x.indexAdd_(0, index(1, 0), own(x)),
    indexCopy_: (x, own) => x.indexCopy_(0, index(1, 0), own(x)),
    scatterAdd_: (x, own) => x.scatterAdd_(0, index(1, 1, 1, 0, 0, 0).view([2, 3]), own(x)),
    indexPut_: (x, own) => x.indexPut_([index(1, 0)], own(x)),
    pow_: (x, own) => x.pow_(own(x.narrow(0, 0, 1))),
    atan2_: (x, own) => x.atan2_(own(x.narrow(1, 2, 1))),
    "an out argument": (x, own) =>
      ops.aten.mm.out(own(square(x)), own(square(x).t()), { out: square(x) }) as Tensor,
  };
  const square = (x: Tensor): Tensor => x.narrow(1, 0, 2);
  for (const [name, write] of Object.entries(writes)) {
    scoped(name, () => {
      const [shared, separate] = [grid(), grid()];
      write(shared, (view) => view);
      write(separate, (view) => view.clone());
      expect(shared.toArray()).toEqual(separate.toArray());
    });
  }

  scoped("the cases of the report", () => {
    const a = grid();
    expect(a.sub_(a.narrow(1, 0, 1)).toArray()).toEqual([
      [0, 1, 2],
      [0, 1, 2],
    ]);
    const [left, right] = [tensor([1, 2, 3, 4]), 2];
    const halves = left.split(right);
    ops.aten._foreachAdd_.List(halves, halves.toReversed());
    expect(left.toArray()).toEqual([4, 6, 4, 6]);
  });

  scoped("gradients are those of a copy", () => {
    const gradient = (own: (view: Tensor) => Tensor): unknown => {
      const w = grid().requiresGrad_();
      const y = w.mul(1);
      y.mul_(own(y.narrow(1, 0, 1)));
      y.sum().backward();
      return w.grad!.toArray();
    };
    expect(gradient((view) => view)).toEqual(gradient((view) => view.clone()));
  });

  scoped("two results in one place are refused", () => {
    const place = zeros([]);
    const error = thrown(() => ops.aten.aminmax.out(grid(), { min: place, max: place }));
    expect((error as Error).message).toMatch(/'max': shares memory with 'min', and both are written into/);
  });

  scoped("parts of one tensor that do not meet are apart, whatever their strides", () => {
    const x = grid();
    x.select(1, 0).add_(x.select(1, 2));
    x.narrow(1, 0, 1).add_(x.narrow(1, 1, 1));
    expect(x.toArray()).toEqual([
      [6, 2, 3],
      [15, 5, 6],
    ]);
  });
});
