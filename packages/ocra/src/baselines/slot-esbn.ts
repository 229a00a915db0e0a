// ESBN over slots, one slot a step.
import { scope, type Tensor } from "@throughline/torch";
import { SlotScorer } from "../reasoning/scorer.js";
import type { SlotEncoding } from "../slots/slot-attention.js";
import { EsbnController } from "./esbn.js";

/** score = the controller's output after it has seen the slots in their (random) order. Source: OCRA supplement S3. */
export class SlotEsbn extends SlotScorer {
  esbn: EsbnController;

  constructor(options: { readonly dim?: number } = {}) {
    super();
    this.esbn = new EsbnController({ dim: options.dim ?? 64 });
  }

  override forward({ slots }: SlotEncoding): Tensor {
    return scope(() => this.esbn.forward(slots).squeeze(-1));
  }
}
