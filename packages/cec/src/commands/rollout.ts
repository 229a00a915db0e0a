// `throughline rollout --model RUN --env ID --video FILE`: a trained policy plays, with its memory from episode to episode.
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { ACTION_SETS, filmFormat, mazeKind, type ViewOptions } from "@throughline/envs";
import { type CommandCall, type CommandResult, makeFolder, writeAtomic } from "@throughline/lab";
import { methods, wantedReturn } from "../baselines/methods.js";
import { CecError } from "../errors.js";
import { evaluateRuns } from "../evaluation/evaluate.js";
import { writeRunFilm } from "../evaluation/film.js";
import { type MazeSetting, mazesOf } from "../evaluation/mazes.js";
import { type Protocol, protocols } from "../evaluation/protocol.js";
import { type EvaluationResult, scoredSuccess } from "../evaluation/result.js";
import { summarise } from "../evaluation/summary.js";
import { loadPolicy, type TrainedPolicy } from "../experiments/train/model.js";

type Flags = CommandCall["flags"];

/** Options of the tested level alone, and of all levels. */
const dials = ["rooms", "radius", "difficulty"] as const;
const changes = ["actionRepeat", "horizon", "revealGoal"] as const;

/**
 * Plays a run's policy, and writes its film and its episodes where they are asked for.
 * @throws CecError `cec/evaluation` for files that exist or mazes with other actions; LabError for runs that are not found
 */
export async function rollout({ flags, findRun }: CommandCall): Promise<CommandResult> {
  const video = newFile("video", flags.video);
  const out = newFile("out", flags.out);
  if (video !== undefined) filmFormat(video);
  const run = await findRun(String(flags.model), (runs) =>
    runs.findLast(({ experiment, status }) => experiment === "cec/train" && status === "finished"),
  );
  const model = loadPolicy(run.path, "");
  try {
    const setting = settingOf(model, flags);
    const result = await evaluateRuns(model.policy, protocolOf(flags), {
      ...mazesOf(setting),
      forget:
        flags.forget === true || methods[model.config.method].forget === "episode" ? "episode" : "never",
      target: wantedReturn(setting.env),
      ...(flags.sample === true && { choose: "sample" }),
      ...(flags.seed !== undefined && { seed: Number(flags.seed) }),
      runs: Number(flags.runs ?? 1),
      keys: [model.seen.key],
      keepActions: true,
    });
    if (out !== undefined) writeAtomic(out, `${JSON.stringify(result)}\n`);
    if (video !== undefined) await writeRunFilm(result, video, { name: run.id });
    return report(result, setting, run.id, { video, out });
  } finally {
    model.policy.dispose();
  }
}

/** A file to be written. @throws CecError `cec/evaluation` if there is something of that name */
function newFile(flag: string, value: Flags[string]): string | undefined {
  if (value === undefined) return undefined;
  const path = String(value);
  if (existsSync(path))
    throw new CecError("evaluation", `--${flag}: ${path} is there already; name another file`);
  makeFolder(dirname(path));
  return path;
}

function protocolOf(flags: Flags): Protocol {
  const testEpisodes = Number(flags.episodes ?? 10);
  switch (flags.protocol) {
    case "auto":
      return protocols.auto({ testEpisodes });
    case "fixed":
      return protocols.fixed({ testEpisodes });
    default:
      return protocols.learningProgress({ testEpisodes });
  }
}

/** The mazes that are asked for, with the model's pictures. @throws EnvError `envs/id`, CecError `cec/evaluation` */
function settingOf({ run, config, seen }: TrainedPolicy, flags: Flags): MazeSetting {
  const env = String(flags.env ?? config.env);
  const kind = mazeKind(env);
  const given = (names: readonly string[]): ViewOptions =>
    Object.fromEntries(names.flatMap((name) => (flags[name] === undefined ? [] : [[name, flags[name]]])));
  const view: ViewOptions = { height: seen.height, width: seen.width, ...given(changes) };
  const easier = kind.levels.slice(0, -1).map((level) => ({ ...view, ...level }));
  const levels = [...easier, { ...view, ...kind.levels.at(-1), ...given(dials) }];
  const set = kind.complete(levels.at(-1)).actions;
  const actions = ACTION_SETS[set].length;
  if (actions !== seen.actions)
    throw new CecError("evaluation", `${env} has ${actions} actions, accepted by ${run.id}: ${seen.actions}`);
  return { env, levels };
}

function report(
  result: EvaluationResult,
  { env, levels }: MazeSetting,
  model: string,
  { video, out }: { readonly video: string | undefined; readonly out: string | undefined },
): CommandResult {
  const { runs, episodes, forget, protocol } = result;
  const rows = scoredSuccess(result);
  const first = episodes.filter(({ run, scored }) => run === 0 && scored);
  const lines = first.map(({ success, length }, at) => {
    if (runs === 1) return `  episode ${at + 1}: ${success ? "reached" : "not reached"} in ${length} steps`;
    const won = rows.reduce((sum, row) => sum + row[at]!, 0);
    return `  episode ${at + 1}: reached in ${won} of ${runs} runs`;
  });
  const before = episodes.filter(({ scored }) => !scored).length;
  const total = rows.flat().reduce((sum, success) => sum + success, 0);
  const { success, first: early, last, rise } = summarise(result);
  const dial = Object.entries(levels.at(-1)!)
    .filter(([name]) => dials.includes(name as (typeof dials)[number]))
    .map(([name, value]) => `${name} ${String(value)}`);
  return {
    heading: `${env} ${dial.join(" ")}`,
    detail: `  ${model}, ${forget === "never" ? "with its memory" : "memory cleared after each episode"}`,
    lines: [
      ...(before > 0 ? [`  ${before} episodes of easier levels before`] : []),
      ...lines,
      `  success ${total} of ${runs * protocol.testEpisodes}, first quarter ${early.value.toFixed(2)}, last quarter ${last.value.toFixed(2)}`,
    ],
    files: [
      ...(video === undefined ? [] : [{ what: "film", path: video }]),
      ...(out === undefined ? [] : [{ what: "episodes", path: out }]),
    ],
    json: {
      model,
      env,
      levels,
      protocol,
      forget,
      runs,
      success,
      firstQuarter: early,
      lastQuarter: last,
      rise,
      episodes: episodes.map(({ actions, ...rest }) => rest),
      video,
      out,
    },
  };
}
