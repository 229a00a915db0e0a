// terminate.mjs COUNT: starts workers that do nothing but call back from backward passes, and terminates each at another
// moment of its work, told by how many passes it has made.
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { customFunction, randn, scope } from "@throughline/torch";

if (isMainThread) {
  const count = Number(process.argv[2]);
  for (let i = 0; i < count; i++) {
    const worker = new Worker(new URL(import.meta.url), { workerData: 1 + ((i * 37) % 200) });
    await new Promise((resolve) => worker.once("message", resolve));
    await worker.terminate();
  }
  console.log(`${count} terminated`);
} else {
  const square = customFunction({
    forward(context, x) {
      context.saveForBackward(x);
      return x.mul(x);
    },
    backward: ([x], gradient) => gradient.mul(x).mul(2),
  });
  for (let pass = 0; ; pass++) {
    if (pass === workerData) parentPort.postMessage("at work");
    scope(() => {
      const x = randn([3, 3]).requiresGrad_();
      x.registerHook((gradient) => gradient.mul(1));
      const [y] = square(x);
      y.registerHook((gradient) => gradient.add(0));
      y.sum().backward();
    });
  }
}
