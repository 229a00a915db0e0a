// Containers, and modules as text.
import { inspect } from "node:util";
import { liveTensors, nn, ones, scope, type Tensor, TorchError } from "@throughline/torch";
import { describe, expect, test } from "vitest";
import "@throughline/testing/close";
import { checkLeaks } from "@throughline/testing/leaks";

checkLeaks();

const names = (entries: readonly (readonly [string, unknown])[]) => entries.map(([name]) => name);

describe("containers", () => {
  test("a field of a container's subclass is a member too", () => {
    class Net extends nn.Sequential<[nn.ReLU]> {
      readonly head = new nn.Linear(2, 2);
    }
    const net = new Net(new nn.ReLU());
    expect(names(net.namedParameters())).toEqual(["head.weight", "head.bias"]);
    expect(names(net.namedChildren())).toEqual(["0", "head"]);
    net.dispose();
  });

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
