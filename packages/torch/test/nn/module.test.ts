// Module: what it finds in its fields, and what it does to them.
import { liveTensors, nn, ones, randn, scope, type Tensor } from "@throughline/torch";
import { describe, expect, test } from "vitest";
import "@throughline/testing/close";
import { checkLeaks } from "@throughline/testing/leaks";
import { Net } from "./net.js";

checkLeaks();

/** Runs a test with a new model, which is disposed at the end. */
function withNet(body: (net: Net) => void): () => void {
  return () =>
    scope(() => {
      using net = new Net();
      body(net);
    });
}

const parameterNames = [
  "scale",
  "hidden.weight",
  "hidden.bias",
  "blocks.0.weight",
  "blocks.0.bias",
  "blocks.1.weight",
  "blocks.1.bias",
  "heads.a.weight",
  "heads.a.bias",
  "heads.b.weight",
];
const names = (entries: readonly (readonly [string, unknown])[]) => entries.map(([name]) => name);

describe("members", () => {
  test(
    "parameters come with their paths, a module's own first",
    withNet((net) => {
      expect(names(net.namedParameters())).toEqual(parameterNames);
      expect(names(net.namedParameters({ recurse: false }))).toEqual(["scale"]);
      expect(net.parameters()[0]).toBe(net.scale);
    }),
  );

  test(
    "buffers, children and modules",
    withNet((net) => {
      expect(names(net.namedBuffers())).toEqual(["seen", "scratch"]);
      expect(net.buffers()).toEqual([net.seen, net.scratch]);
      expect(names(net.namedChildren())).toEqual(["hidden", "blocks", "heads"]);
      expect(net.children()).toEqual([net.hidden, net.blocks, net.heads]);
      const paths = ["", "hidden", "blocks", "blocks.0", "blocks.1", "heads", "heads.a", "heads.b"];
      expect(names(net.namedModules())).toEqual(paths);
      expect(net.modules()[0]).toBe(net);
    }),
  );

  test(
    "a shared parameter is found once, but is in the state dict under both names",
    withNet((net) => {
      const own = net.blocks.at(1).weight;
      net.blocks.at(1).weight = net.blocks.at(0).weight;
      own.dispose();
      expect(names(net.namedParameters())).not.toContain("blocks.1.weight");
      expect(net.stateDict()["blocks.1.weight"]).toBeClose(net.blocks.at(0).weight);
    }),
  );

  test("a module in two places is visited once", () => {
    scope(() => {
      using shared = new nn.Linear(2, 2);
      const twice = new nn.Sequential(shared, shared);
      expect(twice.modules()).toEqual([twice, shared]);
      expect(twice.parameters()).toHaveLength(2);
      expect(Object.keys(twice.stateDict())).toEqual(["0.weight", "0.bias", "1.weight", "1.bias"]);
    });
  });

  test("a plain array of modules is refused, since its parameters would be missed", () => {
    class Careless extends nn.Module {
      layers = [new nn.Identity()];
      forward = (x: Tensor) => x;
    }
    const message =
      "Careless: the field 'layers' is an array of modules or parameters, which would not be found; " +
      "wrap it: new ModuleList([...]) or new ParameterList([...])";
    expect(() => new Careless().parameters()).toThrow(message);
  });

  test("a plain tensor is neither parameter nor buffer", () => {
    class Plain extends nn.Module {
      constant = ones([1]);
      forward = (x: Tensor) => x;
    }
    scope(() => {
      const plain = new Plain();
      expect([plain.parameters(), plain.buffers(), Object.keys(plain.stateDict())]).toEqual([[], [], []]);
    });
  });
});

describe("lifetime", () => {
  test("parameters and buffers outlive the scope they were made in, until dispose", () => {
    const before = liveTensors();
    const net = scope(() => new Net());
    expect(liveTensors()).toBe(before + parameterNames.length + 2);
    expect(net.hidden.weight.isDisposed).toBe(false);
    net.dispose();
    expect(liveTensors()).toBe(before);
  });

  test("a parameter shares its tensor's memory, is a leaf and requires gradients unless told otherwise", () => {
    scope(() => {
      const data = ones([2]);
      const learned = new nn.Parameter(data);
      const frozen = new nn.Parameter(data, { requiresGrad: false });
      expect(learned.dataPointer).toBe(data.dataPointer);
      expect([learned.isLeaf, learned.requiresGrad, frozen.requiresGrad]).toEqual([true, true, false]);
      learned.dispose();
      frozen.dispose();
    });
  });

  test("a parameter of a dtype without gradients is refused, and leaves nothing behind", () => {
    scope(() => {
      const whole = ones([1], { dtype: "int64" });
      const before = liveTensors();
      expect(() => scope(() => new nn.Parameter(whole))).toThrow(/floating point and complex/);
      expect(liveTensors()).toBe(before);
    });
  });

  test(
    "a thousand training steps leave nothing behind",
    withNet((net) => {
      const x = randn([2, 3]);
      const step = () =>
        scope(() => {
          net.zeroGrad();
          net.forward(x).sum().backward();
        });
      step();
      const before = liveTensors();
      for (let i = 0; i < 1000; i++) step();
      expect(liveTensors()).toBe(before);
    }),
  );
});

describe("modes and gradients", () => {
  test(
    "train and eval reach every module and return the module",
    withNet((net) => {
      expect(net.training).toBe(true);
      expect(net.eval()).toBe(net);
      expect(net.modules().map((module) => module.training)).not.toContain(true);
      expect(net.train().heads.get("b").training).toBe(true);
    }),
  );

  test(
    "evaluating puts every module's own mode back, also after an error",
    withNet((net) => {
      net.blocks.eval();
      const modes = () => net.modules().map((module) => module.training);
      const before = modes();
      expect(new Set(before)).toEqual(new Set([true, false]));
      expect(net.evaluating(() => modes().includes(true))).toBe(false);
      expect(modes()).toEqual(before);
      const failing = (): never => net.evaluating(() => expect.unreachable("thrown"));
      expect(failing).toThrow("thrown");
      expect(modes()).toEqual(before);
      expect(() => net.evaluating(async () => 1)).toThrow(
        expect.objectContaining({ code: "torch/async-mode" }),
      );
      expect(modes()).toEqual(before);
    }),
  );

  test(
    "a frozen part gets no gradients and passes them on",
    withNet((net) => {
      net.blocks.requiresGrad_(false);
      net
        .forward(ones([1, 3]))
        .sum()
        .backward();
      expect(net.blocks.at(0).weight.grad).toBeNull();
      expect(net.hidden.weight.grad?.shape).toEqual([4, 3]);
      net.blocks.requiresGrad_();
      expect(net.parameters().every((parameter) => parameter.requiresGrad)).toBe(true);
    }),
  );

  test(
    "zeroGrad drops gradients, or fills them with zeros",
    withNet((net) => {
      net
        .forward(ones([1, 3]))
        .sum()
        .backward();
      net.zeroGrad({ setToNone: false });
      expect(net.hidden.bias!.grad).toBeClose([0, 0, 0, 0]);
      expect(net.heads.get("b").weight.grad).toBeNull();
      net.zeroGrad();
      expect(net.hidden.bias!.grad).toBeNull();
    }),
  );

  test(
    "apply visits children before their parent",
    withNet((net) => {
      const visited: string[] = [];
      expect(net.apply((module) => visited.push(module.constructor.name))).toBe(net);
      const expected = ["Linear", "Linear", "Linear", "ModuleList", "Linear", "Linear", "ModuleDict", "Net"];
      expect(visited).toEqual(expected);
    }),
  );
});
