// The demonstrations that a run imitates.
import { resolve } from "node:path";
import { artifactPath } from "@throughline/lab";
import { CecError } from "../../errors.js";
import { recordedEpisodes } from "../../source/record.js";
import { name as demonstrations } from "../demonstrate/name.js";
import { finishedRuns, presetNamed, storeNamed } from "../recorded.js";
import type { ImitateConfig } from "./options.js";

/** The folder of the episode store that a configuration reads. @throws CecError `cec/data` if there is none */
export function demonstrationFolder({ data, env, input }: ImitateConfig, root: string): string {
  const preset = presetNamed(data);
  if (preset === undefined) return storeNamed(data, root, `run ${demonstrations.name}`);
  const isPictures = input === "pictures";
  const found = finishedRuns(root, demonstrations.name, preset).findLast(
    ({ config }) => config.env === env && (!isPictures || config.pictures !== undefined),
  );
  if (found !== undefined) return artifactPath(found.path, recordedEpisodes);
  const size = isPictures && preset !== "paper" ? ` --pictures ${preset === "smoke" ? 24 : 48}` : "";
  throw new CecError(
    "data",
    `${resolve(root)} has no finished run of ${demonstrations.name} at the preset ${preset} with ${env}${isPictures ? " and pictures" : ""}; make one: throughline run ${demonstrations.name} --preset ${preset} --env ${env}${size}`,
  );
}
