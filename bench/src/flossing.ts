// Our side of `npm run bench -- flossing`: the same work as peers/flossing_torch.py, through the public API only.
import {
  Flosser,
  GruCell,
  LstmCell,
  orthonormalFrame,
  peakRate,
  SequenceModel,
  Trainer,
  tangentScan,
  temporalXor,
  VanillaCell,
} from "@throughline/flossing";
import * as torch from "@throughline/torch";
import { Generator, keep, noGrad, scope, type Tensor } from "@throughline/torch";
import { now } from "./clock.js";
import { device, there } from "./device.js";
import { serve } from "./serve.js";

torch.setNumThreads(Number(process.argv[2] ?? 1));
torch.setFlushDenormal(true);

const [UNITS, EXPONENTS, FLOSS_STEPS, SKIP, BATCH, STEPS, DELAY] = [80, 75, 55, 16, 16, 300, 20];
/** Steps in a sample: so many that it shows a training loop, not how it finds its caches again after the peers' turn. */
const REPEATS = 40;
const generator = Generator.create({ seed: 0 });
const task = temporalXor({ delay: DELAY });

interface Case {
  readonly repeats: number;
  run(): void;
}

function floss(cell: VanillaCell | GruCell, k = EXPONENTS, steps = FLOSS_STEPS): Case {
  const start = keep(there(torch.randn([1, cell.stateSize], { generator })));
  const flosser = new Flosser(cell, {
    k,
    skip: SKIP,
    coordinates: cell instanceof VanillaCell ? "rate" : "state",
    inputs: () => there(task.inputs(steps, 1, { generator })),
    state: () => start,
  });
  return { repeats: REPEATS, run: () => void flosser.run(REPEATS) };
}

function train(cell: VanillaCell | LstmCell, batch = BATCH, steps = STEPS): Case {
  const readSize = cell.weight_hh.size(1);
  const model = there(new SequenceModel(cell, { outputSize: 1, readSize, batch, generator }));
  const trainer = new Trainer(model, task, { length: steps, generator, clip: 0 });
  return {
    repeats: REPEATS,
    run() {
      for (let i = 0; i < REPEATS; i++) trainer.step(false);
    },
  };
}

/** 100 of the steps of a spectrum: a tanh net driven by noise, its whole Jacobian decomposed at each step. */
function spectrum(): Case {
  const cell = there(new VanillaCell(1, 512, { form: "post", gain: 1.5, generator }));
  const inputs = keep(there(torch.randn([100, 1, 1], { generator })));
  const start = keep(there(torch.randn([1, 512], { generator })));
  let frame: Tensor = keep(orthonormalFrame(512, 512, { device }));
  return {
    repeats: 1,
    run() {
      const next = scope(() =>
        noGrad(() => {
          const states = cell.scan(inputs, start);
          const factors = cell.jacobians(inputs, start, states);
          return keep(tangentScan(factors, frame.mT.unsqueeze(0)).frame.squeeze(0).mT);
        }),
      );
      frame.dispose();
      frame = next;
    },
  };
}

const cases: Record<string, () => Case> = {
  floss: () => floss(there(new VanillaCell(1, UNITS, { generator }))),
  task: () => train(new VanillaCell(1, UNITS, { generator })),
  spectrum,
  "floss-gru": () => floss(there(new GruCell(1, UNITS))),
  "task-lstm": () => train(new LstmCell(1, UNITS)),
};
const ready = new Map<string, Case>();

/** `floss:N,k,T` and `task:N,B,T` are points of the cost curves. */
function caseOf(name: string): Case {
  const [kind, sizes] = name.split(":");
  if (sizes === undefined) return cases[name]!();
  const [units = 0, count = 0, steps = 0] = sizes.split(",").map(Number);
  const cell = there(new VanillaCell(1, units, { generator }));
  return kind === "floss" ? floss(cell, count, steps) : train(cell, count, steps);
}

await serve((request) => {
  if (request.case === undefined) return { flops: peakRate() };
  const name = request.case;
  const entry = ready.get(name) ?? caseOf(name);
  ready.set(name, entry);
  const start = now();
  entry.run();
  return { ms: (now() - start) / entry.repeats };
});
