// `checkEnv`: environments of this package pass, and of one that breaks a rule the rule is named.
import {
  Box,
  checkEnv,
  Discrete,
  type Env,
  EnvError,
  EpisodeSequence,
  makeEnv,
  type Step,
  TMaze,
} from "@throughline/envs";
import { Random } from "@throughline/lab/random";
import { caught } from "@throughline/testing/caught";
import { checkLeaks } from "@throughline/testing/leaks";
import { describe, expect, test } from "vitest";

checkLeaks();

type Facts = { seed: number; episode: number; length: number; success: boolean };
type Taken = Step<Uint8Array, Facts>;

/** A walk to the end of a corridor whose length the seed draws; every method can be broken. */
class Corridor implements Env<Uint8Array, number, Facts> {
  readonly spec: Env["spec"] = { id: "Corridor-v0", options: {}, horizon: 12 };
  readonly observationSpace = new Box(0, 255, [1, 2, 3], "uint8");
  readonly actionSpace = new Discrete(2);
  readonly sequence = new EpisodeSequence();
  place = 0;
  end = 0;
  steps = 0;
  isRunning = false;

  draw({ seed, episode }: { seed: number; episode: number }): number {
    return 2 + new Random("corridor", seed, episode).below(9);
  }

  reset(options: Parameters<Env["reset"]>[0] = {}): { observation: Uint8Array; info: Facts } {
    this.end = this.draw(this.sequence.next(this.spec.id, options));
    [this.place, this.steps, this.isRunning] = [0, 0, true];
    return { observation: this.picture(), info: this.facts() };
  }

  step(action: number): Taken {
    if (!this.isRunning) throw new EnvError("ended", "Corridor-v0: call reset first");
    this.steps++;
    this.place += action;
    const terminated = this.place === this.end;
    const truncated = !terminated && this.steps >= this.spec.horizon;
    this.isRunning = !terminated && !truncated;
    return {
      observation: this.picture(),
      reward: Number(terminated),
      terminated,
      truncated,
      info: this.facts(),
    };
  }

  picture(): Uint8Array {
    return Uint8Array.of(this.place, this.end, 0, 0, 0, 0);
  }

  facts(): Facts {
    return { ...this.sequence.place, length: this.steps, success: this.place === this.end };
  }

  render() {
    return { width: 2, height: 1, pixels: this.picture() };
  }

  close(): void {
    this.isRunning = false;
  }
}

test("environments of this package pass, and so does a simple one of one's own", () => {
  checkEnv(() => new Corridor());
  checkEnv(() => new TMaze({ length: 3 }), { steps: 10 });
  for (const id of ["SmallGoalMaze-v0", "SmallWatermaze-v0", "SmallIrreversiblePath-v0"])
    checkEnv(() => makeEnv(id, { height: 8, width: 8, horizon: 12 }), { seed: 4 });
});

let shared = 0;

describe("a broken rule is named", () => {
  const broken: [rule: RegExp, make: () => Corridor][] = [
    [
      /^Corridor: its id is "Corridor", accepted: a name and a version/,
      () => Object.assign(new Corridor(), { spec: { id: "Corridor", options: {}, horizon: 12 } }),
    ],
    [
      /its horizon is 0, accepted: 1 or more$/,
      () => Object.assign(new Corridor(), { spec: { id: "Corridor-v0", options: {}, horizon: 0 } }),
    ],
    [
      /the observation of reset is .*, which is not in Box\(0, 255, \[1, 2, 3\], uint8\)$/,
      () =>
        new (class extends Corridor {
          override picture = () => new Uint8Array(5);
        })(),
    ],
    [
      /the episode of seed 1 is another one after other episodes; draw from seed and number alone$/,
      () =>
        new (class extends Corridor {
          #played = 0;
          override draw = () => 2 + this.#played++;
        })(),
    ],
    [
      /the second episode of a seed is not that of reset\(\{ seed, options: \{ episode: 1 \} \}\)$/,
      () =>
        new (class extends Corridor {
          override reset(options: Parameters<Env["reset"]>[0] = {}) {
            const isAsked = options.options?.episode !== undefined;
            const begun = super.reset(options);
            this.end = isAsked ? 99 : this.end;
            return { ...begun, observation: this.picture() };
          }
        })(),
    ],
    [
      /an episode depends on how far the one before it was played$/,
      () =>
        new (class extends Corridor {
          override draw(place: { seed: number; episode: number }) {
            return place.episode === 0 ? super.draw(place) : 2 + this.steps;
          }
          override reset(options: Parameters<Env["reset"]>[0] = {}) {
            // Of a number that is asked for, as after a whole episode, so that the rule before is kept.
            if (options.options?.episode !== undefined) this.steps = whole;
            return super.reset(options);
          }
        })(),
    ],
    [
      /two environments side by side are not as each is alone; keep no state outside of the object$/,
      () =>
        new (class extends Corridor {
          override reset(options?: Parameters<Env["reset"]>[0]) {
            const begun = super.reset(options);
            shared = this.end;
            return begun;
          }
          override step(action: number) {
            this.end = shared;
            return super.step(action);
          }
        })(),
    ],
    [
      /the reward of step 1 is NaN$/,
      () =>
        new (class extends Corridor {
          override step = (action: number): Taken => ({ ...super.step(action), reward: Number.NaN });
        })(),
    ],
    [
      /truncated of step 1 is undefined, accepted: true or false$/,
      () =>
        new (class extends Corridor {
          override step(action: number): Taken {
            const { truncated: _, ...rest } = super.step(action);
            return rest as Taken;
          }
        })(),
    ],
    [
      /info\.length of step 1 is 0, accepted: the steps so far, 1$/,
      () =>
        new (class extends Corridor {
          override facts = () => ({ ...this.sequence.place, length: 0, success: false });
        })(),
    ],
    [
      /info of reset has seed 1, episode 0 and success undefined, accepted: whole numbers and true or false$/,
      () =>
        new (class extends Corridor {
          override facts = () => ({ ...this.sequence.place, length: this.steps }) as Facts;
        })(),
    ],
    [
      /step before the first reset is taken; throw an error instead$/,
      () => Object.assign(new Corridor(), { isRunning: true, end: 50 }),
    ],
    [
      /an episode goes on after step 12, its horizon; it has to be truncated there$/,
      () =>
        new (class extends Corridor {
          override draw = () => 60;
          override step(action: number): Taken {
            const step = super.step(action);
            this.isRunning = true;
            return { ...step, truncated: false };
          }
        })(),
    ],
    [
      /step after the end of an episode is taken; throw an error instead$/,
      () =>
        new (class extends Corridor {
          override step(action: number): Taken {
            const step = super.step(action);
            this.isRunning = true;
            return step;
          }
        })(),
    ],
    [
      /step after close is taken; throw an error instead$/,
      () =>
        new (class extends Corridor {
          override close() {
            this.isRunning = true;
          }
        })(),
    ],
  ];

  /** Steps of the first episode of seed 1 by the actions of `checkEnv`. */
  const whole = (() => {
    const env = new Corridor();
    const random = new Random("checkEnv", 1);
    env.reset({ seed: 1 });
    for (;;) {
      const step = env.step(env.actionSpace.sample(random));
      if (step.terminated || step.truncated) return step.info.length;
    }
  })();

  test.each(broken)("%s", (rule, make) => {
    expect(caught(() => checkEnv(make))).toMatchObject({
      code: "envs/contract",
      message: expect.stringMatching(rule),
    });
  });
});

test("what is made is closed, also after a broken rule; options are checked", () => {
  const open = new Set<object>();
  class Counted extends Corridor {
    override reset(options?: Parameters<Env["reset"]>[0]) {
      open.add(this);
      return super.reset(options);
    }
    override close() {
      open.delete(this);
      super.close();
    }
  }
  checkEnv(() => new Counted());
  class Wrong extends Counted {
    override picture = () => new Uint8Array(1);
  }
  expect(() => checkEnv(() => new Wrong())).toThrow(EnvError);
  expect(open.size).toBe(0);
  expect(() => checkEnv(() => new Corridor(), { steps: 0 })).toThrow(/checkEnv: steps is 0/);
});
