// Our side of `npm run bench -- envs` and `envs-curves`: steps of mazes with their pictures, and frames of recurrent PPO.
import { Ppo, RecurrentAgent } from "@throughline/cec";
import { makeEnv, makeVector } from "@throughline/envs";
import { Generator, manualSeed, setNumThreads } from "@throughline/torch";
import { now } from "./clock.js";
import { serve } from "./serve.js";

setNumThreads(Number(process.argv[2] ?? 1));
manualSeed(0);

/** Forward is 0 in every set of actions; this turns. */
const TURN = 4;

/** Work of `repeats` steps, or frames. */
interface Case {
  readonly repeats: number;
  run(): void;
}

/** `id,height,width,lanes,dial`: steps of a vector, counted lane by lane; of a single environment without lanes (0). */
function steps(text: string): Case {
  const [id, ...numbers] = text.split(",") as [string, ...string[]];
  const [height, width, lanes, rooms] = numbers.map(Number) as [number, number, number, number];
  const options = { height, width, rooms };
  // About as many pixels whatever their size.
  const repeats = Math.max(1, Math.round(2e8 / (height * width) / Math.max(1, lanes)));
  let at = 0;
  // Two steps forward, one turn: as the peers play.
  const action = (): number => (at++ % 3 === 0 ? TURN : 0);
  if (lanes === 0) {
    const env = makeEnv(id, options);
    env.reset({ seed: 1 });
    return {
      repeats,
      run() {
        for (let i = 0; i < repeats; i++) {
          const { terminated, truncated } = env.step(action());
          if (terminated || truncated) env.reset();
        }
      },
    };
  }
  const vector = makeVector(id, lanes, options);
  vector.reset({ seed: 1 });
  return {
    repeats: repeats * lanes,
    run() {
      for (let i = 0; i < repeats; i++) vector.step(Uint8Array.from({ length: lanes }, action));
    },
  };
}

/** An update of recurrent PPO at the `laptop` settings of cec/source, in mazes. */
function ppo(): Case {
  const [lanes, length] = [16, 128];
  const [height, width] = [36, 48];
  const vector = makeVector("SmallGoalMaze-v0", lanes, { rooms: 1, height, width });
  const { observations } = vector.reset({ seed: 1 });
  const sizes = {
    height,
    width,
    channels: [8, 16, 16],
    features: 128,
    memory: "lstm",
    units: 128,
    actions: 3,
  } as const;
  const agent = new RecurrentAgent(sizes, Generator.create({ seed: 1 }));
  const options = {
    ...{ steps: length, window: 16, epochs: 4, minibatches: 8, gamma: 0.99, lambda: 0.95 },
    ...{ clip: 0.2, valueWeight: 0.5, maxGradNorm: 0.5 },
  };
  const learner = new Ppo(agent, options, Generator.create({ seed: 2 }), vector, observations);
  return { repeats: lanes * length, run: () => void learner.update({ lr: 5e-4, entropy: 0.01 }, () => {}) };
}

const ready = new Map<string, Case>();

await serve(({ case: name = "" }) => {
  const entry = ready.get(name) ?? (name === "ppo" ? ppo() : steps(name));
  ready.set(name, entry);
  const start = now();
  entry.run();
  return { ms: (now() - start) / entry.repeats };
});
