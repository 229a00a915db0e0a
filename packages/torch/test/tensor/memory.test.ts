// Who owns a tensor, and when its memory goes.
import { constants } from "node:buffer";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { checkLeaks } from "@throughline/testing/leaks";
import {
  dispose,
  emptyCache,
  Generator,
  grad,
  keep,
  liveTensors,
  memoryStats,
  ones,
  randn,
  resetPeakMemory,
  scope,
  setMemoryLimit,
  type Tensor,
  TorchError,
  tensor,
  zeros,
} from "@throughline/torch";
import { describe, expect, test } from "vitest";
import { call } from "../../dist/dispatch.js";

checkLeaks();

const gone = /used after dispose\(\) or after the end of the scope that made it/;

describe("scope", () => {
  test("releases what was made in it and hands on what it returns", () => {
    const before = liveTensors();
    let inner: Tensor | undefined;
    const result = scope(() => {
      inner = ones([3]);
      return inner.add(1);
    });
    expect(liveTensors() - before).toBe(1);
    expect(inner!.isDisposed).toBe(true);
    expect(() => inner!.add(1)).toThrow(gone);
    expect(result.toArray()).toEqual([2, 2, 2]);
    result.dispose();
  });

  test("finds tensors in arrays, objects, maps and sets, each once, cycles included", () => {
    const before = liveTensors();
    const result = scope(() => {
      const shared = ones([1]);
      const cyclic: { self?: unknown; x: Tensor } = { x: zeros([1]) };
      cyclic.self = cyclic;
      return {
        list: [shared, [shared]],
        map: new Map([[shared, ones([2])]]),
        set: new Set([ones([3])]),
        cyclic,
      };
    });
    expect(liveTensors() - before).toBe(4);
    dispose(result);
    expect(liveTensors()).toBe(before);
  });

  test("a result passes to the scope around, and dies with it", () => {
    let middle: Tensor | undefined;
    scope(() => {
      middle = scope(() => scope(() => ones([2])));
      expect(middle.isDisposed).toBe(false);
    });
    expect(middle!.isDisposed).toBe(true);
  });

  test("an outer tensor that an inner scope returns stays the outer scope's", () => {
    let outer: Tensor | undefined;
    scope(() => {
      outer = ones([1]);
      for (let i = 0; i < 3; i++) scope(() => outer!.add_(1));
      expect(outer.item()).toBe(4);
    });
    expect(outer!.isDisposed).toBe(true);
  });

  test("a tensor made outside any scope survives being returned from one", () => {
    const outside = ones([1]);
    scope(() => outside.add_(1));
    expect(outside.item()).toBe(2);
    outside.dispose();
  });

  test("releases when its body throws", () => {
    let inner: Tensor | undefined;
    expect(() =>
      scope(() => {
        inner = ones([1]);
        throw new RangeError("mine");
      }),
    ).toThrow(RangeError);
    expect(inner!.isDisposed).toBe(true);
  });

  test("generators are owned like tensors", () => {
    let generator: Generator | undefined;
    scope(() => {
      generator = Generator.create({ seed: 1 });
    });
    expect(generator!.isDisposed).toBe(true);
    expect(() => randn([1], { generator })).toThrow(TorchError);
  });

  test("a graph keeps what it needs after the handles are gone", () => {
    scope(() => {
      const x = ones([2]).requiresGrad_();
      const loss = scope(() => x.mul(3).exp().sum());
      const [gradient] = grad(loss, [x]);
      expect(gradient!.at(0).item()).toBeCloseTo(3 * Math.exp(3), 3);
    });
  });

  test.each([
    ["an async function", async () => ones([1])],
    ["a promise", () => Promise.resolve(1)],
    ["a rejected promise, which is not left unhandled", () => Promise.reject(new Error("late"))],
    [
      "a generator function",
      function* () {
        yield ones([1]);
      },
    ],
  ])("%s is refused", (_, body) => {
    expect(() => scope(body as () => unknown)).toThrow(TorchError);
    expect(() => scope(body as () => unknown)).toThrow(
      /asynchronous function or a generator, .* between its awaits/,
    );
  });
});

describe("keep, dispose, using", () => {
  test("keep takes a tensor out of all scopes", () => {
    let kept: Tensor | undefined;
    scope(() =>
      scope(() => {
        kept = ones([1]).keep();
        keep({ list: [kept] });
      }),
    );
    expect(kept!.item()).toBe(1);
    kept!.dispose();
  });

  test("dispose releases at once, and twice is once", () => {
    const before = liveTensors();
    const x = ones([2]);
    x.dispose();
    x.dispose();
    expect(liveTensors()).toBe(before);
    expect([x.isDisposed, () => x.shape]).toEqual([true, expect.any(Function)]);
    expect(() => x.shape).toThrow(gone);
    expect(() => x.requiresGrad_()).toThrow(gone);
    expect(() => x.item()).toThrow(gone);
    expect(() => x.backward()).toThrow(gone);
    expect(() => grad(x, [x])).toThrow(gone);
    expect(() => x.toArray()).toThrow(gone);
  });

  test("a disposed handle never names a later tensor", () => {
    const x = ones([1]);
    x.dispose();
    const y = tensor([7]);
    expect(() => x.item()).toThrow(gone);
    y.dispose();
  });

  test("a tensor given to dispose in a scope is not released again at its end", () => {
    scope(() => {
      ones([1]).dispose();
      expect(ones([1]).item()).toBe(1);
    });
  });

  test("using releases at the end of the block", () => {
    let x: Tensor | undefined;
    {
      using y = ones([1]);
      x = y;
      expect(y.item()).toBe(1);
    }
    expect(x.isDisposed).toBe(true);
  });
});

describe("memory statistics", () => {
  test("allocated and peak follow tensors", () => {
    const before = memoryStats();
    resetPeakMemory();
    scope(() => {
      zeros([1000, 1000]);
      expect(memoryStats().allocated - before.allocated).toBeGreaterThanOrEqual(4e6);
    });
    const after = memoryStats();
    expect(after.allocated).toBe(before.allocated);
    expect(after.peak - before.allocated).toBeGreaterThanOrEqual(4e6);
    expect(after.live).toBe(liveTensors());
  });

  test("a request beyond the limit is an error, not a killed process", () => {
    const { limit, allocated } = memoryStats();
    emptyCache();
    setMemoryLimit(allocated + 1e6);
    try {
      const request = (): Tensor => zeros([1000, 1000]);
      expect(request).toThrow(/not enough memory: 4000000 bytes are wanted/);
      expect(request).toThrow(expect.objectContaining({ code: "torch/memory", op: "aten::zeros" }));
    } finally {
      setMemoryLimit(limit);
    }
    expect(() => setMemoryLimit(-1)).toThrow(TorchError);
  });

  test("an impossible size is refused", () => {
    expect(() => zeros([2 ** 40, 2 ** 20])).toThrow(TorchError);
  });
});

describe("memory() is the tensor's own memory", () => {
  test("writes show on both sides, and the array may outlive the tensor", () => {
    const x = zeros([4]);
    const view = x.memory() as Float32Array;
    view[1] = 5;
    x.at(2).dispose();
    expect(x.toArray()).toEqual([0, 5, 0, 0]);
    scope(() => x.add_(1));
    expect([...view]).toEqual([1, 6, 1, 1]);
    x.dispose();
    expect([...view]).toEqual([1, 6, 1, 1]);
  });

  test("two views are views of the same memory", () => {
    scope(() => {
      const x = zeros([2], { dtype: "int64" });
      const [a, b] = [x.memory() as BigInt64Array, x.memory() as BigInt64Array];
      a[0] = 3n;
      expect(b[0]).toBe(3n);
    });
  });

  test("a part of a tensor gives its own part only", () => {
    scope(() => {
      const x = tensor([
        [1, 2],
        [3, 4],
      ]);
      expect([...(x.at(1).memory() as Float32Array)]).toEqual([3, 4]);
      expect(() => x.t().memory()).toThrow(/^memory: expected a dense, contiguous tensor on the CPU$/);
      expect(zeros([0]).memory().length).toBe(0);
    });
  });

  test("a worker gets the elements, and the tensor keeps its own", async () => {
    const x = tensor([1, 2, 3]);
    const view = x.memory() as Float32Array;
    const worker = new Worker(
      `const { parentPort } = require("node:worker_threads");
       parentPort.once("message", (a) => { a[0] = 9; parentPort.postMessage(a, [a.buffer]); });`,
      { eval: true },
    );
    const answer = once(worker, "message");
    // Node copies memory that is not its own instead of moving it.
    worker.postMessage(view, [view.buffer as ArrayBuffer]);
    const [back] = (await answer) as [Float32Array];
    await worker.terminate();
    expect([...back]).toEqual([9, 2, 3]);
    expect(x.toArray()).toEqual([1, 2, 3]);
    x.at(0).dispose();
    x.fill_(5);
    expect([...view]).toEqual([5, 5, 5]);
    x.dispose();
  });

  test("memory that is viewed cannot be moved by a resize", () => {
    scope(() => {
      const x = zeros([2]);
      x.memory();
      expect(() => call("aten::resize_", x, [1000])).toThrow(/not resizable/);
      expect(x.shape, "libtorch had already set the new size").toEqual([2]);
      const y = zeros([2]);
      y.memory();
      expect(() => call("aten::cat.out", [zeros([600]), zeros([400])], 0, y)).toThrow(TorchError);
      expect(y.shape).toEqual([2]);
    });
  });

  const isHuge = 2 ** 33 <= constants.MAX_LENGTH;
  const reason = isHuge ? " (from Node 22 on, buffers are larger than this machine's memory)" : "";
  test.skipIf(isHuge)(`a tensor larger than any buffer is refused${reason}`, () => {
    scope(() => {
      const wide = zeros([1], { dtype: "uint8" }).expand([2 ** 33]);
      expect(() => wide.toBytes()).toThrow(
        /^toBytes: the tensor has 8589934592 bytes, and a JavaScript buffer holds \d+ at most/,
      );
      expect(() => wide.memory()).toThrow(TorchError);
    });
  });

  test("copies are independent", () => {
    scope(() => {
      const x = tensor([1, 2]);
      const copy = x.toTypedArray() as Float32Array;
      copy[0] = 9;
      expect(x.toArray()).toEqual([1, 2]);
      expect([...x.t().toBytes()].length).toBe(8);
    });
  });
});

describe("the collector is the net", () => {
  const run = (body: string): { status: number | null; out: string } => {
    const code = `import * as t from "@throughline/torch"; const wait = () => new Promise((r) => setTimeout(r, 20));\n${body}`;
    const child = spawnSync(process.execPath, ["--expose-gc", "--input-type=module", "-e", code], {
      cwd: import.meta.dirname,
      encoding: "utf8",
    });
    return { status: child.status, out: child.stdout + child.stderr };
  };

  test("what nobody holds is released", () => {
    const { status, out } = run(`
      for (let i = 0; i < 100; i++) t.ones([10]);
      let held = t.ones([1]);
      t.scope(() => t.ones([3]).keep());
      for (let i = 0; i < 50 && t.liveTensors() > 1; i++) { gc(); await wait(); }
      console.log(t.liveTensors(), held.item());
    `);
    expect([status, out]).toEqual([0, "1 1\n"]);
  });

  test("the collector hears of memory it cannot see, and runs in time", () => {
    const { status, out } = run(`
      const before = t.memoryStats().allocated;
      t.resetPeakMemory();
      for (let i = 0; i < 400; i++) { t.ones([1024, 1024]); if (i % 4 === 0) await wait(); }
      console.log(t.memoryStats().peak - before < 1.2e9);
    `);
    expect([status, out]).toEqual([0, "true\n"]);
  });
});
