// `bench -- cec-loader`: training steps of a constant cost, each with a batch of sequences that a thread has made ahead, against the same
// steps with batches that this thread makes when it needs them.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Curriculum, SequenceLoader, sampling } from "@throughline/cec";
import { EpisodeReader, EpisodeWriter, makeEnv, RecordedEnv, Recording } from "@throughline/envs";
import { Random } from "@throughline/lab/random";
import { scope } from "@throughline/torch";
import { now } from "./clock.js";
import { makeWork } from "./lab-step.js";
import { serve } from "./serve.js";

/** Batches of a sample, and steps of about 2 ms that stand for one training step. */
const BATCHES = 10;
const STEPS = 60;

const work = makeWork();
const root = mkdtempSync(join(tmpdir(), "throughline-bench-"));
process.on("exit", () => rmSync(root, { recursive: true, force: true }));
const curricula = new Map<string, Curriculum>();
const loaders = new Map<string, SequenceLoader>();

/** A level of 60 episodes of 120 steps. */
function curriculumOf(height: number, width: number): Curriculum {
  const folder = join(root, `${height}-${width}`);
  const known = curricula.get(folder);
  if (known !== undefined) return known;
  const env = makeEnv("SmallGoalMaze-v0", { height, width, horizon: 120 });
  const { spec, observationSpace, actionSpace } = env;
  const writer = new EpisodeWriter(folder, { levels: [spec], observationSpace, actionSpace });
  const recorded = new RecordedEnv(env, new Recording(writer));
  const random = new Random("bench", "sequences");
  for (let episode = 0; episode < 60; episode++) {
    recorded.reset({ seed: 0, options: { episode } });
    for (;;) {
      const step = recorded.step(actionSpace.sample(random));
      if (step.terminated || step.truncated) break;
    }
  }
  recorded.close();
  writer.close();
  const store = new EpisodeReader(folder);
  const curriculum = new Curriculum([{ store, episodes: store.episodes }], {
    sampling: sampling.learningProgress({ episodes: 9 }),
  });
  store.close();
  curricula.set(folder, curriculum);
  return curriculum;
}

async function timed(entry: string, workers: number): Promise<number> {
  const [height, width, isCached] = entry.split(":")[1]!.split(",").map(Number) as [number, number, number];
  const key = `${entry}/${workers}`;
  const isNew = !loaders.has(key);
  const loader =
    loaders.get(key) ??
    new SequenceLoader(curriculumOf(height, width), {
      ...{ seed: 0, batch: 4, chunk: 128, workers, cacheBytes: isCached === 1 ? 2 ** 30 : 0 },
    });
  loaders.set(key, loader);
  // Until everything is in memory that will be.
  if (isNew) for (let batch = 0; batch < 15; batch++) await loader.next();
  const start = now();
  for (let batch = 0; batch < BATCHES; batch++) {
    await loader.next();
    for (let step = 0; step < STEPS; step++) scope(work.step);
  }
  return (now() - start) / BATCHES;
}

await serve(async (request) => ({ ms: await timed(request.case!, request.side === "peer" ? 0 : 1) }));
process.exit();
