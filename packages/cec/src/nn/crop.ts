// Parts of pictures.
import { arange, rand, scope, type Tensor } from "@throughline/torch";

/** The middle `size` rows and columns. @param pictures [N, C, rows, columns] */
export function centreCrop(pictures: Tensor, size: number): Tensor {
  return scope(() => {
    const [rows, columns] = pictures.shape.slice(2) as [number, number];
    const middle = (length: number): number => Math.floor((length - size) / 2);
    return pictures.narrow(2, middle(rows), size).narrow(3, middle(columns), size);
  });
}

/**
 * Places of crops, one for each picture: uniform on the whole numbers from 0 to one less than what is left over, as in RoboMimic, which never
 * takes the last place. Rows are drawn before columns.
 * @param draw uniform numbers from 0 to 1 @returns int64 [N], [N]
 */
export function randomPlaces(
  pictures: Tensor,
  size: number,
  draw: (count: number) => Tensor = (count) => rand([count], { device: pictures.device }),
): readonly [top: Tensor, left: Tensor] {
  return scope(() => {
    const count = pictures.size(0);
    const [top, left] = [2, 3].map((dim) =>
      draw(count)
        .mul(pictures.size(dim) - size)
        .floor()
        .long(),
    );
    return [top!, left!];
  });
}

/** `size` rows and columns of each picture from its own place on. @param pictures [N, C, rows, columns] @param top @param left int64 [N] */
export function cropAt(pictures: Tensor, size: number, top: Tensor, left: Tensor): Tensor {
  return scope(() => {
    const [count, channels, , columns] = pictures.shape as [number, number, number, number];
    const steps = arange(size, { dtype: "int64", device: pictures.device });
    const rows = top.unsqueeze(1).add(steps).reshape([count, 1, size, 1]);
    const across = left.unsqueeze(1).add(steps).reshape([count, 1, 1, size]);
    return pictures
      .gather(2, rows.expand([count, channels, size, columns]))
      .gather(3, across.expand([count, channels, size, size]));
  });
}
