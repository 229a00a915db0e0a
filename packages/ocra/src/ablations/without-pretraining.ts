// Table 1, "w/o Pre-training": slot attention learns from the task alone.
import { scope, type Tensor } from "@throughline/torch";
import { type TransformerOptions, transformerConfig } from "../nn/transformer.js";
import { Ocra } from "../reasoning/ocra.js";
import { ImageScorer } from "../reasoning/scorer.js";
import { SlotEncoder } from "../slots/encoder.js";
import { encoderConfig, type SlotEncoderOptions } from "../slots/options.js";
import type { SlotDraw } from "../slots/slot-attention.js";

/** Images → slot encoder → OCRA, all of it trained end to end from random weights. Source: OCRA §5.1. */
export class WithoutPretraining extends ImageScorer {
  encoder: SlotEncoder;
  reasoner: Ocra;

  /** @param reasoner its `dim` is the encoder's. */
  constructor(encoder: SlotEncoderOptions = {}, reasoner: TransformerOptions = {}) {
    const { dim } = encoderConfig(encoder);
    const config = transformerConfig({ ...reasoner, dim });
    super();
    this.encoder = new SlotEncoder(encoder);
    this.reasoner = new Ocra(config);
  }

  override forward(images: Tensor, draw: SlotDraw = {}): Tensor {
    return scope(() => this.reasoner.forward(this.encoder.encode(images, draw)));
  }
}
