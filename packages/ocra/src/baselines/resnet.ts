// Residual networks (He et al. 2016) with one output, a score; with attention between stages, Attn-ResNet.
import { nn, scope, type Tensor } from "@throughline/torch";
import { checkOptions, flag, oneOf, type Rules, whole } from "@throughline/torch/checks";
import { ImageScorer } from "../reasoning/scorer.js";
import { type ResNetSize, resnetNames, resnetSizes } from "./sizes.js";
import { SpatialAttention } from "./spatial-attention.js";

/** Options of `ResNet`. */
export interface ResNetOptions {
  /** Default `"resnet50"`. */
  readonly size?: ResNetSize;
  /** Colour channels of the images. Default 1. */
  readonly channels?: number;
  /** True for Attn-ResNet: self-attention between the places of the third stage's map. Default false. */
  readonly attention?: boolean;
}

const rules: Rules<Required<ResNetOptions>> = {
  size: oneOf(resnetNames, "resnet50"),
  channels: whole(1, 1),
  attention: flag(false),
};

/** A convolution without bias that keeps the size, up to its stride. */
function conv(inner: number, outer: number, kernel: number, stride = 1): nn.Conv2d {
  return new nn.Conv2d(inner, outer, kernel, { stride, padding: (kernel - 1) / 2, bias: false });
}

/** ReLU(F(x) + x): F is convolutions with batch norm; where sizes change, x passes a 1×1 convolution. Keys as torchvision's. */
class Residual extends nn.Module {
  readonly depth: number;
  [name: `conv${number}`]: nn.Conv2d;
  [name: `bn${number}`]: nn.BatchNorm2d;
  downsample: nn.Sequential<readonly [nn.Conv2d, nn.BatchNorm2d]> | null;

  constructor(inner: number, width: number, stride: number, bottleneck: boolean) {
    super();
    const outer = bottleneck ? 4 * width : width;
    const layers = bottleneck
      ? [conv(inner, width, 1), conv(width, width, 3, stride), conv(width, outer, 1)]
      : [conv(inner, width, 3, stride), conv(width, width, 3)];
    this.depth = layers.length;
    layers.forEach((layer, i) => {
      this[`conv${i + 1}`] = layer;
      this[`bn${i + 1}`] = new nn.BatchNorm2d(layer.outChannels);
    });
    const changes = stride !== 1 || inner !== outer;
    this.downsample = changes
      ? new nn.Sequential(conv(inner, outer, 1, stride), new nn.BatchNorm2d(outer))
      : null;
  }

  override forward(x: Tensor): Tensor {
    return scope(() => {
      let y = x;
      for (let i = 1; i <= this.depth; i++) {
        y = this[`bn${i}`]!.forward(this[`conv${i}`]!.forward(y));
        if (i < this.depth) y = y.relu();
      }
      return y.add(this.downsample?.forward(x) ?? x).relu();
    });
  }
}

/**
 * score of an image by a residual network: 7×7 convolution and pooling, four stages of residual blocks, the mean over
 * positions, a linear map. Source: He et al. 2016; OCRA supplement S3 (ResNet50, trained from random weights).
 *
 * Attn-ResNet has `SpatialAttention` between the last two stages, so that a stage can read what has been compared: 27.7 million
 * parameters. Source: Vaishnav et al. 2022, from whom Vaishnav and Serre 2023 have it; the place is our choice.
 */
export class ResNet extends ImageScorer {
  conv1: nn.Conv2d;
  bn1: nn.BatchNorm2d;
  maxpool: nn.MaxPool2d;
  layer1: nn.Sequential;
  layer2: nn.Sequential;
  layer3: nn.Sequential;
  attention: SpatialAttention | null;
  layer4: nn.Sequential;
  fc: nn.Linear;

  /** @throws TorchError for options that are not accepted */
  constructor(options: ResNetOptions = {}) {
    super();
    const { size, channels, attention } = checkOptions("ResNet", rules, options);
    const { blocks, width, bottleneck } = resnetSizes[size];
    this.conv1 = new nn.Conv2d(channels, width, 7, { stride: 2, padding: 3, bias: false });
    this.bn1 = new nn.BatchNorm2d(width);
    this.maxpool = new nn.MaxPool2d(3, { stride: 2, padding: 1 });
    let inner: number = width;
    const stage = (index: number): nn.Sequential => {
      const layers = Array.from({ length: blocks[index]! }, (_, i): nn.Module => {
        const block = new Residual(inner, width * 2 ** index, index > 0 && i === 0 ? 2 : 1, bottleneck);
        inner = width * 2 ** index * (bottleneck ? 4 : 1);
        return block;
      });
      return new nn.Sequential<readonly nn.Module[]>(...layers);
    };
    this.layer1 = stage(0);
    this.layer2 = stage(1);
    this.layer3 = stage(2);
    this.attention = attention ? new SpatialAttention(inner) : null;
    this.layer4 = stage(3);
    this.fc = new nn.Linear(inner, 1);
  }

  /** @param images [B, C, H, W] */
  override forward(images: Tensor): Tensor {
    return scope(() => {
      let x = this.maxpool.forward(this.bn1.forward(this.conv1.forward(images)).relu());
      for (const layer of [this.layer1, this.layer2, this.layer3]) x = layer.forward(x);
      x = this.layer4.forward(this.attention?.forward(x) ?? x);
      return this.fc.forward(x.mean({ dim: [2, 3] })).squeeze(-1);
    });
  }
}
