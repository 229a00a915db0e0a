// Exponents and flossing gradients on other devices than the CPU.
import {
  finiteTimeExponents,
  flossingLoss,
  GruCell,
  LstmCell,
  type RecurrentCell,
  VanillaCell,
} from "@throughline/flossing";
import { describeDevices, expectSameOn, movedTo } from "@throughline/testing/devices";
import { checkLeaks, own } from "@throughline/testing/leaks";
import { Generator, manualSeed, type nn, randn, scope } from "@throughline/torch";
import { describe } from "vitest";

checkLeaks();

type Cell = RecurrentCell & nn.AnyModule;

const cells: Readonly<Record<string, (generator: Generator) => Cell>> = {
  VanillaCell: (generator) => new VanillaCell(2, 6, { generator }),
  "VanillaCell with a leak, ReLU": (generator) =>
    new VanillaCell(2, 6, { form: "post", leak: 0.5, activation: "relu", generator }),
  GruCell: () => new GruCell(2, 5),
  LstmCell: () => new LstmCell(2, 4),
};

describe.each(Object.entries(cells))("%s", (_, make) => {
  describeDevices("its exponents and the gradients of flossing", (device) => {
    using generator = Generator.create({ seed: 5 });
    manualSeed(5);
    const cell = own(make(generator));
    const there = own(cell.clone()).to({ device });
    scope(() => {
      const inputs = randn([12, 3, 2], { generator });
      const of = (one: Cell, sequence: typeof inputs) => {
        const exponents = finiteTimeExponents(one, sequence, { k: 3, skip: 4 });
        flossingLoss(exponents).backward();
        return [exponents.detach(), ...one.parameters().map(({ grad }) => grad!)];
      };
      expectSameOn(device, of(there, movedTo(device, inputs)), of(cell, inputs));
    });
  });
});
