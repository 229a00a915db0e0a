// Runs in a worker thread: operations with the worker's own handles, on tensors given and taken by token.
import { parentPort } from "node:worker_threads";
import { arange, grad, linalg, liveTensors, manualSeed, noGrad, rand, scope } from "@throughline/torch";
import { receive } from "../../../dist/tensor/base.js";

const answers = {
  compute() {
    return scope(() => {
      const x = arange(6).reshape([2, 3]).double().requiresGrad_();
      const [gradient] = grad(x.matmul(x.t()).sum(), [x]);
      return { gradient: gradient.toArray(), norm: linalg.norm(x).item() };
    });
  },
  seeded() {
    manualSeed(3);
    return scope(() => rand([2]).toArray());
  },
  live: () => liveTensors(),
  foreign: (handle) =>
    scope(() => {
      try {
        return Object.create(Object.getPrototypeOf(arange(1)), { handle: { value: handle } }).item();
      } catch (error) {
        return error.message;
      }
    }),
  change(token) {
    const x = receive(token);
    noGrad(() => x.add_(1));
    const result = { values: x.toArray(), requiresGrad: x.requiresGrad };
    x.dispose();
    return result;
  },
  give() {
    const x = arange(3);
    const token = x.share();
    x.dispose();
    return token;
  },
  fail: () => scope(() => arange(2).matmul(arange(3))),
};

parentPort.on("message", ({ name, argument }) => {
  try {
    parentPort.postMessage({ value: answers[name](argument) });
  } catch (error) {
    parentPort.postMessage({ error: { name: error.name, code: error.code, message: error.message } });
  }
});
