// How long hooks live: as long as something can call them, and no longer.
import { setTimeout as wait } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { liveTensors, randn, type Tensor } from "@throughline/torch";
import { expect, test } from "vitest";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Collects until `done` or nothing more comes of it. */
async function settle(done: () => boolean = () => false): Promise<void> {
  for (let round = 0; round < 8 && !done(); round++) {
    collect();
    await wait(10);
  }
}

const makers: Record<string, () => void> = {
  "a leaf's, after its pass": () => {
    const x = randn([4]).requiresGrad_();
    x.registerHook(() => void x.shape);
    x.mul(2).sum().backward();
  },
  "an inner tensor's": () => {
    const x = randn([4]).requiresGrad_().mul(3);
    x.registerHook(() => void x.shape);
    x.sum().backward();
  },
  "a leaf's that took part in nothing": () => {
    const x = randn([4]).requiresGrad_();
    x.registerHook(() => void x.shape);
  },
  "two on one tensor, one removed": () => {
    const x = randn([4]).requiresGrad_();
    x.registerHook(() => void x.shape);
    x.registerHook(() => void x.shape)();
  },
};

for (const [name, make] of Object.entries(makers)) {
  test(`a hook that holds its own tensor is collected: ${name}`, async () => {
    await settle();
    const before = liveTensors();
    const rounds = (): void => {
      for (let round = 0; round < 200; round++) make();
    };
    rounds();
    // What the engine's own stack still shows of the last rounds may stay.
    await settle(() => liveTensors() <= before + 2);
    expect(liveTensors()).toBeLessThanOrEqual(before + 2);
  });
}

/** A hook that holds its tensor, and what it counts. */
function hooked(): { x: Tensor; calls: () => number } {
  let count = 0;
  const x = randn([4]).requiresGrad_();
  x.registerHook(() => {
    count++;
    void x.shape;
  });
  return { x, calls: () => count };
}

test("a graph keeps the hooks of a tensor that nobody holds any more", async () => {
  const make = (): { loss: Tensor; calls: () => number } => {
    const { x, calls } = hooked();
    return { loss: x.mul(2).sum(), calls };
  };
  const { loss, calls } = make();
  await settle();
  loss.backward();
  expect(calls()).toBe(1);
});

test("a hook that was let go of is held again once its tensor is used", async () => {
  const { loss, calls } = await (async () => {
    const { x, calls } = hooked();
    await settle(); // here nothing but x itself holds the hook
    return { loss: x.mul(3).sum(), calls };
  })();
  await settle();
  loss.backward();
  expect(calls()).toBe(1);
});
