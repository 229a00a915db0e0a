// Our side of `npm run bench -- ocra`: the same work as peers/ocra.py, through the public API only.
import {
  choiceLoss,
  encodeFrozen,
  Ocra,
  reconstructionLoss,
  SlotAutoencoder,
  scoreCandidates,
} from "@throughline/ocra";
import { manualSeed, optim, rand, randint, scope, setNumThreads, type Tensor } from "@throughline/torch";
import { now } from "./clock.js";
import { there } from "./device.js";
import { serve } from "./serve.js";

setNumThreads(Number(process.argv[2] ?? 1));
manualSeed(0);

const SIZE = 64;
const BATCH = 16;
const CANDIDATES = 2;

interface Case {
  readonly repeats: number;
  run(): void;
}

const model = there(new SlotAutoencoder({ resolution: SIZE, arithmetic: "fast" }));

/** One step of pre-training: images, slots, reconstruction, gradients, Adam. */
function pretrain(): Case {
  const adam = new optim.Adam(model.parameters(), { lr: 8e-5 });
  const images = there(rand([BATCH, 1, SIZE, SIZE]));
  return {
    repeats: 1,
    run() {
      scope(() => {
        adam.zeroGrad();
        reconstructionLoss(model.forward(images), images).backward();
        adam.step();
      });
    },
  };
}

/** One step of learning a task with frozen slots: encode two candidates a problem, reason, gradients, Adam. */
function task(): Case {
  const reasoner = there(new Ocra());
  const adam = new optim.Adam(reasoner.parameters(), { lr: 8e-5 });
  const candidates = there(rand([BATCH * CANDIDATES, 1, SIZE, SIZE]));
  const target = there(randint(0, CANDIDATES, [BATCH]));
  const byProblem = (x: Tensor): Tensor => x.unflatten(0, [BATCH, CANDIDATES]);
  return {
    repeats: 2,
    run() {
      for (let i = 0; i < 2; i++) {
        scope(() => {
          const { slots, z, m } = encodeFrozen(model, candidates);
          const encoding = { slots: byProblem(slots), z: byProblem(z), m: byProblem(m) };
          adam.zeroGrad();
          choiceLoss(scoreCandidates(reasoner, encoding), target).backward();
          adam.step();
        });
      }
    },
  };
}

const cases: Record<string, () => Case> = { pretrain, task };
const ready = new Map<string, Case>();

await serve(({ case: name = "" }) => {
  const entry = ready.get(name) ?? cases[name]!();
  ready.set(name, entry);
  const start = now();
  entry.run();
  return { ms: (now() - start) / entry.repeats };
});
