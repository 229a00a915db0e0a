// Finds where long gradients of the flossing loss come from: the last flossed direction and the next change places.
// Float64, the released code's setting and rule.
import {
  advance,
  driven,
  finiteTimeExponents,
  flossingLoss,
  orthonormalFrame,
  VanillaCell,
} from "@throughline/flossing";
import {
  cat,
  Generator,
  linalg,
  noGrad,
  optim,
  randint,
  randn,
  scope,
  setNumThreads,
  type Tensor,
  zeros,
} from "@throughline/torch";
import { reportFall } from "./shared/fall.js";
import { readOptions } from "./shared/options.js";
import { Progress } from "./shared/progress.js";

const { smoke } = readOptions();
const units = smoke ? 16 : 80;
const k = smoke ? 12 : 75;
const steps = smoke ? 30 : 100;
/** A gradient so many times as long as the median of those before is a spike. */
const SPIKE = smoke ? 3 : 50;
const skip = 16;
const float64 = { dtype: "float64" } as const;
setNumThreads(1);
const generator = Generator.create({ seed: 11 });
const cell = new VanillaCell(1, units, { generator, ...float64 });
const frame = orthonormalFrame(units, k, float64);
/** All directions; the first k are those of `frame`. */
const whole = scope(() => {
  const rest = randn([1, units - k, units], { ...float64, generator });
  return linalg.qr(cat([frame, rest], 1).mT).Q.mT.contiguous();
});

function lossOf(inputs: Tensor, count: number): Tensor {
  return flossingLoss(
    finiteTimeExponents(cell, inputs, {
      k: count,
      skip,
      coordinates: "rate",
      frame: frame.narrow(1, 0, count),
    }),
  );
}

/** The gradient's length, and its parts by parameter. */
function gradientOf(inputs: Tensor, count: number): { readonly length: number; readonly parts: Tensor[] } {
  return scope(() => {
    for (const parameter of cell.parameters()) parameter.grad = null;
    lossOf(inputs, count).backward();
    const parts = cell.parameters().map(({ grad }) => grad!.clone());
    for (const parameter of cell.parameters()) parameter.grad = null;
    return { length: Math.hypot(...parts.map((part) => part.norm().item())), parts };
  });
}

/** The change of the loss per change of the weights along their gradient, by central differences. */
function slope(inputs: Tensor, { length, parts }: ReturnType<typeof gradientOf>, size: number): number {
  const moved = (by: number): number =>
    scope(() =>
      noGrad(() => {
        cell.parameters().forEach((parameter, i) => void parameter.add_(parts[i]!, { alpha: by / length }));
        const loss = lossOf(inputs, k).item();
        cell.parameters().forEach((parameter, i) => void parameter.sub_(parts[i]!, { alpha: by / length }));
        return loss;
      }),
    );
  return (moved(size) - moved(-size)) / (2 * size);
}

/** The least R_ii of the flossed directions, and by how much direction k + 1 outgrows direction k over some stretch of time. */
function exchange(inputs: Tensor): { readonly least: number; readonly growth: number } {
  return scope(() =>
    noGrad(() => {
      const system = driven(cell, inputs, { coordinates: "rate" });
      const { logs } = advance(system, zeros([1, units], float64), whole, 0, inputs.size(0), 1);
      const least = Math.exp(logs.narrow(2, 0, k).amin().item());
      let sum = 0;
      let growth = 0;
      for (const step of logs
        .squeeze(1)
        .narrow(1, k - 1, 2)
        .toArray() as number[][]) {
        sum = Math.max(0, sum + step[1]! - step[0]!);
        growth = Math.max(growth, sum);
      }
      return { least, growth: Math.exp(growth) };
    }),
  );
}

const adam = new optim.Adam(cell.parameters());
const progress = new Progress(steps, "flossing steps");
const lengths: number[] = [];
const losses: number[] = [];
for (let step = 0; step < steps; step++) {
  scope(() => {
    const inputs = randint(0, 2, [55, 1, 1], { ...float64, generator });
    const gradient = gradientOf(inputs, k);
    const median = lengths.toSorted((a, b) => a - b)[lengths.length >> 1];
    if (median !== undefined && gradient.length > SPIKE * median) {
      const { least, growth } = exchange(inputs);
      const slopes = [1e-7, 1e-4].map(
        (size) => `${slope(inputs, gradient, size).toPrecision(4)} over ${size}`,
      );
      console.log(
        `step ${step}: gradient ${gradient.length.toPrecision(4)}, median before ${median.toPrecision(2)}`,
      );
      console.log(`  central differences along it: ${slopes.join(", ")}`);
      console.log(`  with k = ${k - 1} its length is ${gradientOf(inputs, k - 1).length.toPrecision(2)}`);
      console.log(
        `  least R_ii ${least.toPrecision(2)}; direction ${k + 1} outgrows direction ${k} by ${growth.toPrecision(2)}`,
      );
    }
    lengths.push(gradient.length);
    losses.push(noGrad(() => lossOf(inputs, k).item()));
    cell.parameters().forEach((parameter, i) => {
      parameter.grad = gradient.parts[i]!;
    });
    adam.step();
    progress.advance(1, losses.at(-1)!);
  });
}
const sorted = lengths.toSorted((a, b) => a - b);
console.log(
  `lengths of ${steps} gradients: median ${sorted[steps >> 1]!.toPrecision(2)}, longest ${sorted.at(-1)!.toPrecision(4)}`,
);
reportFall(losses);
