// Successes of scripted demonstrators and lengths of their episodes: the table of docs/manipulation.md.
// `npx tsc -b && node bench/dist/demonstrations.js [episodes] [task]`
import {
  MANIPULATION_IDS,
  type ManipulationId,
  makeEnv,
  ScriptedDemonstrator,
  SKILLS,
} from "@throughline/envs";

const episodes = Number(process.argv[2] ?? 50);
const ids = process.argv[3] === undefined ? MANIPULATION_IDS : [process.argv[3] as ManipulationId];

/** Actions of an episode; undefined without success. */
function lengthOf(id: ManipulationId, skill: (typeof SKILLS)[number], seed: number): number | undefined {
  const env = makeEnv(id);
  let { observation } = env.reset({ seed });
  const scripted = new ScriptedDemonstrator(id, skill);
  scripted.begin(seed, 0);
  for (;;) {
    const step = env.step(scripted.act(observation));
    observation = step.observation;
    if (!step.terminated && !step.truncated) continue;
    env.close();
    return step.info.success ? step.info.length : undefined;
  }
}

process.stdout.write(
  "task       skill   successes  length: mean  least  quarter  half  three quarters  most\n",
);
for (const id of ids)
  for (const skill of SKILLS) {
    const all = Array.from({ length: episodes }, (_, seed) => lengthOf(id, skill, seed));
    const lengths = all.filter((length) => length !== undefined).sort((a, b) => a - b);
    const mean = lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
    const quantiles = [0, 0.25, 0.5, 0.75, 1].map(
      (share) => lengths[Math.min(lengths.length - 1, Math.floor(share * lengths.length))],
    );
    const cells = [`${lengths.length} / ${episodes}`, mean.toFixed(0), ...quantiles];
    process.stdout.write(`${id.padEnd(10)} ${skill.padEnd(7)} ${cells.join("  ")}\n`);
  }
