// What is checked before a run begins.
import { LabError } from "@throughline/lab";
import { CecError } from "../../errors.js";
import { formOf } from "../../evaluation/played-env.js";
import { checkData, checkEnvs, type DataCard, dataCard, isPicture } from "../../loading/data-card.js";
import { keysOf, type TaskSetting, taskEnv, taskOf } from "../../robots/tasks.js";
import { demonstrationCurriculum } from "./curriculum.js";
import { demonstrationFolder } from "./data.js";
import type { ImitateConfig } from "./options.js";

/** @throws LabError `lab/config` for sizes, CecError `cec/data`, `cec/curriculum` for data that do not serve */
export function checkImitation(config: ImitateConfig, root: string): void {
  const { width, heads, method, warmup, updates, cosine = updates } = config;
  const problems = [
    method === "bc-rnn" || width % heads === 0
      ? ""
      : `heads is ${heads}, accepted: a divisor of width, ${width}`,
    cosine > warmup ? "" : `cosine is ${cosine}, accepted: more than warmup, ${warmup}`,
  ].filter((problem) => problem !== "");
  if (problems.length > 0) throw new LabError("lab/config", problems.join("; "));
  const curriculum = demonstrationCurriculum(config, demonstrationFolder(config, root));
  const card = dataCard(curriculum, keysOf(config.input));
  checkTask(card, config);
  checkEnvs(card);
}

/** Compares data with the task: its environment, the forms of observations and actions. @throws CecError `cec/data` */
function checkTask(card: DataCard, config: ImitateConfig): void {
  const stray = card.envs.find(({ id }) => taskOf(id) !== config.env);
  // Of another version there is more to say.
  if (stray !== undefined && !stray.id.startsWith(config.env.replace(/\d+$/, "")))
    checkData(card, { env: config.env });
  const env = taskEnv(testSetting(config, card));
  try {
    const form = formOf(env, keysOf(config.input));
    checkData(card, { actions: form.actions });
    for (const [key, { shape }] of Object.entries(card.observations)) {
      const own = form.observations[key]!.shape;
      if (own.join() === shape.join()) continue;
      throw new CecError(
        "data",
        `the data do not fit: ${key} is [${shape.join(", ")}], accepted in ${config.env}: [${own.join(", ")}]`,
      );
    }
  } finally {
    env.close();
  }
}

/** The environment in which a model is tested that has learned from data: its cameras have pictures of the same size. */
export function testSetting(
  { env, horizon }: Pick<ImitateConfig, "env" | "horizon">,
  { observations }: Pick<DataCard, "observations">,
): TaskSetting {
  const picture = Object.values(observations).find((form) => isPicture({ ...form }));
  return { env, horizon, pictures: picture?.shape[0] };
}
