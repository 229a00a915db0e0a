// Whether an environment keeps the conventions that everything here counts on.
import { isDeepStrictEqual } from "node:util";
import { Random } from "@throughline/lab/random";
import { checkOptions, type Rules, show, whole } from "@throughline/torch/checks";
import type { Env, ResetOptions, Step } from "./env.js";
import { EnvError } from "./errors.js";
import type { EpisodeFacts } from "./vector/vector-env.js";

/** Options of `checkEnv`. */
export interface CheckEnvOptions {
  /** Steps of an episode that are compared. Default: 40. */
  readonly steps?: number;
  /** Seed of the episodes and of the actions, which are drawn. Default: 1. */
  readonly seed?: number;
}

type AnyEnv = Env<unknown, unknown, EpisodeFacts>;
type Complain = (problem: string) => never;

const rules: Rules<Required<CheckEnvOptions>> = { steps: whole(1, 40), seed: whole(0, 1) };

/**
 * Plays an environment of one's own by the rules of `Env`, and names the first that it breaks: values lie in their spaces; an episode is a
 * function of seed, number and actions, also after and beside others; it ends at the horizon; no step is taken where none can be.
 * @param make makes the environment, always with the same options; what it makes is closed
 * @example checkEnv(() => new Corridor({ length: 5 }));
 * @throws EnvError `envs/contract` for a rule that is broken; what the environment throws
 */
export function checkEnv<Observation, Action>(
  make: () => Env<Observation, Action, EpisodeFacts>,
  options?: CheckEnvOptions,
): void {
  const { steps, seed } = checkOptions("checkEnv", rules, options);
  const made: AnyEnv[] = [];
  const fresh = (): AnyEnv => {
    made.push(make() as AnyEnv);
    return made.at(-1)!;
  };
  const { spec } = fresh();
  const complain: Complain = (problem) => {
    throw new EnvError("contract", `${spec.id}: ${problem}`);
  };
  try {
    checkSpec(made[0]!, complain);
    const play = (env: AnyEnv, at: ResetOptions | undefined, most = steps): unknown[] =>
      played(env, at, most, seed, complain);
    const first = play(fresh(), { seed });
    const env = fresh();
    play(env, { seed: seed + 1 });
    const [again, second] = [play(env, { seed }), play(env, undefined)];
    if (!isDeepStrictEqual(again, first))
      complain(
        `the episode of seed ${seed} is another one after other episodes; draw from seed and number alone`,
      );
    const asked = play(fresh(), { seed, options: { episode: 1 } });
    if (!isDeepStrictEqual(asked, second))
      complain("the second episode of a seed is not that of reset({ seed, options: { episode: 1 } })");
    env.reset({ seed });
    if (!isDeepStrictEqual(play(env, undefined), second))
      complain("an episode depends on how far the one before it was played");
    checkSideBySide(fresh(), fresh(), first, { seed, steps }, complain);
    checkEnds(fresh(), seed, complain);
  } finally {
    for (const env of made) env.close();
  }
}

function checkSpec({ spec }: AnyEnv, complain: Complain): void {
  if (!/^\S+-v\d+$/.test(spec.id))
    complain(`its id is ${show(spec.id)}, accepted: a name and a version, such as Corridor-v0`);
  if (!(spec.horizon >= 1)) complain(`its horizon is ${show(spec.horizon)}, accepted: 1 or more`);
}

/** An episode by random actions, as copies of all that is seen. */
function played(
  env: AnyEnv,
  at: ResetOptions | undefined,
  most: number,
  seed: number,
  complain: Complain,
): unknown[] {
  const random = new Random("checkEnv", seed);
  const begun = env.reset(at);
  checkObservation(env, begun.observation, "reset", complain);
  checkFacts(begun.info, 0, "reset", complain);
  const seen: unknown[] = [structuredClone(begun)];
  for (let number = 1; number <= most; number++) {
    const step = env.step(env.actionSpace.sample(random));
    checkStep(env, step, number, complain);
    seen.push(structuredClone(step));
    if (step.terminated || step.truncated) break;
  }
  return seen;
}

function checkStep(env: AnyEnv, step: Step<unknown, EpisodeFacts>, number: number, complain: Complain): void {
  checkObservation(env, step.observation, `step ${number}`, complain);
  if (!Number.isFinite(step.reward)) complain(`the reward of step ${number} is ${show(step.reward)}`);
  for (const name of ["terminated", "truncated"] as const)
    if (typeof step[name] !== "boolean")
      complain(`${name} of step ${number} is ${show(step[name])}, accepted: true or false`);
  checkFacts(step.info, number, `step ${number}`, complain);
}

function checkObservation(
  { observationSpace }: AnyEnv,
  observation: unknown,
  where: string,
  complain: Complain,
): void {
  if (observationSpace.contains(observation)) return;
  complain(`the observation of ${where} is ${show(observation)}, which is not in ${observationSpace}`);
}

function checkFacts(info: EpisodeFacts, length: number, where: string, complain: Complain): void {
  const { seed, episode, success } = info;
  if (info.length !== length)
    complain(`info.length of ${where} is ${show(info.length)}, accepted: the steps so far, ${length}`);
  if (![seed, episode].every(Number.isSafeInteger) || typeof success !== "boolean")
    complain(
      `info of ${where} has seed ${show(seed)}, episode ${show(episode)} and success ${show(success)}, accepted: whole numbers and true or false`,
    );
}

/** Two environments in turn: what one is does not show in the other. */
function checkSideBySide(
  one: AnyEnv,
  other: AnyEnv,
  alone: readonly unknown[],
  { seed, steps }: Required<CheckEnvOptions>,
  complain: Complain,
): void {
  const random = new Random("checkEnv", seed);
  const elsewhere = new Random("checkEnv", "other", seed);
  const seen: unknown[] = [structuredClone(one.reset({ seed }))];
  other.reset({ seed: seed + 1 });
  for (let number = 1; number <= steps; number++) {
    const step = one.step(one.actionSpace.sample(random));
    seen.push(structuredClone(step));
    const beside = other.step(other.actionSpace.sample(elsewhere));
    if (beside.terminated || beside.truncated) other.reset();
    if (step.terminated || step.truncated) break;
  }
  if (!isDeepStrictEqual(seen, alone))
    complain("two environments side by side are not as each is alone; keep no state outside of the object");
}

/** An episode to its end, and the steps that there are not. */
function checkEnds(env: AnyEnv, seed: number, complain: Complain): void {
  const { horizon } = env.spec;
  const random = new Random("checkEnv", "ends", seed);
  const act = (): Step<unknown, EpisodeFacts> => env.step(env.actionSpace.sample(random));
  const refuses = (when: string): void => {
    try {
      act();
    } catch {
      return;
    }
    complain(`step ${when} is taken; throw an error instead`);
  };
  refuses("before the first reset");
  env.reset({ seed });
  if (Number.isFinite(horizon)) {
    let step = act();
    for (let number = 2; number <= horizon && !step.terminated && !step.truncated; number++) step = act();
    if (!step.terminated && !step.truncated)
      complain(`an episode goes on after step ${horizon}, its horizon; it has to be truncated there`);
    refuses("after the end of an episode");
  }
  env.close();
  refuses("after close");
}
