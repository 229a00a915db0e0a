// What a pre-training run will need, looked at before there is a run.
import { OcraDataError } from "../../datasets/errors.js";
import { dataset } from "../../datasets/worker-entry.js";
import { autoencoderConfig } from "../../slots/options.js";
import type { PretrainConfig } from "./options.js";
import { displaysOf, resolvePretraining } from "./resolve.js";

/** @throws OcraDataError or TorchError, in a sentence, for sizes, files and objects that the run could not use */
export async function checkPretraining(config: PretrainConfig): Promise<void> {
  const { model, batch, train, validation } = resolvePretraining(config);
  autoencoderConfig(model);
  const { length } = await dataset(displaysOf(config, model, "train", train));
  await dataset(displaysOf(config, model, "validation", validation));
  if (length >= batch) return;
  throw new OcraDataError(
    "argument",
    `there are ${length} training displays and a batch has ${batch}; accepted: as many displays as a batch has, or more`,
  );
}
