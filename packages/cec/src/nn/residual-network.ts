// ResNet-18 (He et al. 2016) without its pooling and last layer, under the names that RoboMimic's list of layers has.
import { type Generator, nn, scope, type Tensor } from "@throughline/torch";
import { halved } from "./halved.js";

function conv(from: number, to: number, size: number, stride: number, generator?: Generator): nn.Conv2d {
  const made = new nn.Conv2d(from, to, size, { stride, padding: (size - 1) / 2, bias: false });
  nn.init.kaimingNormal_(made.weight, { mode: "fan_out", nonlinearity: "relu", generator });
  return made;
}

/** ReLU(x + BN(conv(ReLU(BN(conv(x)))))); where the size changes, x passes a 1 × 1 convolution and a norm. Names as in torchvision. */
export class ResidualBlock extends nn.Module {
  readonly conv1: nn.Conv2d;
  readonly bn1: nn.BatchNorm2d;
  readonly conv2: nn.Conv2d;
  readonly bn2: nn.BatchNorm2d;
  readonly downsample: nn.Sequential<readonly [nn.Conv2d, nn.BatchNorm2d]> | null;

  constructor(from: number, to: number, stride = 1, generator?: Generator) {
    super();
    this.conv1 = conv(from, to, 3, stride, generator);
    this.bn1 = new nn.BatchNorm2d(to);
    this.conv2 = conv(to, to, 3, 1, generator);
    this.bn2 = new nn.BatchNorm2d(to);
    this.downsample =
      stride === 1 && from === to
        ? null
        : new nn.Sequential(conv(from, to, 1, stride, generator), new nn.BatchNorm2d(to));
  }

  override forward(x: Tensor): Tensor {
    return scope(() => {
      const inner = this.bn1.forward(this.conv1.forward(x)).relu_();
      const outer = this.bn2.forward(this.conv2.forward(inner));
      return outer.add(this.downsample?.forward(x) ?? x).relu_();
    });
  }
}

/** Channels of the four stages. */
const STAGES = [64, 128, 256, 512] as const;

/** Channels of the maps that come out. */
export const RESNET_CHANNELS: number = STAGES[3];

/** Rows (or columns) of the maps that come out of as many rows (or columns). */
export function resnetSize(pixels: number): number {
  return halved(pixels, 5);
}

/** Pictures [N, 3, rows, columns] to maps [N, 512, ⌈rows / 32⌉, ⌈columns / 32⌉]. */
export function resnet18(generator?: Generator): nn.Sequential {
  const stages = STAGES.map((to, at) => {
    const from = STAGES[at - 1] ?? 64;
    return new nn.Sequential(
      new ResidualBlock(from, to, at === 0 ? 1 : 2, generator),
      new ResidualBlock(to, to, 1, generator),
    );
  });
  return new nn.Sequential<readonly nn.Module[]>(
    conv(3, 64, 7, 2, generator),
    new nn.BatchNorm2d(64),
    new nn.ReLU(),
    new nn.MaxPool2d(3, { stride: 2, padding: 1 }),
    ...stages,
  );
}
