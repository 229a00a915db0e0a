// Continuous actions and named observations from end to end, on a problem whose answer is known: a linear controller is imitated.
import { join } from "node:path";
import {
  CecPolicy,
  Curriculum,
  evaluateRuns,
  expertiseLevels,
  protocols,
  RecurrentPolicy,
  SequenceLoader,
  type SequencePolicy,
  SequenceTrainer,
  type Steps,
  sampling,
  scoredSuccess,
  selfCheck,
} from "@throughline/cec";
import {
  Box,
  Dict,
  type Env,
  type EpisodeFacts,
  EpisodeReader,
  EpisodeWriter,
  type Frame,
  type ResetOptions,
  type Step,
} from "@throughline/envs";
import { Random } from "@throughline/lab/random";
import "@throughline/testing/close";
import { fileFolder } from "@throughline/testing/folders";
import { checkLeaks } from "@throughline/testing/leaks";
import { Generator, noGrad, randn, scope, zeros } from "@throughline/torch";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

checkLeaks();

type Seen = { readonly goal: Float64Array; readonly place: Float32Array };

const LENGTH = 6;

/** A point in the plane that moves by half of each action, and is to be at the goal after six steps. */
class Point implements Env<Seen, Float32Array, EpisodeFacts> {
  readonly spec = { id: "Point-v0", options: {}, horizon: LENGTH };
  readonly observationSpace = new Dict({
    goal: new Box(-1, 1, [2], "float64"),
    place: new Box(-9, 9, [2], "float32"),
  }) as never;
  readonly actionSpace = new Box(-1, 1, [2], "float32");
  #goal = new Float64Array(2);
  #place = new Float32Array(2);
  #facts: EpisodeFacts = { seed: 0, episode: 0, length: 0, success: false };

  reset({ seed = 0, options = {} }: ResetOptions = {}): { observation: Seen; info: EpisodeFacts } {
    const episode = Number(options.episode ?? 0);
    const random = new Random("point", seed, episode);
    this.#goal = Float64Array.of(random.uniform(-1, 1), random.uniform(-1, 1));
    this.#place = Float32Array.of(random.uniform(-1, 1), random.uniform(-1, 1));
    this.#facts = { seed, episode, length: 0, success: false };
    return { observation: this.#see(), info: this.#facts };
  }

  step(action: Float32Array): Step<Seen, EpisodeFacts> {
    expect(this.actionSpace.contains(action)).toBe(true);
    this.#place = this.#place.map((value, axis) => value + 0.5 * action[axis]!);
    const length = this.#facts.length + 1;
    const truncated = length === LENGTH;
    const success = truncated && Math.hypot(...this.#apart()) < 0.25;
    this.#facts = { ...this.#facts, length, success };
    return {
      observation: this.#see(),
      reward: Number(success),
      terminated: false,
      truncated,
      info: this.#facts,
    };
  }

  render(): Frame {
    throw new Error("it has no pictures");
  }

  close(): void {}

  #apart(): number[] {
    return [0, 1].map((axis) => this.#goal[axis]! - this.#place[axis]!);
  }

  #see(): Seen {
    return { goal: this.#goal.slice(), place: this.#place.slice() };
  }
}

/** What is imitated: a step towards the goal. */
const controller = ({ goal, place }: Seen): Float32Array =>
  Float32Array.from(goal, (value, axis) => Math.max(-1, Math.min(1, 0.6 * (value - place[axis]!))));

const folder = fileFolder();
let store: EpisodeReader;

beforeAll(() => {
  const env = new Point();
  const { spec, observationSpace, actionSpace } = env;
  const writer = new EpisodeWriter(join(folder, "point"), { levels: [spec], observationSpace, actionSpace });
  for (let ordinal = 0; ordinal < 60; ordinal++) {
    const draft = writer.begin({ ordinal, policy: ordinal < 30 ? "worse" : "better" });
    let { observation } = env.reset({ seed: 7, options: { episode: ordinal } });
    const random = new Random("noise", ordinal);
    for (let time = 0; time < LENGTH; time++) {
      draft.see(observation);
      // The worse ones are less steady.
      const noise = ordinal < 30 ? 0.1 : 0.01;
      const action = controller(observation).map((value) =>
        Math.max(-1, Math.min(1, value + random.uniform(-noise, noise))),
      );
      const step = env.step(action);
      draft.step(action, step.reward);
      observation = step.observation;
    }
    draft.see(observation);
    writer.end(draft, { seed: 7, episode: ordinal, update: 0, success: true, terminated: false });
  }
  writer.close();
  store = new EpisodeReader(join(folder, "point"));
});
afterAll(() => store.close());

const grade = ({ policy }: { policy: string }): number => ["worse", "better"].indexOf(policy);
const inputs = { goal: { kind: "numbers", size: 2 }, place: { kind: "numbers", size: 2 } } as const;

const learners = {
  CecPolicy: {
    make: (generator: Generator): SequencePolicy =>
      new CecPolicy(
        { inputs, actions: { dimensions: 2 }, width: 32, layers: 1, heads: 2, window: 12 },
        generator,
      ),
    rule: sampling.expertise({ counts: { most: 3 } }),
    ...({ chunk: 12, batch: 4, updates: 150, forget: "never" } as const),
  },
  RecurrentPolicy: {
    make: (generator: Generator): SequencePolicy =>
      new RecurrentPolicy({ inputs, dimensions: 2, units: 32, layers: 1, horizon: 4 }, generator),
    rule: sampling.windows({ steps: 4 }),
    ...({ chunk: 4, batch: 32, updates: 500, forget: "episode" } as const),
  },
} as const;

describe.each(Object.entries(learners))("%s", (_, { make, rule, chunk, batch, updates, forget }) => {
  test("learns the controller from its demonstrations, and reaches goals that it has not seen", async () => {
    const generator = Generator.create({ seed: 3 });
    const policy = make(generator);
    const loader = new SequenceLoader(new Curriculum(expertiseLevels(store, grade), { sampling: rule }), {
      ...{ seed: 1, workers: 0, chunk, batch, keys: ["goal", "place"] },
    });
    const schedule = { lr: 1e-2, lrEnd: 1e-3, warmup: 1, total: updates, maxGradNorm: 1 };
    const trainer = new SequenceTrainer(policy, { ...schedule, chunk, gradient: "full" });
    try {
      const success = async (): Promise<number> => {
        const result = await evaluateRuns(policy, protocols.learningProgress({ testEpisodes: 5 }), {
          ...{ env: () => new Point(), runs: 4, forget, keepActions: true },
        });
        expect(result.episodes[0]!.actions).toHaveLength(LENGTH);
        expect(result.episodes[0]!.actions![0]).toHaveLength(2);
        return (
          scoredSuccess(result)
            .flat()
            .reduce((sum, one) => sum + one, 0) / 20
        );
      };
      const losses: number[] = [];
      expect(await success()).toBeLessThan(0.5);
      for (let step = 0; step < updates; step++) {
        const given = await loader.next();
        losses.push(scope(() => trainer.step(given, step).loss));
      }
      expect(losses.at(-1)!).toBeLessThan(losses[0]! - 1.5);
      expect(await success()).toBeGreaterThan(0.8);
    } finally {
      await loader.close();
      trainer.optimizer.dispose();
      policy.dispose();
      generator.dispose();
    }
  });
});

describe("RecurrentPolicy", () => {
  const stepsOf = (count: number, generator: Generator): Steps => {
    const none = zeros([2, count]);
    return {
      observations: { goal: randn([2, count, 2], { generator }), place: randn([2, count, 2], { generator }) },
      previous: { actions: zeros([2, count, 2]), rewards: none, ends: none.to("bool") },
      times: none.long(),
    };
  };

  test("its memory is empty again after every `horizon` steps, row by row, however steps are cut", () => {
    scope(() => {
      const generator = Generator.create({ seed: 1 });
      using policy = learners.RecurrentPolicy.make(generator);
      const steps = stepsOf(11, generator);
      expect(selfCheck(policy, steps).stepByStep).toBeLessThan(1e-4);
      noGrad(() => {
        const part = (from: number, to: number): Steps => ({
          ...steps,
          observations: Object.fromEntries(
            Object.entries(steps.observations).map(([key, value]) => [key, value.narrow(1, from, to - from)]),
          ),
          times: steps.times.narrow(1, from, to - from),
        });
        const actions = randn([2, 3, 2], { generator });
        // The fifth to the seventh step see nothing of those before.
        const whole = policy.forward(part(0, 7), policy.start(2));
        const fresh = policy.forward(part(4, 7), policy.start(2));
        expect(whole.actions.logProb(zeros([2, 7, 2])).narrow(1, 4, 3)).toBeClose(
          fresh.actions.logProb(zeros([2, 3, 2])),
        );
        // A row that has been emptied alone, at another step than its neighbour.
        const { memory } = policy.forward(part(0, 3), policy.start(2));
        const empty = policy.start(2);
        const mixed = memory.map((tensor, at) =>
          tensor.indexCopy(0, zeros([1]).long(), empty[at]!.narrow(0, 0, 1)),
        );
        const after = policy.forward(part(3, 6), mixed).actions.logProb(actions);
        const begun = policy.forward(part(3, 6), policy.start(2)).actions.logProb(actions);
        const went = policy.forward(part(3, 6), memory).actions.logProb(actions);
        expect(after.select(0, 0)).toBeClose(begun.select(0, 0));
        expect(after.select(0, 1)).toBeClose(went.select(0, 1));
      });
      generator.dispose();
    });
  });

  test("an observation that is missing is named", () => {
    scope(() => {
      const generator = Generator.create({ seed: 1 });
      using policy = learners.RecurrentPolicy.make(generator);
      const { observations, ...rest } = stepsOf(2, generator);
      expect(() =>
        policy.forward({ ...rest, observations: { goal: observations.goal! } }, policy.start(2)),
      ).toThrow("the policy sees the observation place; the steps have goal");
      generator.dispose();
    });
  });
});

test("windows: each step of all episodes begins one in an epoch; batches hold that part of the episode, its times and its numbers", async () => {
  const curriculum = new Curriculum(expertiseLevels(store, grade), {
    sampling: sampling.windows({ steps: 4 }),
  });
  expect(curriculum.samples).toBe(60 * LENGTH);
  const places = Array.from({ length: curriculum.samples }, (_, index) => {
    const [one] = curriculum.sequence({ seed: 5, epoch: 2, index });
    expect(one!.part!.steps).toBe(Math.min(4, LENGTH - one!.part!.from));
    return `${one!.number}/${one!.part!.from}`;
  });
  expect(new Set(places).size).toBe(60 * LENGTH);
  const loader = new SequenceLoader(curriculum, { seed: 5, workers: 0, batch: 8, chunk: 4 });
  const batch = await loader.next();
  for (let row = 0; row < 8; row++) {
    const [
      {
        number,
        part: { from, steps },
      },
    ] = curriculum.sequence({ seed: 5, epoch: 0, index: row }) as never as [
      { number: number; part: { from: number; steps: number } },
    ];
    const record = store.episodes[number]!;
    scope(() => {
      const line = (values: ArrayLike<number>, size: number): number[][] =>
        Array.from({ length: 4 }, (_, step) =>
          step < steps
            ? Array.from(values).slice(step * size, (step + 1) * size)
            : Array<number>(size).fill(0),
        );
      for (const key of ["goal", "place"])
        expect(batch.observations[key]!.select(0, row)).toBeClose(
          line(store.observations(record, from, from + steps, key), 2),
        );
      const { actions } = store.moves(record);
      expect(batch.actions.select(0, row)).toBeClose(line(actions.subarray(from * 2, (from + steps) * 2), 2));
      const counted = Array.from({ length: 4 }, (_, step) => step < steps);
      expect(batch.counted.select(0, row).toArray()).toEqual(counted);
      expect(batch.times.select(0, row).toArray()).toEqual(
        counted.map((one, step) => (one ? from + step : 0)),
      );
    });
  }
  await loader.close();
});
