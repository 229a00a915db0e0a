// Options as the model and its schedule take them.
import type { optim } from "@throughline/torch";
import { published, type Suite } from "../../pretrained/suites.js";
import type { SlotAutoencoderOptions } from "../../slots/options.js";
import { type Architecture, architectureNames, type PretrainConfig } from "./options.js";

/** The autoencoder of an architecture, for a family's pictures. */
export function slotModel(
  { pixels: _, initialSlots, ...rest }: Architecture,
  suite: Suite,
): SlotAutoencoderOptions {
  return { ...rest, channels: published[suite].channels, learnInitialSlots: initialSlots === "learned" };
}

/** Selects the options of the architecture. */
export function architectureOf(config: Architecture): Architecture {
  return Object.fromEntries(architectureNames.map((name) => [name, config[name]])) as unknown as Architecture;
}

/** Parts of training with one learning rate each; changes after the last step never come. */
export function phasesOf({
  steps,
  lr,
  lrChanges,
}: Pick<PretrainConfig, "steps" | "lr" | "lrChanges">): optim.lrScheduler.Phase[] {
  const changes = [[0, lr] as const, ...lrChanges].filter(([from]) => from < steps);
  return changes.map(([from, rate], i) => ({ steps: (changes[i + 1]?.[0] ?? steps) - from, lr: rate }));
}
