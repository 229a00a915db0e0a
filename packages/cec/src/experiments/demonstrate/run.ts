// A recording: so many successful demonstrations of each skill, in one episode store.
import { EpisodeWriter, type ManipulationEnv, SKILLS } from "@throughline/envs";
import { mean, type RunContext, type Summary } from "@throughline/lab";
import { type Demonstration, type DemonstrationPlace, recordTogether } from "../../robots/demonstrate.js";
import { taskEnv } from "../../robots/tasks.js";
import { recordedEpisodes } from "../../source/record.js";
import { name } from "./name.js";
import type { DemonstrateConfig } from "./options.js";

/** Seeds of two runs lie so far apart. */
const RUN_SEEDS = 100_003;

export async function demonstrate(context: RunContext<DemonstrateConfig>): Promise<Summary> {
  const { config, seed } = context;
  const { demonstrations } = config;
  const all = SKILLS.length * demonstrations;
  const lanes = Math.min(config.lanes, all);
  const envs = Array.from({ length: lanes }, () => taskEnv(config));
  const writer = context.track("episodes", storeOf(context, envs[0]!));
  try {
    const tally = context.track("tally", new Tally());
    const place = (ordinal: number): DemonstrationPlace => ({
      skill: SKILLS[Math.floor(ordinal / demonstrations)]!,
      ...{ ordinal, seed: seed * RUN_SEEDS + ordinal },
    });
    await context.loop("record", { steps: Math.ceil(all / lanes), unit: "round" }, (round) => {
      const ordinals = Array.from({ length: lanes }, (_, lane) => round * lanes + lane);
      const found = recordTogether(envs, writer, ordinals.filter((one) => one < all).map(place));
      for (const one of found) tally.add(one);
      return { episodes: writer.length, length: mean(found.map(({ length }) => length)) };
    });
    return tally.summary();
  } finally {
    writer.close();
    for (const env of envs) env.close();
  }
}

function storeOf(context: RunContext<DemonstrateConfig>, env: ManipulationEnv): EpisodeWriter {
  const { config, seed } = context;
  const { spec, observationSpace, actionSpace, stateSize } = env;
  return new EpisodeWriter(
    context.artifactPath(recordedEpisodes),
    {
      ...{ levels: [spec], observationSpace, actionSpace, stateSize },
      about: { demonstrators: "scripted", skills: SKILLS, experiment: name.name, seed, config },
    },
    { existing: "restore" },
  );
}

/** Sums over demonstrations, by skill. */
class Tally {
  #sums: Record<string, { episodes: number; steps: number; attempts: number }> = {};

  add({ skill, length, attempts }: Demonstration): void {
    const sum = this.#sums[skill] ?? { episodes: 0, steps: 0, attempts: 0 };
    this.#sums[skill] = {
      episodes: sum.episodes + 1,
      steps: sum.steps + length,
      attempts: sum.attempts + attempts,
    };
  }

  summary(): Summary {
    const all = Object.entries(this.#sums);
    const total = (of: "episodes" | "steps" | "attempts"): number =>
      all.reduce((sum, [, one]) => sum + one[of], 0);
    return {
      ...{
        episodes: total("episodes"),
        steps: total("steps"),
        success: total("episodes") / total("attempts"),
      },
      ...Object.fromEntries(all.map(([skill, { steps, episodes }]) => [`${skill}Length`, steps / episodes])),
    };
  }

  state(): Record<string, { episodes: number; steps: number; attempts: number }> {
    return { ...this.#sums };
  }

  restore(sums: Record<string, { episodes: number; steps: number; attempts: number }>): void {
    this.#sums = { ...sums };
  }
}
