// Values for options that nobody asked for, from preset and data.
import type { AskedOf, Completion, PresetName } from "@throughline/lab";
import { displaysEdition } from "../edition.js";
import type { options } from "./options.js";
import { pretrainingSetting } from "./settings.js";

type Options = typeof options;

/** See `Experiment.complete`. Channels follow the width, later learning rates the first one, where only that was asked for. */
export function completePretraining(
  asked: AskedOf<Options>,
  preset: PresetName = "paper",
): Completion<Options> {
  const { dataset, displays, dim, lr, path } = asked;
  const setting = pretrainingSetting(preset, dataset, displays);
  const drawn = path === undefined ? {} : { displays: undefined, fewest: undefined, repeats: undefined };
  return {
    values: {
      ...setting,
      ...(dim === undefined ? {} : { encoderChannels: dim, decoderChannels: dim }),
      ...(lr === undefined ? {} : { lrChanges: [] }),
      ...drawn,
      edition: displaysEdition(asked),
    },
    from: `${preset}, ${dataset}`,
  };
}
