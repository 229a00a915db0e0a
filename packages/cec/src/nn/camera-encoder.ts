// A camera's pictures as features: part of the picture, ResNet-18, spatial softmax, linear layer (RoboMimic, Mandlekar et al. 2021).
import { type Generator, nn, scope, type Tensor } from "@throughline/torch";
import { centreCrop, cropAt, randomPlaces } from "./crop.js";
import { RESNET_CHANNELS, resnet18, resnetSize } from "./residual-network.js";
import { SpatialSoftmax } from "./spatial-softmax.js";
import { fillUsual } from "./weights.js";

/** Sizes of a `CameraEncoder`. */
export interface CameraSizes {
  /** Rows and columns of the part that is seen: a random one of each picture in training, the middle in evaluation. */
  readonly crop: number;
  /** Points of the spatial softmax. Default 32, as in the paper. */
  readonly keypoints?: number;
  /** Width of the last layer. Default 64, as in the paper. */
  readonly features?: number;
}

/** The net under the authors' names: the same layers lie in `nets`, a list, and the first two also in fields of their own. */
class VisualCore extends nn.Module {
  readonly features: number;
  readonly backbone: nn.ModuleDict<{ nets: nn.Sequential }>;
  readonly pool: SpatialSoftmax;
  readonly nets: nn.ModuleDict<Record<string, nn.Module>>;

  constructor({ crop, keypoints = 32, features = 64 }: CameraSizes, generator?: Generator) {
    super();
    this.features = features;
    const size = resnetSize(crop);
    this.backbone = new nn.ModuleDict({ nets: resnet18(generator) });
    this.pool = new SpatialSoftmax(RESNET_CHANNELS, keypoints, size, size, generator);
    const linear = new nn.Linear(2 * keypoints, features);
    fillUsual(linear, { generator });
    // The authors' third layer flattens.
    this.nets = new nn.ModuleDict<Record<string, nn.Module>>({
      "0": this.backbone as unknown as nn.Module,
      "1": this.pool,
      "3": linear,
    });
  }

  /** @param pictures [N, 3, crop, crop] @returns [N, features] */
  override forward(pictures: Tensor): Tensor {
    return scope(() => {
      const maps = this.backbone.items.nets.forward(pictures);
      return this.nets.get("3").forward(this.pool.forward(maps).flatten(1)).relu_();
    });
  }
}

/** Pictures of one camera. In training a part of each at a random place is seen, in evaluation the middle. */
export class CameraEncoder extends nn.Module {
  readonly crop: number;
  readonly features: number;
  readonly _visual_core: VisualCore;

  constructor(sizes: CameraSizes, generator?: Generator) {
    super();
    this.crop = sizes.crop;
    this._visual_core = new VisualCore(sizes, generator);
    this.features = this._visual_core.features;
  }

  /** @param pictures uint8 [N, height, width, 3] @returns [N, features] */
  override forward(pictures: Tensor): Tensor {
    return scope(() => {
      const first = pictures.permute([0, 3, 1, 2]);
      const part = this.training
        ? cropAt(first, this.crop, ...randomPlaces(first, this.crop))
        : centreCrop(first, this.crop);
      return this.seen(part);
    });
  }

  /** Features of parts of pictures that were chosen already. @param parts uint8 [N, 3, crop, crop] */
  seen(parts: Tensor): Tensor {
    return scope(() => {
      const { dtype } = this._visual_core.pool.pos_x;
      return this._visual_core.forward(parts.to(dtype).div(255));
    });
  }
}
