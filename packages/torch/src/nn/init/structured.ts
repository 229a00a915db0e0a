// Matrices with a structure: identities, orthogonal and sparse ones.
import { call } from "../../dispatch.js";
import { scope } from "../../memory.js";
import type { Tensor } from "../../tensor/index.js";
import { fill, needs, type RandomOptions } from "./fill.js";

/** The identity matrix. @throws TorchError unless there are 2 dimensions. */
export function eye_(tensor: Tensor): Tensor {
  needs("eye_", tensor, tensor.ndim === 2, "2 dimensions");
  return fill(tensor, () => {
    call("aten::zero_", tensor);
    call("aten::fill_.Scalar", call("aten::diagonal", tensor), 1);
  });
}

/**
 * A convolution's weight that passes as many channels as it can through unchanged (Dirac delta).
 * @param options `groups`: those of the convolution, default 1.
 * @throws TorchError unless there are 3, 4 or 5 dimensions and `groups` divides the first.
 */
export function dirac_(tensor: Tensor, options: { readonly groups?: number } = {}): Tensor {
  const { groups = 1 } = options;
  const [out = 0, , ...kernel] = tensor.shape;
  needs("dirac_", tensor, tensor.ndim >= 3 && tensor.ndim <= 5, "3, 4 or 5 dimensions");
  needs("dirac_", tensor, out % groups === 0, `a first dimension that ${groups} groups divide`);
  const size = out / groups;
  return fill(tensor, () => {
    call("aten::zero_", tensor);
    // [out, channels]: the kernels' centres
    const centres = kernel.reduce(
      (rest, length) => call("aten::select.int", rest, 2, Math.trunc(length / 2)),
      tensor,
    );
    for (let group = 0; group < groups; group++) {
      const part = call("aten::narrow", centres, 0, group * size, size);
      call("aten::fill_.Scalar", call("aten::diagonal", part), 1);
    }
  });
}

/**
 * gain · a random matrix with orthonormal rows or columns (Saxe et al. 2013); dimensions after the first count as one.
 * @param options `gain`: default 1. @throws TorchError for fewer than 2 dimensions.
 */
export function orthogonal_(
  tensor: Tensor,
  options: RandomOptions & { readonly gain?: number } = {},
): Tensor {
  const { gain = 1, generator } = options;
  needs("orthogonal_", tensor, tensor.ndim >= 2, "at least 2 dimensions");
  const { numel } = tensor;
  if (numel === 0) return tensor;
  const rows = tensor.size(0);
  const wide = rows < numel / rows;
  return fill(tensor, () => {
    const random = call(
      "aten::normal_",
      call("aten::new_empty", tensor, [rows, numel / rows]),
      0,
      1,
      generator,
    );
    const [q, r] = call<[Tensor, Tensor]>("aten::linalg_qr", wide ? call("aten::t", random) : random);
    // The signs make the distribution uniform over the orthogonal group (Mezzadri 2007).
    call("aten::mul_.Tensor", q, call("aten::sign", call("aten::diagonal", r)));
    const matrix = wide ? call("aten::t", q) : q;
    call("aten::copy_", tensor, call("aten::reshape", matrix, tensor.shape));
    call("aten::mul_.Scalar", tensor, gain);
  });
}

/**
 * Normal with std `std` (default 0.01), and in each column a fraction `sparsity` of zeros (Martens 2010). All
 * random numbers come from `generator`; PyTorch always draws the zeros' places from the default one.
 * @throws TorchError unless there are 2 dimensions.
 */
export function sparse_(
  tensor: Tensor,
  sparsity: number,
  options: RandomOptions & { readonly std?: number } = {},
): Tensor {
  const { std = 0.01, generator } = options;
  const [rows = 0, columns = 0] = tensor.shape;
  needs("sparse_", tensor, tensor.ndim === 2, "2 dimensions");
  return fill(tensor, () => {
    call("aten::normal_", tensor, 0, std, generator);
    for (let column = 0; column < columns; column++) {
      scope(() => {
        const order = call("aten::randperm.generator", rows, generator ?? null);
        const zeros = call("aten::narrow", order, 0, 0, Math.ceil(sparsity * rows));
        call("aten::index_fill_.int_Scalar", call("aten::select.int", tensor, 1, column), 0, zeros, 0);
      });
    }
  });
}
