// The contract of environments: Gymnasium's conventions, and episodes that are a function of seed, number and actions alone.
import { createHash } from "node:crypto";
import { Generator, keep } from "@throughline/torch";
import { expect } from "vitest";
import { type Rule, testRules } from "./rules.js";

/** A space, as far as the contract looks at it. */
export interface ContractSpace {
  contains(value: unknown): boolean;
}

/** Result of a step, as far as the contract looks at it. */
export interface ContractStep {
  readonly observation: unknown;
  readonly reward: number;
  readonly terminated: boolean;
  readonly truncated: boolean;
  readonly info: object;
}

/** An environment, as far as the contract looks at it. */
export interface ContractEnvironment {
  /** The last step of an episode, at the latest, is number `horizon`, counted from 1. */
  readonly spec: { readonly id: string; readonly horizon: number };
  readonly observationSpace: ContractSpace;
  readonly actionSpace: ContractSpace;
  /** Begins an episode. With `seed`: episode 0 of its sequence, or number `options.episode` of it; without: the next of the sequence. */
  reset(options?: { readonly seed?: number; readonly options?: { readonly episode?: number } }): {
    readonly observation: unknown;
    readonly info: object;
  };
  step(action: never): ContractStep;
  /** A picture, width × height × 3 bytes; left out where there is none. */
  render?(): { readonly width: number; readonly height: number; readonly pixels: Uint8Array };
  close(): void;
}

/** Environments and what is done in them. */
export interface EnvironmentCase {
  /** A fresh environment, always with the same options. */
  make(): ContractEnvironment;
  /** The action of a step, counted from 0; the same whenever it is asked. */
  action(step: number): unknown;
  /** Values that lie outside the space of actions. */
  readonly wrongActions: readonly unknown[];
  /** Steps that are taken of an episode, at most. Default 40; episodes are played to their ends only for the rule of ends. */
  readonly steps?: number;
}

/** Everything that an episode gives: the observation of `reset`, then each step, as copies. */
type Episode = readonly unknown[];

const names = ["observation", "reward", "terminated", "truncated", "info"] as const;

/** A copy that can be compared quickly: large arrays, such as pictures, become their length and SHA-256. */
function copyOf<Value>(value: Value): Value {
  const summarised = (item: unknown): unknown => {
    if (ArrayBuffer.isView(item)) {
      const bytes = new Uint8Array(item.buffer, item.byteOffset, item.byteLength);
      return `${item.constructor.name} of ${bytes.length} bytes, ${createHash("sha256").update(bytes).digest("hex")}`;
    }
    if (Array.isArray(item)) return item.map(summarised);
    if (typeof item !== "object" || item === null) return item;
    return Object.fromEntries(Object.entries(item).map(([key, part]) => [key, summarised(part)]));
  };
  return summarised(value) as Value;
}

/** Rules of environments. */
export function environmentRules({
  make,
  action,
  wrongActions,
  steps = 40,
}: EnvironmentCase): readonly Rule[] {
  const act = (env: ContractEnvironment, at: number): ContractStep => env.step(action(at) as never);
  /** Steps from where the environment is, until the episode ends or `most` are taken. */
  const play = (env: ContractEnvironment, most = steps, from = 0): ContractStep[] => {
    const taken: ContractStep[] = [];
    for (let at = from; at < most; at++) {
      const step = copyOf(act(env, at));
      taken.push(step);
      if (step.terminated || step.truncated) break;
    }
    return taken;
  };
  type Reset = Parameters<ContractEnvironment["reset"]>[0];
  const episode = (env: ContractEnvironment, options?: Reset): Episode => [
    copyOf(env.reset(options)),
    ...play(env),
  ];
  const within = <Result>(body: (env: ContractEnvironment) => Result): Result => {
    const env = make();
    try {
      return body(env);
    } finally {
      env.close();
    }
  };
  const fresh = (options?: Reset): Episode => within((env) => episode(env, options));

  return [
    {
      name: "reset and step give what their spaces hold, finite rewards, and ends of two kinds",
      check: () =>
        within((env) => {
          expect(env.spec.id).toMatch(/^[\w/:-]+-v\d+$/);
          expect(Number.isSafeInteger(env.spec.horizon) && env.spec.horizon >= 1).toBe(true);
          const { observation, info } = env.reset({ seed: 1 });
          expect(env.observationSpace.contains(observation), "observation of reset").toBe(true);
          expect(info).toBeTypeOf("object");
          for (let at = 0; at < steps; at++) {
            expect(env.actionSpace.contains(action(at)), "action of the case").toBe(true);
            const step = act(env, at);
            for (const name of names) expect(step, `step ${at}`).toHaveProperty(name);
            expect(env.observationSpace.contains(step.observation), `observation of step ${at}`).toBe(true);
            expect(Number.isFinite(step.reward), `reward of step ${at}`).toBe(true);
            expect([typeof step.terminated, typeof step.truncated]).toEqual(["boolean", "boolean"]);
            if (step.terminated || step.truncated) break;
          }
        }),
    },
    {
      name: "the same seed and actions give the same episode, also after other episodes",
      check: () => {
        const first = fresh({ seed: 3 });
        expect(fresh({ seed: 3 })).toEqual(first);
        within((env) => {
          episode(env, { seed: 4 });
          episode(env);
          expect(episode(env, { seed: 3 })).toEqual(first);
          expect(episode(env, { seed: 3 })).toEqual(first);
        });
      },
    },
    {
      name: "another seed, and the next number, give another episode",
      check: () =>
        within((env) => {
          const seen = [0, 1, 2, 3].flatMap((seed) => [episode(env, { seed }), episode(env)]);
          const texts = new Set(seen.map((one) => JSON.stringify(one)));
          // Small layouts may meet by chance.
          expect(texts.size, "different episodes of 8").toBeGreaterThan(4);
        }),
    },
    {
      name: "an episode is replayed bit for bit from seed, number and actions",
      check: () => {
        const sequence = within((env) => [episode(env, { seed: 5 }), episode(env), episode(env)]);
        for (const [number, one] of sequence.entries())
          expect(fresh({ seed: 5, options: { episode: number } }), `episode ${number}`).toEqual(one);
        within((env) => {
          episode(env, { seed: 5, options: { episode: 1 } });
          expect(episode(env), "the one after a number that was asked for").toEqual(sequence[2]);
        });
      },
    },
    {
      name: "how far an episode was played does not change those after it",
      check: () => {
        const next = (played: number): Episode =>
          within((env) => {
            env.reset({ seed: 6 });
            play(env, played);
            return episode(env);
          });
        expect(next(0)).toEqual(next(steps));
        expect(next(1)).toEqual(next(steps));
      },
    },
    {
      name: "environments side by side do not touch each other",
      check: () => {
        const alone = [fresh({ seed: 7 }), fresh({ seed: 8 })];
        const [first, second] = [make(), make()];
        try {
          const together = [
            [copyOf(first.reset({ seed: 7 })) as unknown],
            [copyOf(second.reset({ seed: 8 })) as unknown],
          ];
          const over = [false, false];
          for (let at = 0; at < steps; at++)
            for (const [i, env] of [first, second].entries()) {
              if (over[i]) continue;
              const step = copyOf(act(env, at));
              together[i]!.push(step);
              over[i] = step.terminated || step.truncated;
            }
          expect(together).toEqual(alone);
        } finally {
          first.close();
          second.close();
        }
      },
    },
    {
      name: "no global randomness is drawn from: neither Math.random nor libtorch's default generator",
      check: () => {
        const generator = keep(Generator.default("cpu"));
        const own = Math.random;
        const stand = (): string => {
          using state = generator.getState();
          return String(state.toTypedArray());
        };
        const before = stand();
        Math.random = () => {
          throw new Error("Math.random was called");
        };
        try {
          within((env) => [episode(env, { seed: 9 }), episode(env), env.render?.()]);
        } finally {
          Math.random = own;
        }
        const after = stand();
        generator.dispose();
        expect(after === before, "libtorch's default generator stands where it stood").toBe(true);
      },
    },
    {
      name: "an episode ends by itself or at the horizon, and there is no step before the first, after the end and after close",
      check: () => {
        const env = make();
        const { horizon } = env.spec;
        expect(() => act(env, 0), "a step before reset").toThrow();
        env.reset({ seed: 10 });
        const taken = play(env, horizon + 1);
        const last = taken.at(-1)!;
        expect(taken.length).toBeLessThanOrEqual(horizon);
        expect(last.terminated || last.truncated, "an end at the horizon").toBe(true);
        if (taken.length < horizon)
          expect(last.terminated, "an end before the horizon is the task's").toBe(true);
        expect(() => act(env, 0), "a step after the end").toThrow();
        expect(() => act(env, 0), "a second step after the end").toThrow();
        expect(env.reset(), "an episode after the end").toHaveProperty("observation");
        env.close();
        env.close();
        expect(() => act(env, 0), "a step after close").toThrow();
        expect(() => env.reset(), "reset after close").toThrow();
      },
    },
    {
      name: "wrong actions and seeds are refused, and change nothing",
      check: () => {
        expect(wrongActions.length).toBeGreaterThan(0);
        const whole = fresh({ seed: 11 });
        within((env) => {
          const seen: unknown[] = [copyOf(env.reset({ seed: 11 }))];
          for (const wrong of wrongActions) {
            expect(env.actionSpace.contains(wrong), `${String(wrong)} is no action`).toBe(false);
            expect(() => env.step(wrong as never), `the action ${String(wrong)}`).toThrow();
          }
          for (const seed of [-1, 0.5, Number.NaN])
            expect(() => env.reset({ seed }), `the seed ${seed}`).toThrow();
          seen.push(...play(env));
          expect(seen).toEqual(whole);
        });
      },
    },
    {
      name: "drawing an environment changes nothing, and the same state gives the same picture",
      check: () => {
        const whole = fresh({ seed: 12 });
        within((env) => {
          if (env.render === undefined) return;
          const seen: unknown[] = [copyOf(env.reset({ seed: 12 }))];
          for (let at = 0; seen.length < whole.length; at++) {
            const { width, height, pixels } = env.render();
            expect(pixels.length).toBe(3 * width * height);
            const picture = copyOf({ width, height, pixels });
            expect(copyOf(env.render()), `picture ${at}, drawn again`).toEqual(picture);
            seen.push(copyOf(act(env, at)));
          }
          expect(seen).toEqual(whole);
        });
      },
    },
  ];
}

/** Tests an environment against every rule. @param given a small variant, whose episodes take milliseconds */
export function environmentContract(name: string, given: EnvironmentCase): void {
  testRules(`${name} keeps the contract of environments`, environmentRules(given));
}
