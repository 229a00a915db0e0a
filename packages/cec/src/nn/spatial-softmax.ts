// Feature maps to points (Finn et al. 2016).
import { type Generator, linspace, nn, ones, scope, stack, type Tensor } from "@throughline/torch";
import { fillUsual } from "./weights.js";

/**
 * The place of each map: a 1 × 1 convolution to as many maps as there are points, the softmax of each over its places, and the mean place under it.
 * Columns and rows go from −1 to 1. Names are those of RoboMimic's.
 */
export class SpatialSoftmax extends nn.Module {
  readonly nets: nn.Conv2d;
  readonly temperature: nn.Buffer;
  readonly pos_x: nn.Buffer;
  readonly pos_y: nn.Buffer;

  /** @param rows @param columns of the maps */
  constructor(channels: number, points: number, rows: number, columns: number, generator?: Generator) {
    super();
    this.nets = new nn.Conv2d(channels, points, 1);
    fillUsual(this.nets, { generator });
    const [x, y] = scope(() => {
      const across = linspace(-1, 1, columns).unsqueeze(0).expand([rows, columns]).reshape([1, -1]);
      const down = linspace(-1, 1, rows).unsqueeze(1).expand([rows, columns]).reshape([1, -1]);
      return [new nn.Buffer(across), new nn.Buffer(down)];
    });
    this.temperature = scope(() => new nn.Buffer(ones([1])));
    this.pos_x = x!;
    this.pos_y = y!;
  }

  /** @param maps [N, channels, rows, columns] @returns [N, points, 2], column before row */
  override forward(maps: Tensor): Tensor {
    return scope(() => {
      const weights = this.nets.forward(maps).flatten(2).div(this.temperature).softmax(-1);
      const places = weights.unsqueeze(-1).mul(stack([this.pos_x, this.pos_y], -1));
      return places.sum({ dim: 2 });
    });
  }
}
