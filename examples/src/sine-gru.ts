// A GRU learns to foretell noisy sine waves of unknown frequency, five steps ahead.
import {
  arange,
  data,
  type Generator,
  manualSeed,
  nn,
  optim,
  rand,
  randn,
  scope,
  setNumThreads,
  type Tensor,
} from "@throughline/torch";
import { reportFall } from "./shared/fall.js";
import { readOptions } from "./shared/options.js";
import { Progress } from "./shared/progress.js";

const [length, ahead, noise] = [40, 5, 0.1];

/** Sample i: sin(ωt + φ) + noise as the input [length, 1], the same wave without noise `ahead` steps later as the target. */
class Waves implements data.Dataset<[input: Tensor, target: Tensor]> {
  readonly length: number;
  constructor(count: number) {
    this.length = count;
  }
  get(_index: number, rng: Generator): [Tensor, Tensor] {
    const [frequency, phase] = rand([2], { generator: rng }).toArray() as [number, number];
    const time = arange(0, length + ahead, 1, { dtype: "float32" });
    const wave = time
      .mul(0.1 + 0.4 * frequency)
      .add(2 * Math.PI * phase)
      .sin()
      .unsqueeze(1);
    const past = wave.narrow(0, 0, length);
    return [past.add(randn([length, 1], { generator: rng }).mul(noise)), wave.narrow(0, ahead, length)];
  }
}

class Forecaster extends nn.Module {
  readonly gru = new nn.GRU(1, 32, { batchFirst: true });
  readonly readout = new nn.Linear(32, 1);
  /** @param x [batch, time, 1] */
  forward(x: Tensor): Tensor {
    return scope(() => this.readout.forward(this.gru.forward(x)[0]));
  }
}

const { smoke } = readOptions();
const epochs = smoke ? 3 : 20;
setNumThreads(1); // a step's tensors are too small to be worth dividing
manualSeed(0);
const loader = new data.DataLoader(new Waves(1024), { batchSize: 32, seed: 0 });
const net = new Forecaster();
using optimizer = new optim.Adam(net.parameters(), { lr: 0.01 });
const progress = new Progress(epochs * 1024, "waves");
const losses: number[] = [];
let naive = 0;

for (let epoch = 0; epoch < epochs; epoch++) {
  for (const [input, target] of loader.sync()) {
    const loss = scope(() => {
      // The first steps show too little of a wave to tell its frequency; they are not scored.
      const late = (x: Tensor) => x.narrow(1, 10, length - 10);
      naive = nn.functional.mseLoss(late(input), late(target)).item();
      const loss = nn.functional.mseLoss(late(net.forward(input)), late(target));
      optimizer.zeroGrad();
      loss.backward();
      optim.clipGradNorm_(net.parameters(), 1);
      optimizer.step();
      return loss.item();
    });
    losses.push(loss);
    progress.advance(input.size(0), loss);
  }
}
reportFall(losses);
console.log(`for comparison, foretelling that nothing changes has ${naive.toPrecision(3)}`);
