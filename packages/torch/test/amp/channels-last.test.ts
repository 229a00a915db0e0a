// Convolutions in channels-last memory: the same numbers, and the format goes through the net and the optimiser.
import { nn, noGrad, optim, randn, scope, type Tensor } from "@throughline/torch";
import { describe, expect, test } from "vitest";
import "@throughline/testing/close";
import { checkLeaks } from "@throughline/testing/leaks";

checkLeaks();

const loose = {
  rtol: 1e-4,
  atol: 1e-3, // of gradients of up to 100 whose terms cancel
  because: "the kernels for the two formats sum in different orders",
};
const isLast = (x: Tensor): boolean => x.isContiguous("channels_last");

describe("conv2d", () => {
  const table: [string, { stride?: number; padding?: number; groups?: number; dilation?: number }][] = [
    ["plain", {}],
    ["padded, with stride", { padding: 1, stride: 2 }],
    ["grouped", { groups: 2 }],
    ["dilated", { dilation: 2 }],
  ];
  test.each(table)("%s", (_, options) => {
    scope(() => {
      const [x, w, b] = [randn([2, 4, 9, 8]), randn([6, 4 / (options.groups ?? 1), 3, 3]), randn([6])];
      const run = (memoryFormat: "contiguous_format" | "channels_last"): Tensor[] => {
        const [input, weight] = [x, w].map((each) => each.to({ memoryFormat, copy: true }).requiresGrad_());
        const y = nn.functional.conv2d(input!, weight!, b, options);
        y.square().sum().backward();
        return [y.detach(), input!.grad!, weight!.grad!];
      };
      const [wanted, given] = [run("contiguous_format"), run("channels_last")];
      given.forEach((tensor, i) => {
        expect(tensor).toBeClose(wanted[i]!, loose);
      });
      expect(given.map(isLast)).toEqual([true, true, true]);
      expect(wanted.map(isLast)).toEqual([false, false, false]);
    });
  });
});

test("a convolutional net trains in either format alike, and stays in it", () => {
  scope(() => {
    const make = (): nn.Sequential =>
      new nn.Sequential(
        new nn.Conv2d(3, 4, 3, { padding: 1 }),
        new nn.BatchNorm2d(4),
        new nn.ReLU(),
        new nn.MaxPool2d(2),
        new nn.Conv2d(4, 2, 3),
      );
    const [plain, last] = [make(), make()];
    last.loadStateDict(plain.stateDict());
    last.to({ memoryFormat: "channels_last" });
    const x = randn([4, 3, 10, 10]);
    const train = (net: nn.Sequential, input: Tensor): Tensor => {
      using optimizer = new optim.Adam(net.parameters(), { lr: 1e-3 });
      let y = input;
      for (let i = 0; i < 3; i++) {
        optimizer.zeroGrad();
        y = net.forward(input);
        y.square().mean().backward();
        optimizer.step();
      }
      return noGrad(() => y.detach());
    };
    const [wanted, given] = [train(plain, x), train(last, x.to({ memoryFormat: "channels_last" }))];
    expect(given).toBeClose(wanted, { ...loose, rtol: 1e-3, atol: 1e-4 });
    expect(isLast(given)).toBe(true);
    const weights = last.parameters().filter((parameter) => parameter.ndim === 4);
    expect(weights.every(isLast)).toBe(true);
    plain.dispose();
    last.dispose();
  });
});
