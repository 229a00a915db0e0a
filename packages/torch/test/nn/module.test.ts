// Module: what it finds in its fields, and what it does to them.
import { inspect } from "node:util";
import {
  liveTensors,
  manualSeed,
  nn,
  ones,
  rand,
  randn,
  scope,
  type Tensor,
  TorchError,
  zeros,
} from "@throughline/torch";
import { describe, expect, test } from "vitest";
import "../support/close.js";
import { checkLeaks } from "../support/leaks.js";

checkLeaks();

/** A model with every kind of member, in an order of its own. */
class Net extends nn.Module {
  hidden = new nn.Linear(3, 4);
  scale = new nn.Parameter(ones([4]));
  offset: nn.Parameter | null = null;
  seen = new nn.Buffer(zeros([1]));
  scratch = new nn.Buffer(zeros([2]), { persistent: false });
  blocks = new nn.ModuleList([new nn.Linear(4, 4), new nn.Linear(4, 4)]);
  heads = new nn.ModuleDict({ a: new nn.Linear(4, 1), b: new nn.Linear(4, 2, { bias: false }) });
  readonly title = "net";
  readonly sizes = [1, 2];

  forward(x: Tensor): Tensor {
    let y = this.hidden.forward(x).mul(this.scale);
    for (const block of this.blocks) y = block.forward(y);
    return this.heads.get("a").forward(y);
  }
}

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

describe("to", () => {
  test("converts in place: the same objects, gradients too; integers keep their dtype", () => {
    scope(() => {
      using net = new nn.Sequential(new nn.Linear(2, 3), new nn.BatchNorm1d(3));
      const { weight } = net.layers[0];
      const before = weight.toArray();
      net
        .forward(randn([4, 2]))
        .sum()
        .backward();
      expect(net.to({ dtype: "float64" })).toBe(net);
      expect(net.layers[0].weight).toBe(weight);
      expect([weight.dtype, weight.grad?.dtype, weight.isLeaf, weight.requiresGrad]).toEqual([
        "float64",
        "float64",
        true,
        true,
      ]);
      expect(weight.toArray()).toEqual(before);
      expect(net.layers[1].running_mean?.dtype).toBe("float64");
      expect(net.layers[1].num_batches_tracked?.dtype).toBe("int64");
      net
        .forward(randn([4, 2], { dtype: "float64" }))
        .sum()
        .backward();
    });
  });

  test("memoryFormat changes the order in memory of convolutions' weights alone", () => {
    scope(() => {
      using net = new nn.Sequential(new nn.Conv2d(3, 8, 3), new nn.Flatten(), new nn.Linear(8, 2));
      net.to({ memoryFormat: "channels_last" });
      expect(net.layers[0].weight.isContiguous("channels_last")).toBe(true);
      expect(net.layers[0].weight.isContiguous()).toBe(false);
      expect(net.layers[2].weight.isContiguous()).toBe(true);
    });
  });

  test(
    "a dtype that is neither floating nor complex is refused",
    withNet((net) => {
      expect(() => net.to({ dtype: "int64" })).toThrow(
        "to: a module's dtype must be floating or complex, got int64",
      );
    }),
  );
});

describe("clone", () => {
  test("copies tensors, keeps sharing, draws no random numbers", () => {
    scope(() => {
      using net = new Net();
      net.blocks.items.pop()?.dispose();
      net.blocks.append(net.blocks.at(0));
      net.scale.requiresGrad = false;
      net.eval();
      manualSeed(3);
      using copy = net.clone();
      const drawn = rand([1]);
      manualSeed(3);
      expect(drawn).toBeClose(rand([1]));
      expect(copy).toBeInstanceOf(Net);
      expect(copy.blocks.at(1)).toBe(copy.blocks.at(0));
      expect([copy.training, copy.scale.requiresGrad, copy.scratch.persistent]).toEqual([
        false,
        false,
        false,
      ]);
      expect(copy.hidden.weight).toBeClose(net.hidden.weight);
      expect(copy.hidden.weight.dataPointer).not.toBe(net.hidden.weight.dataPointer);
      expect(Object.keys(copy.stateDict())).toEqual(Object.keys(net.stateDict()));
    });
  });

  test("a recurrent layer's copy uses its own weights", () => {
    scope(() => {
      using gru = new nn.GRU(2, 3);
      using copy = gru.clone();
      nn.init.zeros_(copy.weight_ih_l0!);
      nn.init.zeros_(copy.weight_hh_l0!);
      for (const bias of [copy.bias_ih_l0!, copy.bias_hh_l0!]) nn.init.zeros_(bias);
      expect(copy.forward(ones([2, 1, 2]))[0]).toBeClose(zeros([2, 1, 3]));
      expect(gru.forward(ones([2, 1, 2]))[0]).not.toBeClose(zeros([2, 1, 3]));
    });
  });
});

describe("containers", () => {
  test("ModuleList", () => {
    const list = new nn.ModuleList([new nn.ReLU()]);
    const added = new nn.ReLU();
    expect(list.append(added).length).toBe(2);
    expect(list.at(-1)).toBe(added);
    expect([...list]).toEqual(list.items);
    expect(() => list.at(2)).toThrow("ModuleList: has 2 modules, none at 2");
    expect(() => list.forward()).toThrow("ModuleList: has no forward; call the modules in it");
  });

  test("ModuleDict", () => {
    const dict = new nn.ModuleDict({ relu: new nn.ReLU() });
    expect(() => dict.get("toString" as "relu")).toThrow('ModuleDict: has no "toString", only relu');
    expect(() => dict.forward()).toThrow(TorchError);
  });

  test("ParameterList", () => {
    using list = scope(() => new nn.ParameterList([new nn.Parameter(ones([2]))]));
    expect(names(list.namedParameters())).toEqual(["0"]);
    expect(list.at(0)).toBe([...list][0]);
    expect(list.length).toBe(1);
    expect(() => list.at(1)).toThrow("ParameterList: has 1 parameters, none at 1");
    expect(() => list.forward()).toThrow(TorchError);
  });

  test("Sequential hands results on, and releases those in between", () => {
    scope(() => {
      using net = new nn.Sequential(new nn.Linear(2, 3), new nn.Tanh(), new nn.Linear(3, 1));
      const x = ones([1, 2]);
      const before = liveTensors();
      const y = net.forward(x);
      expect(liveTensors()).toBe(before + 1);
      const [first, , last] = net.layers;
      expect(y).toBeClose(last.forward(first.forward(x).tanh()));
    });
  });

  test("Sequential is typed by its layers", () => {
    scope(() => {
      using net = new nn.Sequential(new nn.Conv1d(1, 1, 1), new nn.MaxPool1d(2, { returnIndices: true }));
      const [maxima, places]: [Tensor, Tensor] = net.forward(ones([1, 1, 4]));
      expect([maxima.shape, places.dtype]).toEqual([[1, 1, 2], "int64"]);
      // @ts-expect-error: a GRU gives a pair, which no Linear takes
      new nn.Sequential(new nn.GRU(2, 3), new nn.Linear(3, 1)).dispose();
      const layers: nn.Module[] = [new nn.ReLU(), new nn.Tanh()];
      const y: Tensor = new nn.Sequential(...layers).forward(ones([1]));
      expect(y).toBeClose(ones([1]).tanh());
    });
  });
});

test("console.log shows the repr", () => {
  expect(inspect(new nn.Sequential(new nn.ReLU()))).toBe("Sequential(\n  (0): ReLU()\n)");
});
