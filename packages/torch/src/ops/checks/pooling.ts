// Pooling, padding, resizing and sampling: gradients have the shape of what the forward operator makes, and indices lie
// in the plane they point into.
import { native } from "../../native.js";
import { all, between, contiguous, likeForward, positions, rank, sameShape, within } from "./conditions.js";
import { type Check, refuse, text } from "./given.js";

/** Fewest and most dimensions of what a pooling or padding over `n` axes works on. */
const planes = (n: number): Check => rank("self", n + 1, n + 2);

/** Adaptive pooling: everything but the pooled axes is the same in both. */
function sameBatch(n: number, gradient: string, self: string): Check {
  return (given) => {
    const a = given.tensor(gradient)?.shape;
    const b = given.tensor(self)?.shape;
    if (a === undefined || b === undefined) return;
    if (a.length !== b.length || a.slice(0, -n).some((s, i) => s !== b[i]) || b.slice(-n).includes(0)) {
      refuse(gradient, `of shape ${text(a)} cannot come from an input of shape ${text(b)}`);
    }
  };
}

/** A scale that is given with a size must be the one that leads to it. */
function scalesFit(n: number): Check {
  return (given) => {
    const inner = (given.tensor("self")?.shape ?? given.integers("input_size"))?.slice(-n);
    const outer = given.integers("output_size");
    if (inner === undefined || outer === undefined) return;
    for (const [i, axis] of ["d", "h", "w"].slice(3 - n).entries()) {
      const scale = given.value(n === 1 ? "scales" : `scales_${axis}`);
      if (typeof scale === "number" && Math.floor(inner[i]! * scale) !== outer[i]) {
        refuse(
          n === 1 ? "scales" : `scales_${axis}`,
          `${scale} does not scale size ${inner[i]} to ${outer[i]}`,
        );
      }
    }
  };
}

const unfoldBackward: Check = (given) => {
  const [grad, sizes, dim] = [given.tensor("grad_in"), given.integers("input_sizes"), given.integer("dim")];
  if (!grad || !sizes || dim === undefined) return;
  const whole = given.call("aten::empty.memory_format", sizes, "float32", undefined, "meta");
  const windows = native.shape(
    (given.call("aten::unfold", whole, dim, given.value("size"), given.value("step")) as { handle: number })
      .handle,
  );
  if (text(windows) !== text(grad.shape))
    refuse("grad_in", `needs shape ${text(windows)}, has ${text(grad.shape)}`);
};

const resized: readonly (readonly [name: string, axes: number])[] = [
  ["upsample_nearest1d", 1],
  ["upsample_nearest2d", 2],
  ["upsample_nearest3d", 3],
  ["_upsample_nearest_exact1d", 1],
  ["_upsample_nearest_exact2d", 2],
  ["_upsample_nearest_exact3d", 3],
  ["upsample_linear1d", 1],
  ["upsample_bilinear2d", 2],
  ["upsample_bicubic2d", 2],
  ["upsample_trilinear3d", 3],
  ["_upsample_bilinear2d_aa", 2],
  ["_upsample_bicubic2d_aa", 2],
  ["_upsample_lanczos2d_aa", 2],
];

/** Checks by operator. */
export const poolingChecks: Readonly<Record<string, Check>> = {
  _adaptive_avg_pool2d_backward: all(planes(2), sameBatch(2, "grad_output", "self")),
  _adaptive_avg_pool3d_backward: all(planes(3), sameBatch(3, "grad_output", "self")),
  adaptive_avg_pool3d_backward: all(planes(3), sameBatch(3, "grad_output", "self")),
  adaptive_max_pool2d_backward: all(
    planes(2),
    sameShape("grad_output", "indices"),
    contiguous("indices"),
    sameBatch(2, "grad_output", "self"),
    within("indices", 0, positions("self", 2)),
  ),
  adaptive_max_pool3d_backward: all(
    planes(3),
    sameShape("grad_output", "indices"),
    contiguous("indices"),
    sameBatch(3, "grad_output", "self"),
    within("indices", 0, positions("self", 3)),
  ),
  max_pool2d_with_indices_backward: all(
    planes(2),
    sameShape("grad_output", "indices"),
    contiguous("indices"),
    likeForward(
      "grad_output",
      "aten::max_pool2d_with_indices",
      "self",
      "kernel_size",
      "stride",
      "padding",
      "dilation",
      "ceil_mode",
    ),
    within("indices", 0, positions("self", 2)),
  ),
  max_pool3d_with_indices_backward: all(
    planes(3),
    sameShape("grad_output", "indices"),
    contiguous("indices"),
    likeForward(
      "grad_output",
      "aten::max_pool3d_with_indices",
      "self",
      "kernel_size",
      "stride",
      "padding",
      "dilation",
      "ceil_mode",
    ),
    within("indices", 0, positions("self", 3)),
  ),
  fractional_max_pool2d_backward: all(
    planes(2),
    sameShape("grad_output", "indices"),
    contiguous("indices"),
    sameBatch(2, "grad_output", "self"),
    within("indices", 0, positions("self", 2)),
  ),
  fractional_max_pool3d_backward: all(
    planes(3),
    sameShape("grad_output", "indices"),
    contiguous("indices"),
    sameBatch(3, "grad_output", "self"),
    within("indices", 0, positions("self", 3)),
  ),
  avg_pool2d_backward: all(
    planes(2),
    likeForward("grad_output", "aten::avg_pool2d", "self", "kernel_size", "stride", "padding", "ceil_mode"),
  ),
  avg_pool3d_backward: all(
    planes(3),
    likeForward("grad_output", "aten::avg_pool3d", "self", "kernel_size", "stride", "padding", "ceil_mode"),
  ),
  ...Object.fromEntries(
    [
      "_adaptive_avg_pool2d",
      "_adaptive_avg_pool3d",
      "adaptive_avg_pool1d",
      "adaptive_avg_pool2d",
      "adaptive_avg_pool3d",
      "adaptive_max_pool1d",
      "adaptive_max_pool2d",
      "adaptive_max_pool3d",
    ].map((name) => [name, between("output_size", 0, 2 ** 24)]),
  ),
  max_pool1d: between("kernel_size", 1, 2 ** 31 - 1),
  reflection_pad1d_backward: all(
    planes(1),
    likeForward("grad_output", "aten::reflection_pad1d", "self", "padding"),
  ),
  reflection_pad2d_backward: all(
    planes(2),
    likeForward("grad_output", "aten::reflection_pad2d", "self", "padding"),
  ),
  reflection_pad3d_backward: all(
    planes(3),
    likeForward("grad_output", "aten::reflection_pad3d", "self", "padding"),
  ),
  replication_pad1d_backward: all(
    planes(1),
    likeForward("grad_output", "aten::replication_pad1d", "self", "padding"),
  ),
  replication_pad2d_backward: all(
    planes(2),
    likeForward("grad_output", "aten::replication_pad2d", "self", "padding"),
  ),
  replication_pad3d_backward: all(
    planes(3),
    likeForward("grad_output", "aten::replication_pad3d", "self", "padding"),
  ),
  unfold_backward: unfoldBackward,
  ...Object.fromEntries(
    resized.flatMap(([name, n]) => [
      [name, scalesFit(n)],
      [`${name}_backward`, scalesFit(n)],
    ]),
  ),
  grid_sampler_2d_backward: likeForward(
    "grad_output",
    "aten::grid_sampler_2d",
    "input",
    "grid",
    "interpolation_mode",
    "padding_mode",
    "align_corners",
  ),
  grid_sampler_3d_backward: likeForward(
    "grad_output",
    "aten::grid_sampler_3d",
    "input",
    "grid",
    "interpolation_mode",
    "padding_mode",
    "align_corners",
  ),
  _grid_sampler_2d_cpu_fallback_backward: likeForward(
    "grad_output",
    "aten::grid_sampler_2d",
    "input",
    "grid",
    "interpolation_mode",
    "padding_mode",
    "align_corners",
  ),
  _slow_conv2d_backward: all(
    rank("self", 3, 4),
    rank("weight", 4),
    likeForward(
      "grad_output",
      "aten::_slow_conv2d_forward",
      "self",
      "weight",
      "kernel_size",
      "bias",
      "stride",
      "padding",
    ),
  ),
};
