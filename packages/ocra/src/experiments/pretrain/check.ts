// Checks of a pre-training run's needs before there is a run.
import { askedFlags, checkMemory, type Sources } from "@throughline/lab";
import { dataset } from "../../catalogue/worker-entry.js";
import { OcraDataError } from "../../datasets/errors.js";
import { autoencoderConfig } from "../../slots/options.js";
import { checkEdition, displaysEdition } from "../edition.js";
import { displaysOf } from "./displays.js";
import { pretrainingMemory } from "./memory.js";
import { architectureOf, slotModel } from "./model.js";
import type { PretrainConfig } from "./options.js";

/**
 * @param sources see `Experiment.check`
 * @throws OcraDataError or TorchError, in a sentence, for sizes, files and objects that the run could not use
 */
export async function checkPretraining(
  config: PretrainConfig & { readonly device: string },
  sources: Sources,
): Promise<void> {
  const { batch, pixels, lrChanges } = config;
  refuseUnused(config, sources);
  checkEdition(config.edition, displaysEdition(config));
  const model = slotModel(architectureOf(config), config.dataset);
  const { channels } = autoencoderConfig(model);
  if (pixels === "without-scenery" && channels !== 3) {
    throw new OcraDataError(
      "argument",
      `--pixels without-scenery is for pictures of CLEVR, in colour; those of --dataset ${config.dataset} are not`,
    );
  }
  if (lrChanges.some(([from], i) => from <= (lrChanges[i - 1]?.[0] ?? 0))) {
    throw new OcraDataError(
      "argument",
      `--lr-changes ${JSON.stringify(lrChanges)}: give each a later step than the one before it`,
    );
  }
  await checkMemory(pretrainingMemory(model, config), config.device);
  const { length } = await dataset(displaysOf(config, "train"));
  await dataset(displaysOf(config, "validation"));
  if (length >= batch) return;
  throw new OcraDataError(
    "argument",
    `there are ${length} training displays and a batch has ${batch}; accepted: at least one batch of displays`,
  );
}

const counts = ["displays", "fewest", "repeats"];

/** Refuses what was asked for and would be passed over in silence. */
function refuseUnused({ dataset: suite, path }: PretrainConfig, sources: Sources): void {
  const asked = askedFlags(
    sources,
    path === undefined ? ["objects", "unlike"] : ["objects", "unlike", ...counts],
  );
  if (asked === "" || (path === undefined && suite === "art")) return;
  const why =
    path === undefined ? `--dataset ${suite} has objects of its own` : "--path names existing displays";
  throw new OcraDataError("argument", `${why}; omit ${asked}`);
}
