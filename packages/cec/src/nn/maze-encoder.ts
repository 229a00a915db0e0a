// The mazes' pictures as features: the ConvNet with the weights and under the names that the authors' has.
import { type Generator, nn, type Tensor } from "@throughline/torch";
import { ImpalaConvNet, type ImpalaSizes } from "./impala.js";

/** An `ImpalaConvNet` whose state dict has the authors' keys, `img_process.cnn.stacks.0.firstconv.layer.weight` and so on. */
export class MazeEncoder extends nn.Module {
  readonly net: ImpalaConvNet;
  readonly features: number;

  constructor(sizes: ImpalaSizes, generator?: Generator) {
    super();
    this.net = new ImpalaConvNet(sizes).beginAsCec(generator);
    this.features = sizes.features;
  }

  override members(): nn.Member[] {
    const stacks = this.net.stacks.items.flatMap(({ firstconv, blocks }, stack): nn.Member[] => {
      const at = `img_process.cnn.stacks.${stack}`;
      const residual = blocks.flatMap(({ conv0, conv1 }, block): nn.Member[] => [
        [`${at}.blocks.${block}.conv0.layer`, conv0],
        [`${at}.blocks.${block}.conv1.layer`, conv1],
      ]);
      return [[`${at}.firstconv.layer`, firstconv], ...residual];
    });
    return [
      ...stacks,
      ["img_process.cnn.dense.layer", this.net.dense],
      ["img_process.linear.layer", this.net.linear],
    ];
  }

  /** @param pictures uint8 [N, height, width, 3] @returns [N, features] */
  override forward(pictures: Tensor): Tensor {
    return this.net.forward(pictures);
  }
}
