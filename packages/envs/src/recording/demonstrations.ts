// Demonstrations of scripted demonstrators, as episodes of a store.
import { wholeNumber } from "@throughline/torch/checks";
import { EnvError } from "../errors.js";
import { ScriptedDemonstrator } from "../manipulation/demonstrators/scripted.js";
import type { Skill } from "../manipulation/demonstrators/skills.js";
import type { ManipulationEnv } from "../manipulation/manipulation-env.js";
import type { ManipulationId } from "../manipulation/tasks/tasks.js";
import type { EpisodeWriter } from "./writer.js";

/** What became of the demonstrations. */
export interface Demonstrations {
  /** Episodes that were kept. */
  readonly kept: number;
  /** Episodes that did not succeed, and were not. */
  readonly failed: number;
  /** Steps of those that were kept. */
  readonly steps: number;
}

/** Episodes that may fail for each that is kept. */
const PATIENCE = 3;

/**
 * Plays a scripted demonstrator and appends its successful episodes, with its skill as their policy.
 * @param count episodes to keep
 * @param seed of the sequence of episodes
 * @param each called after every episode that was kept, with their number so far
 * @throws EnvError `envs/record` if the demonstrator fails more than three times as often as it is to succeed, or for a writer of another
 * environment
 */
export function recordDemonstrations(
  writer: EpisodeWriter,
  env: ManipulationEnv,
  skill: Skill,
  count: number,
  seed: number,
  each: (kept: number) => void = () => undefined,
): Demonstrations {
  wholeNumber("recordDemonstrations: count", count, 1, 1_000_000);
  const { id } = env.spec;
  if (JSON.stringify(writer.card.levels[0]) !== JSON.stringify(env.spec))
    throw new EnvError(
      "record",
      `the store is of ${writer.card.levels[0]!.id}, accepted: ${JSON.stringify(env.spec)}`,
    );
  const scripted = new ScriptedDemonstrator(id as ManipulationId, skill);
  const keepsStates = writer.card.state !== undefined;
  let [kept, failed, steps] = [0, 0, 0];
  for (let episode = 0; kept < count; episode++) {
    if (failed > PATIENCE * count)
      throw new EnvError(
        "record",
        `${id}: the demonstrator "${skill}" failed ${failed} times, and succeeded ${kept}`,
      );
    let { observation } = env.reset({ seed, options: { episode } });
    scripted.begin(seed, episode);
    const draft = writer.begin({ level: 0, ordinal: writer.length, policy: skill, hasObservations: true });
    for (;;) {
      draft.see(observation, keepsStates ? env.flatState : undefined);
      const action = scripted.act(observation);
      const step = env.step(action);
      observation = step.observation;
      draft.step(action, step.reward);
      if (!step.terminated && !step.truncated) continue;
      const { success, length } = step.info;
      if (!success) {
        failed++;
        break;
      }
      draft.see(observation);
      writer.end(draft, { seed, episode, update: 0, success, terminated: step.terminated });
      kept++;
      steps += length;
      each(kept);
      break;
    }
  }
  return { kept, failed, steps };
}
