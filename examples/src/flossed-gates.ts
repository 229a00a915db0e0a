// What flossing does to gates: it opens them, until a GRU is a set of integrators; a vanilla net it turns into a rotation.
import {
  driven,
  Flosser,
  type FusedCell,
  GruCell,
  LstmCell,
  pushForward,
  temporalXor,
  VanillaCell,
} from "@throughline/flossing";
import { eye, Generator, noGrad, scope, setFlushDenormal, setNumThreads, zeros } from "@throughline/torch";
import { reportFall } from "./shared/fall.js";
import { readOptions } from "./shared/options.js";
import { Progress } from "./shared/progress.js";

const { smoke } = readOptions();
const units = smoke ? 16 : 80;
const k = smoke ? 8 : 75;
const steps = smoke ? 30 : 500;
const settling = 300;
setNumThreads(1);
setFlushDenormal(true);
const generator = Generator.create({ seed: 1 });
const task = temporalXor({ delay: 40 });

/** Statistics of the one-step Jacobian D = ∂h(t+1)/∂h(t) on the driven trajectory: tr D / n, and ‖D‖² / n (Frobenius). */
function jacobian(cell: FusedCell): string {
  return scope(() =>
    noGrad(() => {
      const size = cell.stateSize;
      const inputs = task.inputs(settling + 1, 1, { generator });
      const states = cell.scan(inputs.narrow(0, 0, settling), zeros([1, size]));
      const state = states.narrow(0, settling - 1, 1).squeeze(0);
      const { frame } = pushForward(driven(cell, inputs), state, eye(size).unsqueeze(0), settling, 1);
      const trace = frame.squeeze(0).diagonal().sum().item() / size;
      const norm = frame.square().sum().item() / size;
      return `tr D / n = ${trace.toFixed(3)}, ‖D‖² / n = ${norm.toFixed(3)}`;
    }),
  );
}

const cells: Readonly<Record<string, FusedCell>> = {
  vanilla: new VanillaCell(1, units, { generator }),
  GRU: new GruCell(1, units),
  LSTM: new LstmCell(1, units),
};
const progress = new Progress(steps * 3, "flossing steps");
for (const [name, cell] of Object.entries(cells)) {
  const before = jacobian(cell);
  const coordinates = name === "vanilla" ? "rate" : "state";
  const inputs = () => task.inputs(55, 1, { generator });
  // By the released code's rule, as in docs/results/flossing.
  const flosser = new Flosser(cell, { k, skip: 16, coordinates, generator, inputs, clip: 0 });
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    const { loss } = flosser.step();
    losses.push(loss);
    progress.advance(1, loss);
  }
  console.log(`${name}: ${before}`);
  console.log(`  after ${steps} flossing steps ${jacobian(cell)}`);
  reportFall(losses);
}
