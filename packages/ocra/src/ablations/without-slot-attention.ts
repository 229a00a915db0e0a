// Table 1, "w/o Slot Attention": a fixed grid of patches stands for the objects.
import { Ocra } from "../reasoning/ocra.js";

/** OCRA on patches: give it what `encodePatches` makes. Source: OCRA §5.1. */
export class WithoutSlotAttention extends Ocra {
  override readonly input = "patches" as const;
}
