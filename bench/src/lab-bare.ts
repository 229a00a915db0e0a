// The peer of `bench -- lab`: the same steps without the lab.
import { scope } from "@throughline/torch";
import { makeWork, steps } from "./lab-step.js";
import { serve } from "./serve.js";

const work = makeWork();

await serve(() => {
  const start = performance.now();
  for (let i = 0; i < steps; i++) scope(work.step);
  return { ms: (performance.now() - start) / steps };
});
