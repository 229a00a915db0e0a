// Steps of a new run by random actions: what a policy is looked at with before it is evaluated.
import { Random } from "@throughline/lab/random";
import { scope } from "@throughline/torch";
import { type SelfCheck, selfCheck } from "../policies/self-check.js";
import type { SequencePolicy } from "../policies/sequence-policy.js";
import { shapedReward } from "../source/reward.js";
import { formOf, type PlayedEnv, seenAs } from "./played-env.js";
import { NOTHING, type PlainPrevious, type PlainStep, type StepForm, stepsOf } from "./steps.js";

/** Steps that are looked at; a policy with a longer window sees them again and again. */
const STEPS = 24;

/** What is known of a policy, and where it is tried. */
export interface TrialOptions extends Pick<StepForm, "isConditioned" | "device"> {
  readonly seed: number;
  readonly target: number;
  readonly keys?: readonly string[] | undefined;
}

/** Checks a policy with steps of an environment, which stays open. @throws CecError `cec/self-check` */
export function checkedOn(
  policy: SequencePolicy,
  env: PlayedEnv,
  { seed, target, keys, ...rest }: TrialOptions,
): SelfCheck {
  const form = formOf(env, keys);
  const random = new Random("evaluation trial", seed);
  const steps: PlainStep[] = [];
  let previous: PlainPrevious = NOTHING;
  for (let episode = 0; steps.length < STEPS; episode++) {
    let { observation } = env.reset({ seed, options: { episode } });
    let rewards = 0;
    for (let [time, end] = [0, false]; !end && steps.length < STEPS; time++) {
      steps.push({ observation: seenAs(form, observation), previous, time, returnToGo: target - rewards });
      const action = env.actionSpace.sample(random);
      const step = env.step(action);
      const reward = shapedReward(step.reward);
      end = step.terminated || step.truncated;
      previous = { action, reward, end };
      rewards += reward;
      observation = step.observation;
    }
  }
  return scope(() => selfCheck(policy, stepsOf(steps, 1, { ...form, ...rest })));
}
