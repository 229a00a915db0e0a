// @ts-check
// The hand-written surface as the fuzz sees it: every public function, constructor, method, getter and setter, found by
// looking at what the package exports, under a name such as "linalg.qr", "Tensor#add" or "new nn.Linear".
import fc from "fast-check";
import * as torch from "../../../dist/entry.generated.js";
import { hostile as anything, tensorOf } from "./values.mjs";

/** @typedef {import("./spec.d.mts").Spec} Spec */
/** @typedef {(args: unknown[]) => unknown} Run */

/** What is left out, and why. @type {Record<string, string>} */
export const leftOut = {
  ops: "the fuzz of operators has it",
  TorchError: "it is caught, not made",
  setMemoryLimit: "it would lift the limit that keeps the fuzz small",
  setNumThreads: "it would start threads for the calls after it",
  useDeterministicAlgorithms: "it would make the calls after it fail",
  setFlushDenormal: "it would change the numbers of the calls after it",
  "data.DataLoader": "asynchronous, with worker threads: it has robustness tests of its own",
};

// A proxy that claims to be a list of 2³³ elements takes as long to read as such a list; operators refuse proxies unread.
const hostile = anything.filter((spec) => !JSON.stringify(spec).includes("throwingLength"));

/** Keys that options objects have somewhere. */
const optionNames = [
  "dim",
  "keepdim",
  "dtype",
  "device",
  "generator",
  "seed",
  "requiresGrad",
  "correction",
  "p",
  "eps",
  "alpha",
  "beta",
  "weight",
  "bias",
  "reduction",
  "padding",
  "stride",
  "dilation",
  "groups",
  "kernelSize",
  "ceilMode",
  "size",
  "scaleFactor",
  "mode",
  "alignCorners",
  "lr",
  "momentum",
  "betas",
  "weightDecay",
  "foreach",
  "fused",
  "maximize",
  "n",
  "norm",
  "index",
  "src",
  "min",
  "max",
  "value",
  "largest",
  "sorted",
  "descending",
  "stable",
  "right",
  "outInt32",
  "sections",
  "start",
  "end",
  "step",
  "steps",
  "base",
  "memoryFormat",
  "copy",
  "roundingMode",
  "gradOutputs",
  "retainGraph",
  "createGraph",
  "inputs",
  "bidirectional",
  "numLayers",
  "batchFirst",
  "dropout",
  "hidden",
  "training",
  "upper",
  "left",
  "unitriangular",
  "driver",
  "full",
  "rcond",
  "atol",
  "rtol",
  "hermitian",
  "indexing",
  "numClasses",
  "minlength",
  "bins",
  "range",
  "density",
  "replacement",
  "batchSize",
  "drop",
  "shuffle",
  "lrLambda",
  "stepSize",
  "gamma",
  "milestones",
  "tMax",
  "totalSteps",
  "maxLr",
  "patience",
  "enabled",
  "initScale",
  "growthFactor",
  "edgeitems",
  "precision",
  "to",
  "from",
  "std",
  "mean",
  "low",
  "high",
  "return",
  "dims",
  "output",
  "outputSize",
  "accumulate",
  "ignoreIndex",
  "labelSmoothing",
  "margin",
  "delta",
  "embedDim",
  "numHeads",
  "affine",
];

const options = fc
  .dictionary(fc.constantFrom(...optionNames), hostile, { maxKeys: 3 })
  .map((entries) => ({ options: entries }));
const likely = fc.oneof(
  {
    weight: 4,
    arbitrary: tensorOf(
      fc.constantFrom("float32", "float32", "float64", "int64", "bool", "complex64"),
      fc.constantFrom([2, 3], [3], [], [2, 3, 4, 4], [2, 3, 4], [0], [4, 4]),
    ),
  },
  { weight: 2, arbitrary: fc.constantFrom(0, 1, 2, 3, -1, 0.5) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      [2, 3],
      [1],
      [0, 1],
      [
        [1, 2],
        [3, 4],
      ],
      [],
    ),
  },
  { weight: 2, arbitrary: options },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "sum",
      "none",
      "mean",
      "float32",
      "int64",
      "cpu",
      "reflect",
      "ij->ji",
      { x: "function" },
      { u: 1 },
      null,
      true,
    ),
  },
);
const argument = fc.oneof(
  { weight: 3, arbitrary: likely },
  { weight: 2, arbitrary: hostile },
  { weight: 1, arbitrary: options },
);

/** @param {boolean} method @returns {fc.Arbitrary<Spec[]>} */
function argumentsFor(method) {
  const rest = fc.array(argument, { maxLength: 4 });
  if (!method) return rest;
  const self = tensorOf(
    fc.constantFrom("float32", "float32", "float32", "int64", "bool", "complex64", "float16"),
    fc.constantFrom([2, 3], [3], [], [2, 3, 4, 4], [2, 3, 4], [0], [4, 4]),
  );
  return fc.tuple(self, rest).map(([first, others]) => [first, ...others]);
}

/** @type {Map<string, { run: Run, method: boolean }>} */
const targets = new Map();

const isClass = (/** @type {Function} */ value) =>
  /^class\b|\[native code\]/.test(Function.prototype.toString.call(value));

/** @param {string} prefix @param {object} module */
function add(prefix, module) {
  for (const [key, value] of Object.entries(module)) {
    const name = prefix + key;
    if (name in leftOut) continue;
    if (typeof value !== "function") {
      if (typeof value === "object" && value !== null && !Array.isArray(value)) add(`${name}.`, value);
      continue;
    }
    if (!isClass(value)) {
      targets.set(name, { run: (args) => value(...args), method: false });
      continue;
    }
    targets.set(`new ${name}`, { run: (args) => used(Reflect.construct(value, args)), method: false });
    for (const key of Object.getOwnPropertyNames(value)) {
      const member = Reflect.get(value, key);
      if (typeof member === "function" && key !== "prototype")
        targets.set(`${name}.${key}`, { run: (args) => member.apply(value, args), method: false });
    }
  }
}

/** A module or optimiser that could be made is used, too. @param {any} made */
function used(made) {
  if (made instanceof torch.nn.Module && typeof (/** @type {any} */ (made).forward) === "function") {
    return /** @type {any} */ (made).forward(torch.ones([2, 3]));
  }
  if (made instanceof torch.optim.Optimizer) made.step();
  return undefined;
}

/** @param {string} name @param {any} prototype @param {(args: unknown[]) => [any, unknown[]]} receiver */
function addMethods(name, prototype, receiver) {
  for (
    let level = prototype;
    level !== null && level !== Object.prototype;
    level = Object.getPrototypeOf(level)
  ) {
    for (const [key, { value, get, set }] of Object.entries(Object.getOwnPropertyDescriptors(level))) {
      if (key === "constructor") continue;
      const method = name === "Tensor";
      if (typeof value === "function") {
        targets.set(`${name}#${key}`, {
          run: (args) => {
            const [self, rest] = receiver(args);
            return value.apply(self, rest);
          },
          method,
        });
      }
      if (get) targets.set(`${name}#get ${key}`, { run: (args) => get.call(receiver(args)[0]), method });
      if (set)
        targets.set(`${name}#set ${key}`, {
          run: (args) => {
            const [self, rest] = receiver(args);
            set.call(self, rest[0]);
          },
          method,
        });
    }
  }
}

add("", torch);
addMethods("Tensor", torch.Tensor.prototype, ([self, ...rest]) => [self, rest]);
addMethods("Generator", torch.Generator.prototype, (args) => [torch.Generator.create({ seed: 1 }), args]);
addMethods("Module", torch.nn.Linear.prototype, (args) => [new torch.nn.Linear(3, 2), args]);
addMethods("Optimizer", torch.optim.Adam.prototype, (args) => [
  new torch.optim.Adam([torch.ones([2]).requiresGrad_()]),
  args,
]);
addMethods("GradScaler", torch.amp.GradScaler.prototype, (args) => [new torch.amp.GradScaler(), args]);

/** Callbacks that return something wrong, and functions of several steps. @type {Record<string, Run>} */
const composed = {
  "customFunction, forward": ([result, x]) =>
    /** @type {any} */ (
      torch.customFunction({ forward: () => /** @type {any} */ (result), backward: () => null })
    )(x),
  "customFunction, backward": ([result]) =>
    torch
      .customFunction({ forward: (_, x) => x.mul(2), backward: () => /** @type {any} */ (result) })(
        torch.ones([2]).requiresGrad_(),
      )
      .at(0)
      ?.sum()
      .backward(),
  "customFunction, saved": ([saved]) =>
    torch.customFunction({
      forward(context, x) {
        context.saveForBackward(/** @type {any} */ (saved));
        context.markDirty(/** @type {any} */ (saved));
        context.markNonDifferentiable(/** @type {any} */ (saved));
        return x.mul(2);
      },
      backward: () => null,
    })(torch.ones([2]).requiresGrad_()),
  "a hook's result": ([result]) => {
    const x = torch.ones([2]).requiresGrad_();
    x.registerHook(() => /** @type {any} */ (result));
    x.mul(2).sum().backward();
  },
  "an optimiser's gradient": ([gradient]) => {
    const x = torch.ones([2]).requiresGrad_();
    x.grad = /** @type {any} */ (gradient);
    new torch.optim.Adam([x]).step();
  },
  "a checkpointed result": ([result]) =>
    /** @type {any} */ (torch.checkpoint)(() => result, torch.ones([2]).requiresGrad_()),
  "an index": ([...indices]) => torch.ones([2, 3]).at(.../** @type {any} */ (indices)),
  "a loss and its gradient": ([x, y]) =>
    torch.nn.functional.mseLoss(/** @type {any} */ (x), /** @type {any} */ (y)).backward(),
  "jvp of a callback": ([result, tangent]) =>
    torch.jvp(() => /** @type {any} */ (result), [torch.ones([2])], [/** @type {any} */ (tangent)]),
  "vjp of a callback": ([result, cotangent]) =>
    torch.vjp(() => /** @type {any} */ (result), [torch.ones([2])], /** @type {any} */ (cotangent)),
};
for (const [name, run] of Object.entries(composed)) targets.set(name, { run, method: false });

/** Names of everything that is fuzzed, sorted. */
export const surface = [...targets.keys()].sort();

/** @param {string} name */
export function target(name) {
  const found = targets.get(name);
  if (found === undefined) throw new Error(`no such target: ${name}`);
  return { run: found.run, arguments: argumentsFor(found.method) };
}
