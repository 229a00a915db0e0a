// Stacks of errors begin at the caller.
import { fileURLToPath } from "node:url";
import { caught } from "@throughline/testing/caught";
import { scoped } from "@throughline/testing/scoped";
import { customFunction, io, nn, ones, optim, type Tensor, TorchError } from "@throughline/torch";
import { describe, expect } from "vitest";

const here = fileURLToPath(import.meta.url);
/** The first place that a stack names. */
const first = (error: Error): string => error.stack?.split("\n").find((line) => /^\s+at /.test(line)) ?? "";

describe("a stack begins at the line that called", () => {
  scoped("for functions, methods, constructors, setters and scopes", () => {
    const x = ones([2, 3]);
    const calls: Record<string, () => unknown> = {
      "a method": () => x.matmul(x),
      "a function": () => ones("x" as never),
      "a constructor": () => new nn.LSTM(1, 2, { numLayers: 0 }),
      "a constructor that an engine's error ended": () => new nn.Linear(-1, 2),
      "a nested name": () => optim.clipGradNorm_(3 as never, 1),
      "a file": () => io.loadNpy("/nowhere/none.npy"),
      "an option that is none": () => new optim.SGD([x], { lrr: 1 } as never),
      "what JavaScript refuses": () => x.matmul(null as never),
    };
    for (const [name, body] of Object.entries(calls)) {
      const error = caught(body);
      expect(error, name).toBeInstanceOf(TorchError);
      expect(first(error), name).toContain(here);
      expect(error.stack, name).toContain(error.message);
    }
  });

  scoped("and inside a callback at the callback's line, whoever called that", () => {
    const failing = customFunction<[Tensor]>({
      forward: (_, x) => x.matmul(x),
      backward: () => [],
    });
    const error = caught(() => failing(ones([2, 3])));
    expect(first(error)).toContain(here);
    const cause = caught(() => ones([2, 3]).matmul(ones([2, 3]))).cause as Error;
    expect(cause.stack, "what lay underneath").toContain("dispatch");
  });
});
