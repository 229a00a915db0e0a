// The whole ESBN of its own paper: one image for each object, a small convolutional encoder, the controller.

import { nn, scope, type Tensor } from "@throughline/torch";
import { checkShape } from "@throughline/torch/checks";
import { EsbnController, type EsbnOptions } from "./esbn.js";

/** 32×32 images → three 4×4 convolutions of stride 2 and 32 channels → 256 → 128, with ReLU after each. */
class ConvEncoder extends nn.Module {
  conv1: nn.Conv2d = new nn.Conv2d(1, 32, 4, { stride: 2, padding: 1 });
  conv2: nn.Conv2d = new nn.Conv2d(32, 32, 4, { stride: 2, padding: 1 });
  conv3: nn.Conv2d = new nn.Conv2d(32, 32, 4, { stride: 2, padding: 1 });
  fc1: nn.Linear = new nn.Linear(512, 256);
  fc2: nn.Linear = new nn.Linear(256, 128);

  /** @param images [N, 1, 32, 32] */
  override forward(images: Tensor): Tensor {
    return scope(() => {
      let x = images;
      for (const conv of [this.conv1, this.conv2, this.conv3]) x = conv.forward(x).relu();
      return this.fc2.forward(this.fc1.forward(x.flatten(1)).relu()).relu();
    });
  }
}

/**
 * `EsbnController` on sequences of images. 1,910,246 parameters with 3 outputs.
 * Source: Webb et al. 2021; keys as in their checkpoints.
 */
export class Esbn extends EsbnController {
  encoder: ConvEncoder = new ConvEncoder();

  constructor(options: Omit<EsbnOptions, "dim"> = {}) {
    super(options);
  }

  /** Encodes each image, before TCN. @param images [B, T, 32, 32]; @returns [B, T, 128]. */
  encode(images: Tensor): Tensor {
    checkShape("Esbn: images", images.shape, ["B", "T", 32, 32]);
    const [batch, steps] = images.shape as [number, number];
    return scope(() => this.encoder.forward(images.reshape([-1, 1, 32, 32])).view([batch, steps, -1]));
  }

  /** @param images [B, T, 32, 32]; @returns [B, outputs]. */
  override forward(images: Tensor): Tensor {
    return scope(() => this.run(this.encode(images)).outputs);
  }
}
