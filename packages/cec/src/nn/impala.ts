// The ConvNet of IMPALA (Espeholt et al. 2018) in the form that the CEC paper has from Video PreTraining (Baker et al. 2022).
import { nn, scope, type Tensor } from "@throughline/torch";
import { fitsStack, type StackParameters, stackOfPictures } from "./stack.js";

/** Sizes of an `ImpalaConvNet`. */
export interface ImpalaSizes {
  /** Rows and columns of the pictures. */
  readonly height: number;
  readonly width: number;
  /** Channels of each stack. Default of the paper: [16, 32, 32]. */
  readonly channels: readonly number[];
  /** Width of the hidden and of the last layer. Default of the paper: 256. */
  readonly features: number;
}

/** x + ReLU(conv(ReLU(conv(x)))), both 3 × 3. */
class Residual extends nn.Module {
  readonly conv0: nn.Conv2d;
  readonly conv1: nn.Conv2d;

  constructor(channels: number) {
    super();
    this.conv0 = new nn.Conv2d(channels, channels, 3, { padding: 1 });
    this.conv1 = new nn.Conv2d(channels, channels, 3, { padding: 1 });
  }

  override forward(x: Tensor): Tensor {
    return scope(() => x.add(this.conv1.forward(this.conv0.forward(x).relu_()).relu_()));
  }
}

/** conv 3 × 3, max-pool 3 × 3 of stride 2, ReLU, one residual block. */
class Stack extends nn.Module {
  readonly firstconv: nn.Conv2d;
  readonly block: Residual;

  constructor(inputs: number, channels: number) {
    super();
    this.firstconv = new nn.Conv2d(inputs, channels, 3, { padding: 1 });
    this.block = new Residual(channels);
  }

  /** @param x [batch, rows, columns, channels], as bytes (divided by 255) or numbers @returns the same with half the rows and columns */
  override forward(x: Tensor): Tensor {
    const parameters = [this.firstconv, this.block.conv0, this.block.conv1].flatMap(({ weight, bias }) => [
      weight,
      bias!,
    ]) as unknown as StackParameters;
    return fitsStack(x, parameters) ? stackOfPictures(x, parameters) : this.plain(x);
  }

  /** By PyTorch's own operators: for other devices, dtypes and channels, and what the kernels are tested against. */
  plain(x: Tensor): Tensor {
    return scope(() => {
      // The same memory, seen as channels first: the channels-last format, the fastest on a processor.
      const first = x.permute([0, 3, 1, 2]);
      const numbers = x.dtype === "uint8" ? first.float().div_(255) : first;
      // The largest of a window's ReLUs is the ReLU of its largest, for a quarter of the numbers.
      const pooled = nn.functional.maxPool2d(this.firstconv.forward(numbers), 3, { stride: 2, padding: 1 });
      return this.block.forward(pooled.relu_()).permute([0, 2, 3, 1]);
    });
  }
}

/** Pictures to features: stacks, then two linear layers, each with ReLU (CEC, appendix A). */
export class ImpalaConvNet extends nn.Module {
  readonly sizes: ImpalaSizes;
  readonly stacks: nn.ModuleList<Stack>;
  readonly dense: nn.Linear;
  readonly linear: nn.Linear;

  constructor(sizes: ImpalaSizes) {
    super();
    this.sizes = sizes;
    const { channels, features } = sizes;
    this.stacks = new nn.ModuleList(channels.map((count, at) => new Stack(channels[at - 1] ?? 3, count)));
    const halved = (size: number): number => channels.reduce((left) => Math.floor((left - 1) / 2) + 1, size);
    const flat = halved(sizes.height) * halved(sizes.width) * channels.at(-1)!;
    this.dense = new nn.Linear(flat, features);
    this.linear = new nn.Linear(features, features);
  }

  /** @param pictures uint8 [batch, height, width, 3] @returns [batch, features] */
  override forward(pictures: Tensor): Tensor {
    return scope(() => {
      let x = pictures;
      for (const stack of this.stacks) x = stack.forward(x);
      // Channels first, as the dense layer's weights have been since PyTorch's flatten.
      x = x.permute([0, 3, 1, 2]);
      return this.linear.forward(this.dense.forward(x.flatten(1)).relu_()).relu_();
    });
  }
}
