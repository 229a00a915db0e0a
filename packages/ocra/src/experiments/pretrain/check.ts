// What a pre-training run will need, looked at before there is a run.
import { checkMemory } from "@throughline/lab";
import { OcraDataError } from "../../datasets/errors.js";
import { dataset } from "../../datasets/worker-entry.js";
import { autoencoderConfig } from "../../slots/options.js";
import { askedFlags, type Sources } from "../asked.js";
import { pretrainingMemory } from "./memory.js";
import type { PretrainConfig } from "./options.js";
import { displaysOf, resolvePretraining } from "./resolve.js";

/**
 * @param sources see `Experiment.check`
 * @throws OcraDataError or TorchError, in a sentence, for sizes, files and objects that the run could not use
 */
export async function checkPretraining(
  config: PretrainConfig & { readonly device: string },
  sources: Sources,
): Promise<void> {
  const setting = resolvePretraining(config);
  const { model, batch, train, validation, pixels } = setting;
  refuseUnused(config, sources);
  const { channels } = autoencoderConfig(model);
  if (pixels === "without-scenery" && channels !== 3) {
    throw new OcraDataError(
      "argument",
      `--pixels without-scenery is for pictures of CLEVR, in colour; those of --dataset ${config.dataset} are not`,
    );
  }
  await checkMemory(pretrainingMemory(setting, config.precision), config.device);
  const { length } = await dataset(displaysOf(config, model, "train", train));
  await dataset(displaysOf(config, model, "validation", validation));
  if (length >= batch) return;
  throw new OcraDataError(
    "argument",
    `there are ${length} training displays and a batch has ${batch}; accepted: as many displays as a batch has, or more`,
  );
}

/** Refuses what was asked for and would be passed over in silence. */
function refuseUnused({ dataset: suite, path }: PretrainConfig, sources: Sources): void {
  const asked = askedFlags(sources, path === "" ? ["objects", "unlike"] : ["objects", "unlike", "displays"]);
  if (asked === "" || (path === "" && suite === "art")) return;
  const why =
    path === ""
      ? `--dataset ${suite} has objects of its own`
      : "--path names displays that are drawn already";
  throw new OcraDataError("argument", `${why}; leave out ${asked}`);
}
