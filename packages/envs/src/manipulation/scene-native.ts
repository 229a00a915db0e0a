// The operator that draws scenes, compiled by `npm run setup` from native/scene/.
import type { Tensor } from "@throughline/torch";
import { operators } from "../operators.js";

interface Operators {
  draw_scene(
    shapes: Tensor,
    fieldsOfView: Tensor,
    lamps: Tensor,
    look: Tensor,
    poses: Tensor,
    samples: number,
    pictures: Tensor,
  ): void;
}

/** @throws TorchError `torch/library` if they are not compiled */
export const sceneOperators = (): Operators => operators<Operators>();
