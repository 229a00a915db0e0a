// Our side of `npm run bench -- cec`: attention, training steps and rollout steps of CEC's policy at the sizes of Goal Maze.
import {
  bandedAttention,
  CecPolicy,
  type CecPolicyOptions,
  type Memory,
  paperMazePolicy,
  type SequenceBatch,
  SequenceTrainer,
} from "@throughline/cec";
import {
  arange,
  dispose,
  manualSeed,
  noGrad,
  ones,
  randint,
  randn,
  scope,
  setNumThreads,
  type Tensor,
  zeros,
} from "@throughline/torch";
import { now } from "./clock.js";
import { there } from "./device.js";
import { serve } from "./serve.js";

setNumThreads(Number(process.argv[2] ?? 1));
manualSeed(0);

interface Case {
  readonly repeats: number;
  run(): void;
}

const ACTIONS = 15;
const sizes: Record<string, CecPolicyOptions> = {
  paper: paperMazePolicy("goal", "picture", ACTIONS),
  laptop: {
    inputs: { picture: { kind: "convnet", height: 24, width: 32, channels: [8, 16, 16], features: 128 } },
    actions: { count: ACTIONS },
    ...{ width: 128, layers: 3, heads: 4, window: 128 },
  },
};

/** Attention of a chunk as long as its window, all of which is there, forward and back. */
function attention(which: string, batch: number): Case {
  const { width, heads, window } = sizes[which]!;
  const leaf = (...shape: number[]): Tensor => there(randn(shape)).requiresGrad_();
  const [queries, keys, values] = [window, 2 * window, 2 * window].map((steps) => leaf(batch, steps, width));
  const relative = leaf(batch, window, heads, 10);
  const band = { queries: queries!, keys: keys!, values: values!, relative, table: leaf(10, window) };
  const valid = there(ones([batch, window], { dtype: "bool" }));
  const weights = there(randn([batch, window, width]));
  return {
    repeats: 1,
    run: () =>
      scope(() => {
        for (const tensor of Object.values(band)) tensor.grad = null;
        bandedAttention({ ...band, valid }, heads)
          .mul(weights)
          .sum()
          .backward();
      }),
  };
}

function batchOf(options: CecPolicyOptions, batch: number, steps: number): SequenceBatch {
  const { height, width } = options.inputs.picture as { height: number; width: number };
  const bytes = (...shape: number[]): Tensor => there(scope(() => randint(0, 256, shape).to("uint8")));
  const actions = there(randint(0, ACTIONS, [batch, steps]));
  return {
    observations: { picture: bytes(batch, steps, height, width, 3) },
    previous: {
      actions,
      rewards: there(zeros([batch, steps])),
      ends: there(zeros([batch, steps], { dtype: "bool" })),
    },
    times: there(arange(steps)).expand([batch, steps]),
    actions,
    counted: there(ones([batch, steps], { dtype: "bool" })),
    episodes: there(zeros([batch, steps], { dtype: "int64" })),
  };
}

/** Loss over chunks as long as the window, the gradient through the cache (`full`) or cut, bounded, AdamW. */
function training(which: string, batch: number, chunks: number, gradient: "full" | "chunk" = "full"): Case {
  const options = sizes[which]!;
  const trainer = new SequenceTrainer(there(new CecPolicy(options)), {
    ...{ lr: 5e-4, lrEnd: 1e-5, warmup: 1000, total: 100_000 },
    ...{ chunk: options.window, gradient, maxGradNorm: 0.5 },
  });
  const given = batchOf(options, batch, chunks * options.window);
  let step = 0;
  return { repeats: 1, run: () => void trainer.step(given, step++) };
}

/** Decisions of `lanes` runs at once, step by step, with a cache that is full. */
function rollout(which: string, lanes: number): Case {
  const options = sizes[which]!;
  const policy = there(new CecPolicy(options));
  policy.eval();
  const seen = batchOf(options, lanes, 1);
  let memory: Memory = policy.start(lanes);
  const decide = (): void => {
    const after = scope(() =>
      noGrad(() => {
        const decision = policy.forward(seen, memory);
        decision.actions.best().toTypedArray();
        return decision.memory;
      }),
    );
    dispose([...memory]);
    memory = after;
  };
  for (let i = 0; i < options.window; i++) decide();
  const repeats = 200;
  return {
    repeats: repeats * lanes,
    run() {
      for (let i = 0; i < repeats; i++) decide();
    },
  };
}

/** Peak of the resident set: first with chunks that are cut, then, which is more, with the gradient through all of them. */
function memory(): { ok: boolean; text: string } {
  const peak = (): number => Math.round(process.resourceUsage().maxRSS / 1024);
  const before = peak();
  training("paper", 1, 4, "chunk").run();
  const cut = peak();
  training("paper", 1, 4).run();
  const text = `Ours: ${before} MB before, ${cut} MB with chunks that are cut, ${peak()} MB with the gradient through the cache`;
  return { ok: true, text };
}

const kinds: Record<string, (which: string, batch: number) => Case> = {
  attention,
  train: (which, batch) => training(which, batch, 2),
  rollout,
};
const ready = new Map<string, Case>();

await serve((request) => {
  if (request.case === undefined) return memory();
  const [kind, which, batch] = request.case.split(",") as [string, string, string];
  const entry = ready.get(request.case) ?? kinds[kind]!(which, Number(batch));
  ready.set(request.case, entry);
  const start = now();
  entry.run();
  return { ms: (now() - start) / entry.repeats };
});
