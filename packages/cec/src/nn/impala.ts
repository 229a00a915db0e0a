// The ConvNet of IMPALA (Espeholt et al. 2018) in the form that the CEC paper has from Video PreTraining (Baker et al. 2022).
import { type Generator, nn, scope, type Tensor } from "@throughline/torch";
import { encodedPictures, fitsEncoder } from "./encoder.js";
import { halved } from "./halved.js";

import { linear } from "./linear.js";
import { fanIn } from "./weights.js";

/** Sizes of an `ImpalaConvNet`. */
export interface ImpalaSizes {
  /** Rows and columns of the pictures. */
  readonly height: number;
  readonly width: number;
  /** Channels of each stack. Paper: [16, 32, 32]. */
  readonly channels: readonly number[];
  /** Width of the last layer and, unless `hidden` is given, of the hidden one. Paper: 256. */
  readonly features: number;
  readonly hidden?: number;
  /** Residual blocks in each stack. Default 1, as in the paper. */
  readonly blocks?: number;
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

/** conv 3 × 3, max-pool 3 × 3 of stride 2, ReLU, residual blocks. */
class Stack extends nn.Module {
  readonly firstconv: nn.Conv2d;
  readonly block: Residual;
  /** The blocks after the first, if there are any. */
  readonly others: nn.ModuleList<Residual>;

  constructor(inputs: number, channels: number, blocks: number) {
    super();
    this.firstconv = new nn.Conv2d(inputs, channels, 3, { padding: 1 });
    this.block = new Residual(channels);
    this.others = new nn.ModuleList(Array.from({ length: blocks - 1 }, () => new Residual(channels)));
  }

  /** All of its residual blocks. */
  get blocks(): readonly Residual[] {
    return [this.block, ...this.others];
  }

  /** Weight and bias of each convolution, in order. */
  get parametersInOrder(): Tensor[] {
    const convolutions = [this.firstconv, ...this.blocks.flatMap(({ conv0, conv1 }) => [conv0, conv1])];
    return convolutions.flatMap(({ weight, bias }) => [weight, bias!]);
  }

  /** @param x [batch, channels, rows, columns] @returns the same with half the rows and columns */
  override forward(x: Tensor): Tensor {
    return scope(() => {
      // The largest of a window's ReLUs is the ReLU of its largest, for a quarter of the numbers.
      let y = nn.functional.maxPool2d(this.firstconv.forward(x), 3, { stride: 2, padding: 1 }).relu_();
      for (const block of this.blocks) y = block.forward(y);
      return y;
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
    const { channels, features, hidden = features, blocks = 1 } = sizes;
    this.stacks = new nn.ModuleList(
      channels.map((count, at) => new Stack(channels[at - 1] ?? 3, count, blocks)),
    );
    const [rows, columns] = [sizes.height, sizes.width].map((pixels) => halved(pixels, channels.length));
    const flat = rows! * columns! * channels.at(-1)!;
    this.dense = new nn.Linear(flat, hidden);
    this.linear = new nn.Linear(hidden, features);
  }

  /**
   * The weights that CEC begins with: of each output, L2 norm 1 (first convolutions and the last layer), (3 / blocks)^¼ (residual ones) or
   * 1.4 (the hidden layer); biases 0. CEC, appendix A; Baker et al. 2022.
   */
  beginAsCec(generator?: Generator): this {
    const { blocks = 1 } = this.sizes;
    for (const stack of this.stacks) {
      fanIn(stack.firstconv, 1, { generator });
      for (const { conv0, conv1 } of stack.blocks)
        for (const conv of [conv0, conv1]) fanIn(conv, (3 / blocks) ** 0.25, { generator });
    }
    fanIn(this.dense, 1.4, { generator });
    fanIn(this.linear, 1, { generator });
    return this;
  }

  /** @param pictures uint8 [batch, height, width, 3] @returns [batch, features] */
  override forward(pictures: Tensor): Tensor {
    return scope(() => {
      const parameters = this.stacks.items.flatMap((stack) => stack.parametersInOrder);
      const seen = fitsEncoder(pictures, parameters)
        ? encodedPictures(pictures, parameters, this.stacks.length)
        : this.plain(pictures);
      const hidden = linear(this.dense, seen.flatten(1), { relu: true });
      return linear(this.linear, hidden, { relu: true });
    });
  }

  /** What the stacks give, by PyTorch's own operators: for other devices, dtypes and channels. The kernels are tested against it. */
  plain(pictures: Tensor): Tensor {
    return scope(() => {
      // The same memory, seen as channels first: the channels-last format, the fastest on a processor.
      const first = pictures.permute([0, 3, 1, 2]);
      let x = pictures.dtype === "uint8" ? first.to(this.dense.weight.dtype).div_(255) : first;
      for (const stack of this.stacks) x = stack.forward(x);
      return x;
    });
  }
}
