// Trains a convolutional net on handwritten digits to 99 %, saves it, loads it and tests it again.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { io, manualSeed, scope, setNumThreads } from "@throughline/torch";
import { makeFolder } from "@throughline/torch/files";
import { reportFall } from "../shared/fall.js";
import { readOptions, wholeOption } from "../shared/options.js";
import { loadDigits } from "./mnist.js";
import { DigitNet } from "./net.js";
import { countCorrect, train } from "./train.js";

const options = readOptions(["epochs", "seed", "threads", "out"]);
const { smoke } = options;
const epochs = wholeOption(options, "epochs", smoke ? 1 : 3);
const seed = wholeOption(options, "seed", 1);
// One thread: sums do not depend on how many cores there are, and another process on one of them does not stall both.
setNumThreads(Math.max(1, wholeOption(options, "threads", 1)));
const scratch = smoke ? mkdtempSync(join(tmpdir(), "throughline-digits-")) : undefined;
const file = options.values.out ?? join(scratch ?? "runs", "digits.safetensors");
makeFolder(dirname(file));

const started = performance.now();
const digits = {
  train: loadDigits("train", smoke ? 6400 : Infinity),
  test: loadDigits("t10k", smoke ? 1000 : Infinity),
};
manualSeed(seed);
const net = new DigitNet();
const losses = train(net, digits.train, { epochs, batchSize: 128, maxLr: 0.01, weightDecay: 0.01, seed });
const correct = countCorrect(net, digits.test);
const seconds = (performance.now() - started) / 1000;
const { user, system } = process.cpuUsage();

const total = digits.test.length;
const percent = (count: number) => `${((100 * count) / total).toFixed(2)} %`;
reportFall(losses);
console.log(`test accuracy ${percent(correct)} (${correct} of ${total}) after ${epochs} epochs`);
console.log(
  `${seconds.toFixed(1)} s from reading the data to here, ${((user + system) / 1e6).toFixed(1)} s of processor time`,
);

scope(() => io.saveSafetensors(file, net.stateDict(), { architecture: "DigitNet", epochs: String(epochs) }));
const reloaded = new DigitNet();
scope(() => reloaded.loadStateDict(io.loadSafetensors(file), { source: file }));
const again = countCorrect(reloaded, digits.test);
console.log(`saved to ${file}; reloaded, it has ${percent(again)}`);
if (scratch !== undefined) rmSync(scratch, { recursive: true });

if (again !== correct) throw new Error(`the reloaded net has ${again} correct, the trained one ${correct}`);
if (!smoke && correct / total < 0.985) {
  console.log("this is below 98.5 %");
  process.exitCode = 1;
}
