// `throughline rollout --model RUN --env ID --video FILE`: a trained policy plays, with its memory from episode to episode.
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { filmFormat } from "@throughline/envs";
import { type CommandCall, type CommandResult, makeFolder, writeAtomic } from "@throughline/lab";
import { CecError } from "../../errors.js";
import { evaluateRuns } from "../../evaluation/evaluate.js";
import { writeRunFilm } from "../../evaluation/film.js";
import { type Protocol, protocols } from "../../evaluation/protocol.js";
import { modelOf } from "./model.js";
import { report } from "./report.js";
import { worldOf } from "./world.js";

type Flags = CommandCall["flags"];

/**
 * Plays a policy, and writes its film and its episodes where they are asked for.
 * @throws CecError `cec/evaluation` for files that exist or environments that do not fit, `cec/model`; LabError for runs that are not found; what `worldOf` throws
 */
export async function rollout({ flags, findRun }: CommandCall): Promise<CommandResult> {
  const video = newFile("video", flags.video);
  const out = newFile("out", flags.out);
  if (video !== undefined) filmFormat(video);
  const model = await modelOf(String(flags.model), findRun);
  try {
    const world = worldOf(model, flags);
    const target = flags.target ?? model.target;
    const result = await evaluateRuns(model.policy, protocolOf(flags), {
      ...{ env: world.env, levels: world.levels.length, keys: [model.sees.key], keepActions: true },
      runs: Number(flags.runs ?? 1),
      forget: flags.forget === true ? "episode" : model.forget,
      ...(target !== undefined && { target: Number(target) }),
      ...(flags.sample === true && { choose: "sample" }),
      ...(flags.seed !== undefined && { seed: Number(flags.seed) }),
    });
    if (out !== undefined) writeAtomic(out, `${JSON.stringify(result)}\n`);
    if (video !== undefined) await writeRunFilm(result, video, { name: model.name });
    return report(result, world, model.name, { video, out });
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
