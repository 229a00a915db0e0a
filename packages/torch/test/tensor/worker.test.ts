// Operations in worker threads: each has its own handles; tensors pass between them without copying their memory.
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { checkLeaks } from "@throughline/testing/leaks";
import { liveTensors, manualSeed, rand, scope, tensor } from "@throughline/torch";
import { afterAll, beforeAll, expect, test } from "vitest";
import { receive } from "../../dist/tensor/base.js";

checkLeaks();

let worker: Worker;
beforeAll(() => {
  worker = new Worker(new URL("./modules/ops.mjs", import.meta.url));
});
afterAll(async () => {
  await worker.terminate();
});

interface Answer {
  value?: unknown;
  error?: { name: string; code: string; message: string };
}

async function ask(name: string, argument?: unknown): Promise<Answer> {
  worker.postMessage({ name, argument });
  const [answer] = (await once(worker, "message")) as [Answer];
  return answer;
}

test("computes and differentiates", async () => {
  expect((await ask("compute")).value).toEqual({
    gradient: [
      [6, 10, 14],
      [6, 10, 14],
    ],
    norm: Math.sqrt(55),
  });
});

test("its errors are TorchErrors there too", async () => {
  const { error } = await ask("fail");
  expect([error?.name, error?.code]).toEqual(["TorchError", "torch/op"]);
  expect(error?.message).toMatch(/^aten::matmul: .*given self: i64\[2\], other: i64\[3\]/);
});

test("counts its own tensors", async () => {
  const before = (await ask("live")).value;
  const held = tensor([1, 2]);
  expect((await ask("live")).value).toBe(before);
  held.dispose();
});

test("another thread's handle means nothing to it", async () => {
  const held = Array.from({ length: 50 }, () => tensor([1]));
  expect((await ask("foreign", held.at(-1)!.handle)).value).toMatch(/used after dispose/);
  for (const x of held) x.dispose();
});

test("a shared tensor is the same memory, outside the graph", async () => {
  const x = tensor([1, 2, 3]).requiresGrad_();
  const { value } = await ask("change", x.share());
  expect(value).toEqual({ values: [2, 3, 4], requiresGrad: false });
  expect([x.toArray(), x.requiresGrad]).toEqual([[2, 3, 4], true]);
  x.dispose();
});

test("a tensor outlives the handle it was shared from, and its token is good for one thread", async () => {
  const before = liveTensors();
  const token = (await ask("give")).value as number;
  const x = receive(token);
  expect(x.toArray()).toEqual([0, 1, 2]);
  expect(() => receive(token)).toThrow(/^receive: no shared tensor has this token/);
  x.dispose();
  expect(liveTensors()).toBe(before);
});

test("the default generator is the whole process's: seeding it there seeds it here", async () => {
  const { value } = await ask("seeded");
  scope(() => {
    manualSeed(3);
    expect(rand([2]).toArray()).toEqual(value);
  });
});

test("a worker that is ended in the middle of its work takes nothing with it", async () => {
  const other = new Worker(new URL("./modules/ops.mjs", import.meta.url));
  other.postMessage({ name: "compute" });
  await once(other, "message");
  for (let i = 0; i < 200; i++) other.postMessage({ name: "compute" });
  await other.terminate();
  scope(() => {
    expect(tensor([1]).add(1).item()).toBe(2);
  });
});
