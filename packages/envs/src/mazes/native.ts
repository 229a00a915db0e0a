// The mazes' operators, compiled by `npm run setup` from native/.
import type { Tensor } from "@throughline/torch";
import { operators } from "../operators.js";

interface Operators {
  advance(
    cells: Tensor,
    numbers: Tensor,
    goals: Tensor,
    poses: Tensor,
    motions: Tensor,
    actions: Tensor,
    repeat: number,
    radius: number,
  ): Tensor;
  draw(
    cells: Tensor,
    numbers: Tensor,
    sprites: Tensor,
    panels: Tensor,
    poses: Tensor,
    atlas: Tensor,
    fieldOfView: number,
    wanted: Tensor | null,
    pictures: Tensor,
  ): void;
}

/** @throws TorchError `torch/library` if they are not compiled */
export const mazeOperators = (): Operators => operators<Operators>();
