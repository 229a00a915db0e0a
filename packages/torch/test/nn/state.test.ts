// State dicts: PyTorch's keys, sharing memory, loaded entirely or not at all.
import { nn, ones, scope, type Tensor, TorchError, zeros } from "@throughline/torch";
import { describe, expect, test } from "vitest";
import "@throughline/testing/close";
import { checkLeaks } from "@throughline/testing/leaks";

checkLeaks();

const exact = { rtol: 0, atol: 0 };

/** A model whose forward is not used here. */
class Net extends nn.Module {
  linear = new nn.Linear(3, 4);
  norm = new nn.BatchNorm1d(4);
  gru = new nn.GRU(4, 2);

  forward(x: Tensor): Tensor {
    return x;
  }
}

const keys = [
  "linear.weight",
  "linear.bias",
  "norm.weight",
  "norm.bias",
  "norm.running_mean",
  "norm.running_var",
  "norm.num_batches_tracked",
  "gru.weight_ih_l0",
  "gru.weight_hh_l0",
  "gru.bias_ih_l0",
  "gru.bias_hh_l0",
];

describe("stateDict", () => {
  test("has PyTorch's keys and shares memory, outside the graph", () => {
    scope(() => {
      using net = new Net();
      const state = net.stateDict();
      expect(Object.keys(state)).toEqual(keys);
      expect(state["linear.weight"]?.dataPointer).toBe(net.linear.weight.dataPointer);
      expect(state["linear.weight"]?.requiresGrad).toBe(false);
      nn.init.zeros_(state["linear.bias"]!);
      expect(net.linear.bias).toBeClose(zeros([4]), exact);
    });
  });

  test("buffers that are not persistent stay out", () => {
    class Keeper extends nn.Module {
      kept = new nn.Buffer(scope(() => ones([1])));
      dropped = new nn.Buffer(
        scope(() => ones([1])),
        { persistent: false },
      );
      forward = (x: Tensor) => x;
    }
    scope(() => {
      using net = new Keeper();
      expect(Object.keys(net.stateDict())).toEqual(["kept"]);
    });
  });
});

describe("loadStateDict", () => {
  test.each(["record", "map"])("copies everything over, from a %s", (kind) => {
    scope(() => {
      using source = new Net();
      using target = new Net();
      const parameters = target.parameters();
      source.norm.forward(ones([2, 4]));
      const state = source.stateDict();
      const result = target.loadStateDict(kind === "map" ? new Map(Object.entries(state)) : state);
      expect(result).toEqual({ missing: [], unexpected: [] });
      const own = target.stateDict();
      for (const key of keys) expect(own[key], key).toBeClose(state[key]!, exact);
      expect(own["norm.num_batches_tracked"]?.item()).toBe(1);
      expect(target.parameters()).toEqual(parameters);
      expect(own["linear.weight"]?.dataPointer).not.toBe(state["linear.weight"]?.dataPointer);
    });
  });

  test("every problem stands in one error, and nothing is changed", () => {
    scope(() => {
      using net = new Net();
      const before = net.linear.weight.clone();
      const disposed = ones([4]);
      disposed.dispose();
      const state: Record<string, Tensor> = {
        ...net.stateDict(),
        "linear.weight": zeros([4, 3]),
        "linear.bias": zeros([5]),
        "norm.weight": zeros([4], { dtype: "float64" }),
        "norm.bias": disposed,
        "norm.running_var": 3 as unknown as Tensor,
        "gru.weight": zeros([1]),
      };
      delete state["gru.bias_hh_l0"];
      let error: unknown;
      try {
        net.loadStateDict(state, { source: "slots.safetensors" });
      } catch (caught) {
        error = caught;
      }
      expect(error).toBeInstanceOf(TorchError);
      expect((error as TorchError).code).toBe("torch/state-dict");
      expect((error as TorchError).message).toBe(
        [
          "loadStateDict of Net: 6 problems in slots.safetensors:",
          "  linear.bias: given f32[5], the module has f32[4]",
          "  norm.weight: given f64[4], the module has f32[4]",
          "  norm.bias: given a disposed tensor, not a live tensor",
          "  norm.running_var: given 3, not a live tensor",
          "  gru.bias_hh_l0: missing",
          "  gru.weight: unexpected",
        ].join("\n"),
      );
      expect(net.linear.weight).toBeClose(before, exact);
    });
  });

  test("without strict, keys of one side only are reported, shapes still have to fit", () => {
    scope(() => {
      using net = new Net();
      const partial = { "linear.bias": ones([4]), "head.bias": ones([1]) };
      const { missing, unexpected } = net.loadStateDict(partial, { strict: false });
      expect(missing).toEqual(keys.filter((key) => key !== "linear.bias"));
      expect(unexpected).toEqual(["head.bias"]);
      expect(net.linear.bias).toBeClose(ones([4]), exact);
      const message =
        /1 problem in the state dict:\n {2}linear\.bias: given f32\[2\], the module has f32\[4\]$/;
      expect(() => net.loadStateDict({ "linear.bias": ones([2]) }, { strict: false })).toThrow(message);
    });
  });
});
