// The recorded learning that a run imitates.
import { resolve } from "node:path";
import { artifactPath, type PresetName, type RunRecord } from "@throughline/lab";
import { methods } from "../../baselines/methods.js";
import { CecError } from "../../errors.js";
import { name as source } from "../../source/name.js";
import { recordedEpisodes } from "../../source/record.js";
import { finishedRuns, presetNamed, storeNamed } from "../recorded.js";
import type { TrainConfig } from "./options.js";

type Asked = Pick<TrainConfig, "env" | "data" | "curriculum" | "method">;

/** True if the data are the learning of an agent that went from level to level; else of one that learned the tested level alone. */
export function needsLadder({ curriculum, method }: Pick<Asked, "curriculum" | "method">): boolean {
  return curriculum === "task-difficulty" && methods[method].data === "curriculum";
}

/** The folder of the episode store that this configuration reads. @throws CecError `cec/data` if there is none */
export function storeFolder(config: Asked, root: string): string {
  const preset = presetNamed(config.data);
  if (preset !== undefined) return artifactPath(best(config, root, preset).path, recordedEpisodes);
  const advice = "run cec/source with --record --record-pictures 1000";
  return storeNamed(config.data, root, advice, lastRecorded);
}

/** What `latest` means where data are asked for. */
function lastRecorded(runs: readonly RunRecord[]): RunRecord | undefined {
  return runs.findLast(
    ({ experiment, status, config }) =>
      experiment === source.name && status === "finished" && config.record === true,
  );
}

/** The finished run with the highest success on the hardest level, the latest of equals. */
function best(config: Asked, root: string, preset: PresetName): RunRecord {
  const { env } = config;
  const isLadder = needsLadder(config);
  const fitting = finishedRuns(root, source.name, preset).filter(
    ({ config: own }) =>
      own.env === env &&
      own.curriculum === isLadder &&
      own.record === true &&
      Number(own.recordPictures ?? 0) > 0,
  );
  const success = ({ summary }: RunRecord): number => Number(summary?.success ?? 0);
  const found = fitting.reduce<RunRecord | undefined>(
    (top, run) => (top === undefined || success(run) >= success(top) ? run : top),
    undefined,
  );
  if (found !== undefined) return found;
  const long = preset === "smoke" ? " --frames 4096 --level-frames 1024" : "";
  const command = `throughline run cec/source --preset ${preset} --env ${env}${isLadder ? "" : " --no-curriculum"} --record --record-pictures 1000${long}`;
  throw new CecError(
    "data",
    `${resolve(root)} has no finished run of cec/source at the preset ${preset} that recorded ${env} with pictures, ${isLadder ? "level by level" : "on the hardest level alone"}; make one: ${command}`,
  );
}
