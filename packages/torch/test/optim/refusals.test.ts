// What optimisers refuse, and how they say it.
import { ones, optim, type Tensor, zeros } from "@throughline/torch";
import { describe, expect, test } from "vitest";

const a = zeros([3, 4]).requiresGrad_();
const b = zeros([5]).requiresGrad_();
const wrong = <T>(value: unknown): T => value as T;

describe("parameters and options", () => {
  const gone = zeros([1]);
  gone.dispose();
  const table: [string, () => unknown, string | RegExp][] = [
    ["no parameters", () => new optim.Adam([]), "Adam: the list of parameters is empty; give at least one"],
    [
      "one tensor",
      () => new optim.SGD(wrong(a)),
      "SGD: params is f32[3,4]; give a list of tensors, such as [...module.parameters()]",
    ],
    ["a module's promise", () => new optim.SGD(wrong(Promise.resolve())), /params is a Promise; give a list/],
    ["no tensor", () => new optim.SGD(wrong([a, 3])), "SGD: parameter 1 is 3, not a tensor"],
    [
      "no leaf",
      () => new optim.SGD([a.mul(2)]),
      /^SGD: parameter 0, f32\[3,4\], is the result of MulBackward\d; only leaves can be optimised$/,
    ],
    [
      "twice",
      () => new optim.SGD([a, b, a]),
      "SGD: parameter 2, f32[3,4], is already parameter 0 of the same group",
    ],
    [
      "in two groups",
      () => new optim.SGD([{ params: [a] }, { params: [b, a] }]),
      "SGD: parameter 1, f32[3,4], is already in group 0",
    ],
    ["disposed", () => new optim.SGD([gone]), "SGD: parameter 0 is disposed"],
    [
      "several at once",
      () => new optim.SGD(wrong([gone, null, b.neg()])),
      /^SGD: parameter 0 is disposed; parameter 1 is null, not a tensor; parameter 2, .* only leaves/,
    ],
    [
      "a group without params",
      () => new optim.SGD(wrong([{ params: a }, { lr: 1 }])),
      "SGD: group 1 is a Object; a group is an object with params and options",
    ],
    [
      "range",
      () => new optim.Adam([a], { lr: -1, betas: [0.9, 1] }),
      "Adam: lr is -1, accepted: a number of at least 0; betas is [0.9, 1], accepted: two numbers from 0 up to but not 1",
    ],
    [
      "type",
      () => new optim.Adam([a], { amsgrad: wrong(1), eps: Number.NaN }),
      "Adam: eps is NaN, accepted: a number of at least 0; amsgrad is 1, accepted: true or false",
    ],
    ["no options", () => new optim.Adam([a], wrong(null)), "Adam: the options are null, accepted: an object"],
    [
      "PyTorch's spelling",
      () => new optim.AdamW([a], wrong({ weight_decay: 1 })),
      "AdamW: there is no option weight_decay; did you mean weightDecay?",
    ],
    [
      "another name",
      () => new optim.RMSprop([a], wrong({ learningRate: 1 })),
      "RMSprop: there is no option learningRate; did you mean lr?",
    ],
    [
      "no such thing",
      () => new optim.SGD([a], wrong({ fused: true })),
      "SGD: there is no option fused; there are lr, momentum, dampening, weightDecay, nesterov, maximize",
    ],
    ["in a group", () => new optim.SGD([{ params: a, momentun: 1 } as never]), /did you mean momentum\?/],
    [
      "nesterov",
      () => new optim.SGD([a], { nesterov: true }),
      "SGD: nesterov needs momentum above 0 and dampening 0, given 0 and 0",
    ],
    [
      "Adadelta's rho",
      () => new optim.Adadelta([a], { rho: 2 }),
      "Adadelta: rho is 2, accepted: a number from 0 to 1",
    ],
  ];
  test.each(table)("%s", (_, run, message) => {
    expect(run).toThrow(message);
  });

  test("an added group", () => {
    const optimizer = new optim.SGD([a], { lr: 0.5 });
    expect(() => optimizer.addParamGroup({ params: a })).toThrow(/is already in group 0/);
    optimizer.addParamGroup({ params: b, momentum: 0.9 });
    expect(optimizer.paramGroups[1]).toMatchObject({ lr: 0.5, momentum: 0.9 });
    optimizer.addParamGroup({ params: [] });
    expect(optimizer.paramGroups).toHaveLength(3);
  });

  test("undefined stands for the default", () => {
    expect(new optim.Adam([a], { lr: undefined }).defaults.lr).toBe(1e-3);
  });
});

describe("state dicts", () => {
  const saved = (make: (params: Tensor[]) => optim.Optimizer): optim.OptimizerState => {
    const params = [zeros([3, 4]).requiresGrad_(), zeros([5]).requiresGrad_()];
    const optimizer = make(params);
    for (const param of params) param.grad = ones(param.shape);
    optimizer.step();
    return optimizer.stateDict();
  };
  const adam = (): optim.Adam => new optim.Adam([a, b]);

  test("of another optimiser", () => {
    const state = saved((params) => new optim.SGD(params, { momentum: 0.9 }));
    expect(() => adam().loadStateDict(state)).toThrow(
      [
        "11 problems in the state of Adam:",
        "  param_groups.0: Adam has no option momentum",
        "  param_groups.0: Adam has no option dampening",
        "  param_groups.0: Adam has no option nesterov",
        "  state.0.momentum_buffer: unknown; Adam keeps step, exp_avg, exp_avg_sq, max_exp_avg_sq",
        "  state.0.step: missing",
      ].join("\n"),
    );
  });

  test("of Adam, given to AdamW, whose decay is always decoupled", () => {
    const state = saved((params) => new optim.Adam(params));
    expect(() => new optim.AdamW([a, b]).loadStateDict(state)).toThrow(
      "1 problem in the state of AdamW:\n  param_groups.0: decoupled_weight_decay is false, accepted: true",
    );
  });

  test("shapes, values, places: all at once, and nothing has changed", () => {
    const state = saved((params) => new optim.Adam(params));
    const optimizer = adam();
    const before = JSON.stringify(optimizer.stateDict());
    const [first] = state.param_groups;
    const broken = {
      state: { ...state.state, 1: { ...state.state[1], exp_avg: zeros([4]), step: zeros([2]) }, 7: {} },
      param_groups: [{ ...first, lr: -1, betas: [0.9], color: "red" }],
    };
    expect(() => optimizer.loadStateDict(broken as optim.OptimizerState)).toThrow(
      [
        "5 problems in the state of Adam:",
        "  param_groups.0: lr is -1, accepted: a number of at least 0",
        "  param_groups.0: betas is [0.9], accepted: two numbers from 0 up to but not 1",
        "  param_groups.0: Adam has no option color",
        "  state.1.step: given f32[2], accepted: one number",
        "  state.1.exp_avg: given f32[4], the parameter is f32[5]",
      ].join("\n"),
    );
    expect(JSON.stringify(optimizer.stateDict())).toBe(before);
    const misplaced = { ...state, state: { 7: {} } } as optim.OptimizerState;
    expect(() => optimizer.loadStateDict(misplaced)).toThrow("state.7: no parameter has this number");
  });

  test("groups that do not match", () => {
    const state = saved((params) => new optim.Adam(params.map((param) => ({ params: param }))));
    expect(() => adam().loadStateDict(state)).toThrow(
      "2 problems in the state of Adam:\n  param_groups: 2 given, 1 here\n  param_groups.0.params: 1 parameters given, 2 here",
    );
  });

  test("something else", () => {
    for (const value of [null, 3, "state", [], {}, { state: 3, param_groups: [] }, { state: {} }]) {
      expect(() => adam().loadStateDict(wrong(value))).toThrow(/not an object with state and param_groups/);
    }
    expect(() => adam().loadStateDict(wrong({ state: {}, param_groups: [7] }))).toThrow(
      "param_groups.0.params: missing",
    );
  });

  test("as PyTorch writes it: numbered by Maps, steps as numbers, choices of kernels, fewer options", () => {
    const optimizer = adam();
    const moments = { exp_avg: ones([3, 4], { dtype: "float64" }), exp_avg_sq: ones([3, 4]) };
    optimizer.loadStateDict({
      state: new Map([[4, { step: 3, ...moments }]]),
      param_groups: [{ lr: 0.25, betas: [0.5, 0.75], foreach: true, fused: true, params: [4, 9] }],
    });
    const { state, param_groups: groups } = optimizer.stateDict();
    expect(groups[0]).toMatchObject({ lr: 0.25, betas: [0.5, 0.75], eps: 1e-8, fused: null, params: [0, 1] });
    expect([state[0]!.step!.item(), state[0]!.exp_avg!.dtype, state[1]]).toEqual([3, "float32", undefined]);
  });

  test("SGD without a buffer yet", () => {
    const optimizer = new optim.SGD([a, b], { momentum: 0.9 });
    const { param_groups: groups } = optimizer.stateDict();
    optimizer.loadStateDict({ state: { 0: { momentum_buffer: null } }, param_groups: groups } as never);
    expect(optimizer.stateDict().state).toEqual({});
  });
});

describe("clipping", () => {
  const param = zeros([2]).requiresGrad_();
  param.grad = ones([2]).mul(Number.POSITIVE_INFINITY);
  const table: [string, () => unknown, string][] = [
    [
      "norm",
      () => optim.clipGradNorm_([param], Number.NaN),
      "clipGradNorm_: maxNorm is NaN, accepted: a number",
    ],
    [
      "type",
      () => optim.clipGradNorm_([param], 1, { normType: wrong("inf") }),
      'clipGradNorm_: normType is "inf", accepted: a number',
    ],
    [
      "value",
      () => optim.clipGradValue_([param], wrong(undefined)),
      "clipGradValue_: clipValue is undefined, accepted: a number",
    ],
    ["parameters", () => optim.clipGradValue_(wrong([null]), 1), "clipGradValue_: null is not a tensor"],
    [
      "nonfinite",
      () => optim.clipGradNorm_(param, 1, { errorIfNonfinite: true }),
      "clipGradNorm_: the norm (p = 2) of the gradients is Infinity, so they cannot be clipped",
    ],
  ];
  test.each(table)("%s", (_, run, message) => {
    expect(run).toThrow(message);
    expect(param.grad!.toArray()).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
  });

  test("without gradients the norm is 0", () => {
    expect(optim.clipGradNorm_([zeros([3])], 1).item()).toBe(0);
    expect(optim.clipGradNorm_([], 1).item()).toBe(0);
    optim.clipGradValue_([], 1);
  });
});
