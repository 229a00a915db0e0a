// The mazes' operators, compiled by `npm run setup` from native/.
import { loadOperators, type Tensor } from "@throughline/torch";

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

let loaded: Operators | undefined;

/** @throws TorchError `torch/library` if they are not compiled */
export function mazeOperators(): Operators {
  loaded ??= loadOperators(
    new URL("../../build/throughline_envs", import.meta.url),
    "throughline_envs",
  ) as unknown as Operators;
  return loaded;
}
