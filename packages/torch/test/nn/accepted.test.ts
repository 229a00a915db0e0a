// What PyTorch takes and what it refuses, where this package once differed.

import { checkLeaks } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";
import {
  linalg,
  linspace,
  logspace,
  nn,
  noGrad,
  ones,
  optim,
  randn,
  scope,
  type Tensor,
  TorchError,
  tensor,
  zeros,
} from "@throughline/torch";
import { describe, expect, test } from "vitest";

checkLeaks();

const F = nn.functional;
const int = (values: number | number[]): Tensor => tensor(values, { dtype: "int64" });

// Layers outlive their scope.
const layers: nn.AnyModule[] = [];
const kept = <M extends nn.AnyModule>(layer: M): M => {
  layers.push(layer);
  return layer;
};
const disposeLayers = (): void => {
  for (const layer of layers.splice(0)) layer.dispose();
};

describe("refused", () => {
  const cases: Record<string, [() => unknown, string]> = {
    "no margin": [
      () => new nn.TripletMarginLoss({ margin: 0 }),
      "TripletMarginLoss: margin is 0, accepted: a number above 0",
    ],
    "a margin below 0": [
      () => F.tripletMarginLoss(ones([1, 2]), ones([1, 2]), ones([1, 2]), { margin: -1 }),
      "tripletMarginLoss: margin is -1, accepted: a number above 0",
    ],
    "ends of hardtanh": [
      () => F.hardtanh(ones([1]), { minVal: 1, maxVal: -1 }),
      "hardtanh: minVal 1 is above maxVal -1",
    ],
    "ends of Hardtanh": [
      () => new nn.Hardtanh({ minVal: 1, maxVal: 1 }),
      "Hardtanh: minVal 1 must be below maxVal 1",
    ],
    "one tensor as an LSTM's state": [
      () => kept(new nn.LSTM(1, 2)).forward(ones([3, 1, 1]), ones([1, 1, 2]) as unknown as nn.LstmState),
      "LSTM: expects its state as a pair [h, c] of tensors, got f32[1,1,2]",
    ],
    "one tensor as an LSTMCell's state": [
      () => kept(new nn.LSTMCell(1, 2)).forward(ones([3, 1]), ones([3, 2]) as unknown as nn.LstmState),
      "LSTMCell: expects its state as a pair [h, c] of tensors, got f32[3,2]",
    ],
    "a list as a GRU's state": [
      () => kept(new nn.GRU(1, 2)).forward(ones([3, 1, 1]), [ones([1, 1, 2])] as unknown as Tensor),
      "GRU: expects a state as a Tensor, got [f32[1,1,2]]",
    ],
  };
  for (const [name, [body, text]] of Object.entries(cases)) {
    scoped(name, () => {
      expect(body).toThrow(TorchError);
      expect(body).toThrow(text);
      disposeLayers();
    });
  }
});

describe("accepted", () => {
  scoped("pad of bool with a bool", () =>
    expect(F.pad(tensor([false, false]), [1, 2], { value: true }).toArray()).toEqual([
      true,
      false,
      false,
      true,
      true,
    ]),
  );

  scoped("ctcLoss with lengths as tensors, or one of them", () => {
    const logProbs = F.logSoftmax(randn([6, 2, 4]), -1);
    const targets = int([1, 2, 3, 1]).view([2, 2]);
    const expected = F.ctcLoss(logProbs, targets, [6, 5], [2, 1]).item();
    const pairs: [nn.functional.CtcLengths, nn.functional.CtcLengths][] = [
      [int([6, 5]), int([2, 1])],
      [int([6, 5]), [2, 1]],
      [[6, 5], int([2, 1])],
    ];
    for (const [inputs, lengths] of pairs) {
      expect(F.ctcLoss(logProbs, targets, inputs, lengths).item()).toBe(expected);
      expect(new nn.CTCLoss().forward(logProbs, targets, inputs, lengths).item()).toBe(expected);
    }
  });

  scoped("a tensor where a number stands", () => {
    const points = [0, 0.25, 0.5, 0.75, 1];
    const [zero, one] = [tensor(0), tensor(1)];
    for (const [start, end] of [
      [zero, one],
      [0, one],
      [zero, 1],
    ] as const) {
      expect(linspace(start, end, 5).toArray()).toEqual(points);
      expect(logspace(start, end, 5, { base: 2 }).log2().allclose(tensor(points))).toBe(true);
    }
    const x = tensor([1, 2, 3, 4, 5]);
    expect(x.narrow(0, int(1), 2).toArray()).toEqual([2, 3]);
    expect(x.tensorSplit(int(2)).map((part) => part.toArray())).toEqual([
      [1, 2, 3],
      [4, 5],
    ]);
    expect(x.tensorSplit(int([1, 4])).map((part) => part.toArray())).toEqual([[1], [2, 3, 4], [5]]);
    const matrices = tensor([
      [
        [1, 0],
        [0, 0.1],
      ],
      [
        [1, 0],
        [0, 0.1],
      ],
    ]);
    const rtol = tensor([0.01, 0.5]);
    expect(linalg.matrixRank(matrices, { rtol }).toArray()).toEqual([2, 1]);
    expect(linalg.matrixRank(matrices, { atol: tensor([0.5, 0.01]), rtol: 0 }).toArray()).toEqual([1, 2]);
    const inverse = linalg.pinv(matrices, { rtol });
    expect(inverse.select(0, 0).toArray()).toEqual(
      linalg.pinv(matrices.select(0, 0), { rtol: 0.01 }).toArray(),
    );
    expect(inverse.select(0, 1).toArray()).toEqual([
      [1, 0],
      [0, 0],
    ]);
  });

  scoped("a memory format for the conversions named after a dtype", () => {
    const x = zeros([2, 3, 4, 5]);
    for (const name of [
      "double",
      "float",
      "half",
      "bfloat16",
      "long",
      "int",
      "short",
      "byte",
      "bool",
    ] as const) {
      const y = x[name]({ memoryFormat: "channels_last" });
      expect(y.isContiguous("channels_last"), name).toBe(true);
      expect(x[name]().isContiguous("channels_last"), name).toBe(false);
      expect(y.dtype, name).toBe(x[name]().dtype);
    }
  });

  scoped("in place: addbmm_, addr_, floatPower_, indexReduce_, mvlgamma_, polygamma_", () => {
    const [batch1, batch2] = [randn([3, 2, 4]), randn([3, 4, 2])];
    const x = tensor([
      [1.5, 2.5],
      [3.5, 4.5],
    ]).double();
    const b = [batch1.double(), batch2.double()] as const;
    const v = tensor([1, 2]).double();
    const pairs: [(y: Tensor) => Tensor, (y: Tensor) => Tensor][] = [
      [(y) => y.addbmm(...b, { beta: 2 }), (y) => y.addbmm_(...b, { beta: 2 })],
      [(y) => y.addr(v, v, { alpha: 3 }), (y) => y.addr_(v, v, { alpha: 3 })],
      [(y) => y.floatPower(3), (y) => y.floatPower_(3)],
      [(y) => y.floatPower(v), (y) => y.floatPower_(v)],
      [(y) => y.indexReduce(0, int([0, 0]), x, "prod"), (y) => y.indexReduce_(0, int([0, 0]), x, "prod")],
      [(y) => y.mvlgamma(2), (y) => y.mvlgamma_(2)],
      [(y) => y.polygamma(1), (y) => y.polygamma_(1)],
    ];
    for (const [functional, inPlace] of pairs) {
      const y = x.clone();
      expect(inPlace(y)).toBe(y);
      expect(y.toArray()).toEqual(functional(x).toArray());
    }
  });

  scoped("the state that PyTorch writes for a OneCycleLR without momentum", () => {
    const make = (): [optim.SGD, optim.lrScheduler.OneCycleLR] => {
      const sgd = new optim.SGD([zeros([1])], { lr: 0.1 });
      return [sgd, new optim.lrScheduler.OneCycleLR(sgd, 1, { totalSteps: 10, cycleMomentum: false })];
    };
    const [sgd, schedule] = make();
    for (let step = 0; step < 4; step++) schedule.step();
    const { use_beta1: _, ...state } = schedule.stateDict() as Record<string, unknown>;
    const [other, resumed] = make();
    other.loadStateDict(sgd.stateDict());
    resumed.loadStateDict(state);
    for (let step = 0; step < 5; step++) {
      schedule.step();
      resumed.step();
      expect(resumed.getLastLr()).toEqual(schedule.getLastLr());
    }
    expect(() => resumed.loadStateDict({ ...state, cycle_momentum: true })).toThrow("use_beta1: missing");
  });
});

describe("objects with a method called next", () => {
  const cells = { RNNCell: nn.RNNCell, GRUCell: nn.GRUCell, LSTMCell: nn.LSTMCell };
  for (const [name, Cell] of Object.entries(cells)) {
    test(`${name} is cloned, made in a scope and without gradients`, () => {
      for (const make of [
        () => kept(new Cell(2, 3)).clone(),
        () => scope(() => new Cell(2, 3)),
        () => noGrad(() => new Cell(2, 3)),
      ]) {
        const cell = make();
        expect(cell).toBeInstanceOf(Cell);
        expect(cell.weight_ih.isDisposed).toBe(false);
        cell.dispose();
      }
      disposeLayers();
    });
  }

  test("what has yet to run is still refused", async () => {
    const deferred: Record<string, () => unknown> = {
      "an asynchronous function": async () => 1,
      "a generator": function* () {
        yield 1;
      },
      "an asynchronous generator": async function* () {
        yield 1;
      },
      "an iterator": () => [1].values(),
      // biome-ignore lint/suspicious/noThenProperty: that is what is tested
      "a thenable": () => ({ then: (done: (value: number) => void) => done(1) }),
    };
    for (const [name, body] of Object.entries(deferred)) {
      expect(() => scope(body), name).toThrow(expect.objectContaining({ code: "torch/async-scope" }));
      expect(() => noGrad(body), name).toThrow(expect.objectContaining({ code: "torch/async-mode" }));
    }
  });

  test("a result that cannot be read is refused in one sentence, or left alone", () => {
    const boom = (): never => {
      throw new Error("boom");
    };
    const unreadable: Record<string, object> = {
      "a getter of its own": Object.defineProperty({}, "next", { get: boom, enumerable: true }),
      "an iterable with one": Object.defineProperty({ [Symbol.iterator]: boom }, "next", {
        get: boom,
        enumerable: true,
      }),
      "a proxy of a list": new Proxy([1], {
        get: (list, key) => (key === "0" ? boom() : Reflect.get(list, key)),
      }),
      "a proxy without a prototype": new Proxy({ a: 1 }, { getPrototypeOf: boom, get: boom }),
      "a thing inside a list": [Object.defineProperty({}, "next", { get: boom, enumerable: true })] as object,
    };
    for (const [name, result] of Object.entries(unreadable))
      expect(() => scope(() => result), name).toThrow(
        expect.objectContaining({
          code: "torch/argument",
          message: expect.stringMatching(/^scope: cannot look for tensors in .*: reading it threw boom$/),
        }),
      );
    let reads = 0;
    class Cell {
      get next(): never {
        reads++;
        return boom();
      }
    }
    const cell = new Cell();
    expect(scope(() => cell)).toBe(cell);
    expect(noGrad(() => cell)).toBe(cell);
    expect(reads).toBe(0);
  });
});
