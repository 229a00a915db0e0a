// The operator that draws scenes, compiled by `npm run setup` from native/scene/.
import { loadOperators, type Tensor } from "@throughline/torch";

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

let loaded: Operators | undefined;

/** @throws TorchError `torch/library` if they are not compiled */
export function sceneOperators(): Operators {
  loaded ??= loadOperators(
    new URL("../../build/throughline_envs", import.meta.url),
    "throughline_envs",
  ) as unknown as Operators;
  return loaded;
}
