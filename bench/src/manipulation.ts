// Our side of `npm run bench -- manipulation`: actions of a robot's tasks, with states or with the pictures of both cameras.
import { CAMERAS, type ManipulationId, makeEnv } from "@throughline/envs";
import { setNumThreads } from "@throughline/torch";
import { now } from "./clock.js";
import { serve } from "./serve.js";

setNumThreads(Number(process.argv[2] ?? 1));

const REPEATS = 20;

/** `id,states` or `id,pictures`. */
function actions(text: string): () => void {
  const [id, kind] = text.split(",") as [ManipulationId, string];
  const env = makeEnv(id, {
    cameras: kind === "pictures" ? CAMERAS : [],
    horizon: 1_000_000,
    endOnSuccess: false,
  });
  env.reset({ seed: 1 });
  let at = 0;
  return () => {
    // To and fro above the table.
    for (let i = 0; i < REPEATS; i++, at++)
      env.step(Float32Array.of(0, 0, Math.floor(at / 10) % 2 === 0 ? 0.3 : -0.3, 0.05, 0, 0, -1));
  };
}

const ready = new Map<string, () => void>();

await serve(({ case: name = "" }) => {
  const run = ready.get(name) ?? actions(name);
  ready.set(name, run);
  const start = now();
  run();
  return { ms: (now() - start) / REPEATS };
});
