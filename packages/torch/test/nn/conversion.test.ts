// Modules in other dtypes and memory formats, and copies of them.
import { manualSeed, nn, ones, rand, randn, scope, zeros } from "@throughline/torch";
import { describe, expect, test } from "vitest";
import "@throughline/testing/close";
import { checkLeaks } from "@throughline/testing/leaks";
import { Net } from "./net.js";

checkLeaks();

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

  test("a dtype that is neither floating nor complex is refused", () => {
    using net = new nn.ReLU();
    expect(() => net.to({ dtype: "int64" })).toThrow(
      "to: a module's dtype must be floating or complex, got int64",
    );
  });
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
