// Which patches of pictures are hidden.
import { type Generator, rand, scope, type Tensor, tensor } from "@throughline/torch";

/** Numbers of the patches of each picture that are seen, [B, V], and of those that are hidden, [B, H]: int64, V + H = N. */
export interface PatchMask {
  readonly visible: Tensor;
  readonly hidden: Tensor;
}

/** The same patches hidden in each of `batch` pictures of `count` patches. */
export function sameMask(
  batch: number,
  count: number,
  numbers: readonly number[],
  device: string,
): PatchMask {
  const rest = Array.from({ length: count }, (_, patch) => patch).filter((patch) => !numbers.includes(patch));
  return scope(() => {
    const [visible, hidden] = [rest, numbers].map((list) =>
      tensor([...list], { dtype: "int64" })
        .to({ device })
        .expand([batch, list.length]),
    ) as [Tensor, Tensor];
    return { visible, hidden };
  });
}

/** `hidden` patches, drawn for each picture. @param generator on the CPU. Default: the CPU's default generator */
export function randomMask(
  batch: number,
  count: number,
  hidden: number,
  device: string,
  generator?: Generator,
): PatchMask {
  return scope(() => {
    const order = rand([batch, count], { generator }).argsort({ dim: 1 }).to({ device });
    return { visible: order.narrow(1, hidden, count - hidden), hidden: order.narrow(1, 0, hidden) };
  });
}

/** The rows of `numbers` of each batch entry. @param rows [B, N, D]; @param numbers [B, k]; @returns [B, k, D] */
export function pickRows(rows: Tensor, numbers: Tensor): Tensor {
  return scope(() => rows.gather(1, indexOf(numbers, rows.size(2))));
}

/** A copy of `rows` with others in the place of `numbers`. @param others [B, k, D] */
export function putRows(rows: Tensor, numbers: Tensor, others: Tensor): Tensor {
  return scope(() => rows.scatter(1, indexOf(numbers, rows.size(2)), others));
}

function indexOf(numbers: Tensor, width: number): Tensor {
  return numbers.unsqueeze(-1).expand([-1, -1, width]);
}
