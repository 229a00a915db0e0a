// Residual networks (He et al. 2016) with one output, a score.
import { nn, scope, type Tensor } from "@throughline/torch";
import { ImageScorer } from "../reasoning/scorer.js";

/** The sizes there are: the paper's, and a narrow one for small machines, which results name. */
const sizes = {
  /** Bottleneck blocks 3, 4, 6, 3 of width 64, 128, 256, 512: 23.5 million parameters. */
  resnet50: { blocks: [3, 4, 6, 3], width: 64, bottleneck: true },
  /** Plain blocks 2, 2, 2, 2 of width 16, 32, 64, 128: 0.7 million parameters. */
  "resnet18-narrow": { blocks: [2, 2, 2, 2], width: 16, bottleneck: false },
} as const;

/** Name of a residual network. */
export type ResNetSize = keyof typeof sizes;

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
 */
export class ResNet extends ImageScorer {
  conv1: nn.Conv2d;
  bn1: nn.BatchNorm2d;
  maxpool: nn.MaxPool2d;
  layer1: nn.Sequential;
  layer2: nn.Sequential;
  layer3: nn.Sequential;
  layer4: nn.Sequential;
  fc: nn.Linear;

  /** @param options `size`: default `"resnet50"`; `channels` of the images: default 1. */
  constructor(options: { readonly size?: ResNetSize; readonly channels?: number } = {}) {
    super();
    const { blocks, width, bottleneck } = sizes[options.size ?? "resnet50"];
    this.conv1 = new nn.Conv2d(options.channels ?? 1, width, 7, { stride: 2, padding: 3, bias: false });
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
    this.layer4 = stage(3);
    this.fc = new nn.Linear(inner, 1);
  }

  /** @param images [B, C, H, W] */
  override forward(images: Tensor): Tensor {
    return scope(() => {
      let x = this.maxpool.forward(this.bn1.forward(this.conv1.forward(images)).relu());
      for (const layer of [this.layer1, this.layer2, this.layer3, this.layer4]) x = layer.forward(x);
      return this.fc.forward(x.mean({ dim: [2, 3] })).squeeze(-1);
    });
  }
}
