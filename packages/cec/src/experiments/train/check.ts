// What is checked before a run begins.
import { LabError } from "@throughline/lab";
import { checkData, checkEnvs, dataCard } from "../../loading/data-card.js";
import { curriculumOf } from "./curriculum.js";
import { storeFolder } from "./data.js";
import type { TrainConfig } from "./options.js";

/** @throws LabError `lab/config` for sizes, CecError `cec/data`, `cec/history`, `cec/curriculum` for data that do not serve */
export function checkTraining(config: TrainConfig, root: string): void {
  const { width, heads, warmup, cosine, updates } = config;
  const problems = [
    width % heads === 0 ? "" : `heads is ${heads}, accepted: a divisor of width, ${width}`,
    (cosine ?? updates) > warmup || (cosine === undefined && updates <= warmup)
      ? ""
      : `cosine is ${cosine}, accepted: more than warmup, ${warmup}`,
  ].filter((problem) => problem !== "");
  if (problems.length > 0) throw new LabError("lab/config", problems.join("; "));
  const card = dataCard(curriculumOf(config, storeFolder(config, root)));
  checkData(card, { env: config.env });
  checkEnvs(card);
}
