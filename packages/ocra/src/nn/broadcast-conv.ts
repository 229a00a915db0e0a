// A transposed convolution of one vector repeated over the whole image, without convolving.
//
// For x[h, w] = s + p[h, w] the convolution is linear: conv(x) = conv(s, repeated) + conv(p). The second term is the same
// for every s. The first depends on a pixel only through which of the kernel's taps fall on the image there: inside all
// of them, near a border fewer. A 5×5 kernel has 5 such cases along each axis, so s meets 25 sums of taps instead of a
// convolution, and what is left is to write each case's vector to its pixels.
import { nn, scope, type Tensor, tensor } from "@throughline/torch";
import { refuse } from "./refuse.js";

/** Taps of a transposed convolution of stride 1 that fall on the image, along one axis. */
interface Cases {
  /** [cases, kernel]: 1 where the tap falls on the image, else 0. */
  readonly taps: number[][];
  /** The case of each position. */
  readonly of: number[];
}

function casesOf(size: number, kernel: number, padding: number): Cases {
  const taps: number[][] = [];
  const of = Array.from({ length: size }, (_, at) => {
    const here = Array.from({ length: kernel }, (_, tap) => {
      const source = at + padding - tap;
      return source >= 0 && source < size ? 1 : 0;
    });
    const known = taps.findIndex((other) => other.join() === here.join());
    return known >= 0 ? known : taps.push(here) - 1;
  });
  return { taps, of };
}

/**
 * ReLU(conv(s + p) + bias) for every vector s, where conv is a `ConvTranspose2d` of stride 1 that keeps the size.
 * Equal to the convolution up to rounding; for N vectors of C channels it costs 25 · N · C² multiplications instead of
 * 25 · N · C² · height · width.
 */
export class BroadcastConv extends nn.Module<[nn.ConvTranspose2d, Tensor, Tensor]> {
  readonly height: number;
  readonly width: number;
  private readonly rows: nn.Buffer;
  private readonly columns: nn.Buffer;
  /** 1 where a pixel has a pair of cases: [height · width, cases]. */
  private readonly place: nn.Buffer;

  constructor(height: number, width: number, kernel: number) {
    super();
    if (kernel % 2 !== 1) throw refuse("BroadcastConv", `kernel is ${kernel}; accepted: an odd number`);
    this.height = height;
    this.width = width;
    const padding = (kernel - 1) / 2;
    const down = casesOf(height, kernel, padding);
    const across = casesOf(width, kernel, padding);
    const pairs = down.taps.length * across.taps.length;
    const place = down.of.flatMap((row) =>
      across.of.map((column) => {
        const pair = row * across.taps.length + column;
        return Array.from({ length: pairs }, (_, i) => (i === pair ? 1 : 0));
      }),
    );
    const buffer = (values: number[][]): nn.Buffer =>
      scope(() => new nn.Buffer(tensor(values, { dtype: "float32" }), { persistent: false }));
    this.rows = buffer(down.taps);
    this.columns = buffer(across.taps);
    this.place = buffer(place);
  }

  /**
   * @param layer weight [Cin, Cout, k, k]; @param vectors [N, Cin]; @param positions [1, height, width, Cin].
   * @returns [N, Cout, height, width], channels-last.
   */
  override forward(layer: nn.ConvTranspose2d, vectors: Tensor, positions: Tensor): Tensor {
    const [inner, outer, kernel] = layer.weight.shape as [number, number, number];
    const { height, width } = this;
    return scope(() => {
      const shared = layer.forward(positions.permute([0, 3, 1, 2])).permute([0, 2, 3, 1]);
      // sums[c, (row case, column case, d)] = Σ over the taps of the two cases of weight[c, d, ·, ·]
      const perColumn = layer.weight.reshape([-1, kernel]).matmul(this.columns.t()); // (c, d, i) × b
      const byRow = perColumn.view([inner, outer, kernel, -1]).permute([0, 3, 1, 2]); // c, b, d, i
      const sums = byRow.matmul(this.rows.t()).permute([0, 3, 1, 2]).reshape([inner, -1]); // c, a, b, d
      const perCase = vectors.matmul(sums).view([vectors.size(0), -1, outer]);
      const spread = shared
        .reshape([1, height * width, outer])
        .expand([vectors.size(0), height * width, outer])
        .baddbmm(this.place.unsqueeze(0).expand([vectors.size(0), -1, -1]), perCase)
        .relu_(); // in place before it is viewed: of a view, autograd would copy the whole
      return spread.view([-1, height, width, outer]).permute([0, 3, 1, 2]);
    });
  }
}
