// Several processes: `node bench/dist/ranks.js [rounds]` compares all-reduces of two ranks with Python's torch.distributed, and the
// pre-training step of OCRA on two ranks of one thread with the same on one. Programs take turns, a round each. Python is that of
// BENCH_PYTHON, else bench/.venv's.
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { Pretrainer, SlotAutoencoder } from "@throughline/ocra";
import { distributed, Generator, manualSeed, rand, setNumThreads, zeros } from "@throughline/torch";

/** Milliseconds of one repetition, and of the processor's time that all ranks need for it. */
interface Sample {
  readonly wall: number;
  readonly processor: number;
}

const MIB = 2 ** 20;
const SIZE = 64;
/** Displays of each rank. */
const BATCH = 16;

const [mode = "5", ...rest] = process.argv.slice(2);
if (mode === "all-reduce") await allReduce(Number(rest[0]), Number(rest[1]));
else if (mode === "pretrain") await pretrain(Number(rest[0]));
else await compare(Number(mode));

/** Part of a rank: `repeats` all-reduces of some MiB of float32. */
async function allReduce(mebibytes: number, repeats: number): Promise<void> {
  const group = await distributed.initProcessGroup();
  setNumThreads(1);
  const x = zeros([(mebibytes * MIB) / 4]);
  await say(repeats, () => group.allReduce(x));
  await group.close();
}

/** Part of a rank: training steps of the slot autoencoder, BATCH displays a rank. */
async function pretrain(repeats: number): Promise<void> {
  const group = await distributed.initProcessGroup();
  setNumThreads(1);
  manualSeed(0);
  const model = new SlotAutoencoder({ resolution: SIZE, arithmetic: "fast" });
  const generator = Generator.create({ seed: 0 });
  const phases = [{ steps: 1e6, lr: 8e-5 }];
  const shared = group.size > 1 ? { group } : {};
  const pretrainer = new Pretrainer(model, {
    phases,
    warmup: 0,
    clip: 0,
    pixels: "inverted",
    generator,
    ...shared,
  });
  const images = rand([BATCH, 1, SIZE, SIZE]);
  let step = 0;
  await say(repeats, async () => {
    await pretrainer.stepTogether(images, step++, BATCH * group.size);
  });
  await group.close();
}

/** Prints what repetitions take, after two that do not count. */
async function say(repeats: number, work: () => Promise<void>): Promise<void> {
  const samples: Sample[] = [];
  for (let i = 0; i < repeats + 2; i++) {
    const before = process.cpuUsage();
    const start = performance.now();
    await work();
    const wall = performance.now() - start;
    const { user, system } = process.cpuUsage(before);
    samples.push({ wall, processor: (user + system) / 1e3 });
  }
  console.log(JSON.stringify(samples.slice(2)));
}

/** Runs a command on each rank. @returns the samples of rank 0, with the processor's time of all */
async function together(command: readonly string[], size: number): Promise<Sample[]> {
  const port = await freePort();
  const all = await Promise.all(
    Array.from({ length: size }, async (_, rank) => {
      const place = {
        RANK: `${rank}`,
        WORLD_SIZE: `${size}`,
        MASTER_ADDR: "127.0.0.1",
        MASTER_PORT: `${port}`,
      };
      const child = spawn(command[0]!, command.slice(1), {
        env: { ...process.env, OMP_NUM_THREADS: "1", ...place },
        stdio: ["ignore", "pipe", "inherit"],
      });
      let text = "";
      for await (const part of child.stdout) text += part;
      return JSON.parse(text) as Sample[];
    }),
  );
  const sum = (at: number): number => all.reduce((total, samples) => total + samples[at]!.processor, 0);
  return all[0]!.map(({ wall }, at) => ({ wall, processor: sum(at) }));
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

async function compare(rounds: number): Promise<void> {
  const here = fileURLToPath(import.meta.url);
  const ours = (...args: (string | number)[]) => [process.execPath, here, ...args.map(String)];
  const venv = fileURLToPath(new URL("../.venv/bin/python", import.meta.url));
  const python = process.env.BENCH_PYTHON ?? venv;
  const peer = fileURLToPath(new URL("../peers/all_reduce.py", import.meta.url));
  console.log(`${cpus()[0]?.model}, ${rounds} rounds in turn; medians, in brackets minima`);
  for (const [mebibytes, repeats] of [
    [1, 200],
    [100, 10],
  ] as const) {
    const [mine, theirs] = await inTurn(rounds, [
      () => together(ours("all-reduce", mebibytes, repeats), 2),
      () => together([python, peer, String(mebibytes), String(repeats)], 2),
    ]);
    const ratio = median(mine!, "wall") / median(theirs!, "wall");
    console.log(
      `all-reduce of ${mebibytes} MiB, two ranks: ${shown(mine!)}; PyTorch ${shown(theirs!)}; ratio ${ratio.toFixed(2)}`,
    );
  }
  const [one, two] = await inTurn(rounds, [
    () => together(ours("pretrain", 5), 1),
    () => together(ours("pretrain", 5), 2),
  ]);
  const gain = (of: keyof Sample): string => ((2 * median(one!, of)) / median(two!, of)).toFixed(2);
  console.log(
    `OCRA's pre-training step, ${BATCH} displays a rank: one rank ${shown(one!)}, two ${shown(two!)}`,
  );
  console.log(
    `displays in a second: ${gain("wall")} times as many; in a second of processor time: ${gain("processor")} times`,
  );
}

async function inTurn(rounds: number, sides: readonly (() => Promise<Sample[]>)[]): Promise<Sample[][]> {
  const found = sides.map((): Sample[] => []);
  for (let round = 0; round < rounds; round++)
    for (const [at, side] of sides.entries()) found[at]!.push(...(await side()));
  return found;
}

function median(samples: readonly Sample[], of: keyof Sample): number {
  const sorted = samples.map((sample) => sample[of]).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}

function shown(samples: readonly Sample[]): string {
  const least = Math.min(...samples.map(({ wall }) => wall));
  return `${median(samples, "wall").toFixed(2)} ms (${least.toFixed(2)}), processor ${median(samples, "processor").toFixed(2)} ms`;
}
