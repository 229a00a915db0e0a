// Pictures as rows of square patches, and back.
import { scope, type Tensor } from "@throughline/torch";
import { refuse } from "./refuse.js";

/** A part of a picture: its edges as fractions of height and width. */
export interface Area {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

/** Rows and columns of the grid that patches of `patch` × `patch` pixels make of a picture. @throws TorchError if they do not fit */
export function patchGrid(
  who: string,
  [height, width]: readonly [height: number, width: number],
  patch: number,
): [rows: number, columns: number] {
  if (height % patch === 0 && width % patch === 0) return [height / patch, width / patch];
  throw refuse(
    who,
    `pictures are ${height} × ${width} pixels; accepted: sides that patches of ${patch} × ${patch} divide`,
  );
}

/** Numbers of the patches, row by row, that an area meets. */
export function patchesIn(
  { top, left, bottom, right }: Area,
  [rows, columns]: readonly [rows: number, columns: number],
): number[] {
  return Array.from({ length: rows * columns }, (_, patch) => patch).filter((patch) => {
    const [row, column] = [Math.floor(patch / columns), patch % columns];
    return (
      row < bottom * rows && row + 1 > top * rows && column < right * columns && column + 1 > left * columns
    );
  });
}

/**
 * [B, C, H, W] → [B, N, C · p²]: the patches row by row, each as its channels' rows.
 * @param patch p, a divisor of H and W
 */
export function patchify(images: Tensor, patch: number): Tensor {
  const [height, width] = images.shape.slice(2) as [number, number];
  const [rows, columns] = patchGrid("patchify", [height, width], patch);
  return scope(() =>
    images
      .unflatten(3, [columns, patch])
      .unflatten(2, [rows, patch])
      .permute([0, 2, 4, 1, 3, 5])
      .flatten(3)
      .flatten(1, 2),
  );
}

/** Inverts `patchify`. @param shape [C, H, W] of a picture */
export function unpatchify(
  patches: Tensor,
  patch: number,
  [channels, height, width]: readonly [channels: number, height: number, width: number],
): Tensor {
  const [rows, columns] = patchGrid("unpatchify", [height, width], patch);
  return scope(() =>
    patches
      .unflatten(2, [channels, patch, patch])
      .unflatten(1, [rows, columns])
      .permute([0, 3, 1, 4, 2, 5])
      .flatten(4)
      .flatten(2, 3),
  );
}
