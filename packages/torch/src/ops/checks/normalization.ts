// Normalisation: one statistic for each channel, row or group.
import {
  all,
  between,
  contiguous,
  elements,
  product,
  rank,
  type Size,
  sameShape,
  vectors,
} from "./conditions.js";
import { type Check, refuse, text } from "./given.js";

const channels: Size = (given) => (given.tensor("input") ?? given.tensor("self"))?.shape[1];

const hasChannels: Check = (given) => {
  const input = given.tensor("input") ?? given.tensor("self");
  if (input !== undefined && input.shape.length < 2)
    refuse("input", `needs at least 2 dimensions, has ${input.shape.length}`);
};

/** Statistics that the mode needs are there: running ones for evaluation, saved ones for a backward pass in training. */
function statistics(
  training: string | false,
  evaluation: readonly string[],
  backward: readonly string[] = [],
): Check {
  return (given) => {
    const trains = training !== false && given.value(training) === true;
    for (const name of trains ? backward : evaluation) {
      if (given.tensor(name) === undefined)
        refuse(name, `is needed ${trains ? "in training" : "unless it trains"}`);
    }
  };
}

const batchNorm: Check = all(
  hasChannels,
  vectors(
    channels,
    "weight",
    "bias",
    "running_mean",
    "running_var",
    "save_mean",
    "save_invstd",
    "save_var",
    "mean",
    "invstd",
  ),
);
const batchNormForward = all(batchNorm, statistics("training", ["running_mean", "running_var"]));
const batchNormBackward = (training: string, ...saved: readonly string[]): Check =>
  all(
    batchNorm,
    sameShape("grad_out", "input"),
    statistics(training, ["running_mean", "running_var"], saved),
  );

/** Layer norm: how many rows are normalised, and how long each is. */
const normalizedRows: Size = (given) => {
  const shape = given.tensor("input")?.shape;
  const inner = given.integers("normalized_shape");
  return shape && inner && product(shape.slice(0, shape.length - inner.length));
};
const rowLength: Size = (given) => {
  const inner = given.integers("normalized_shape");
  return inner && product(inner);
};
const normalizedShapeFits: Check = (given) => {
  const shape = given.tensor("input")?.shape;
  const inner = given.integers("normalized_shape");
  if (shape === undefined || inner === undefined) return;
  if (
    inner.length === 0 ||
    inner.length > shape.length ||
    inner.some((s, i) => s !== shape.at(i - inner.length))
  ) {
    refuse("normalized_shape", `${text(inner)} does not end the input's shape ${text(shape)}`);
  }
};
const layerNormBackward = all(
  normalizedShapeFits,
  sameShape("grad_out", "input"),
  elements(normalizedRows, "mean", "rstd"),
  contiguous("mean", "rstd"),
  elements(rowLength, "weight", "bias"),
);

const groups =
  (name: string): Size =>
  (given) => {
    const [n, g] = [given.integer("N"), given.integer(name)];
    return n === undefined || g === undefined ? undefined : n * g;
  };
const groupNorm: Check = all(
  between("N", 0, 2 ** 31),
  between("C", 1, 2 ** 31),
  between("HxW", 0, 2 ** 40),
  (given) => {
    const input = given.tensor("input");
    const [n, c, area] = ["N", "C", "HxW"].map((name) => given.integer(name));
    if (input === undefined || n === undefined || c === undefined || area === undefined) return;
    if (n * c * area !== input.numel)
      refuse("input", `has ${input.numel} elements, but N·C·HxW is ${n * c * area}`);
  },
  vectors((given) => given.integer("C"), "weight", "bias"),
  between("group", 1, 2 ** 31),
);

const weightNorm: Check = all(
  rank("v", 1, 64),
  (given) => {
    const [v, g] = [
      given.tensor("v") ?? given.tensor("saved_v"),
      given.tensor("g") ?? given.tensor("saved_g"),
    ];
    const dim = given.integer("dim") ?? 0;
    if (v === undefined || g === undefined) return;
    if (v.numel === 0) refuse("v", `has no elements (shape ${text(v.shape)})`);
    const kept = dim === -1 ? 1 : v.shape[dim];
    if (kept === undefined) refuse("dim", `${dim} is not a dimension of a tensor of shape ${text(v.shape)}`);
    if (g.numel !== kept) refuse("g", `needs ${kept} elements, has ${g.numel}`);
  },
  sameShape("grad_w", "saved_v"),
  (given) => {
    const [norms, g] = [given.tensor("saved_norms"), given.tensor("saved_g")];
    if (norms !== undefined && g !== undefined && norms.numel !== g.numel)
      refuse("saved_norms", `needs ${g.numel} elements, has ${norms.numel}`);
  },
);

/** Checks by operator. */
export const normalizationChecks: Readonly<Record<string, Check>> = {
  native_batch_norm: batchNormForward,
  _native_batch_norm_legit: batchNormForward,
  _native_batch_norm_legit_functional: batchNormForward,
  _native_batch_norm_legit_no_training: all(batchNorm, statistics(false, ["running_mean", "running_var"])),
  _batch_norm_with_update: all(batchNorm, statistics(false, ["running_mean", "running_var"])),
  _batch_norm_with_update_functional: all(batchNorm, statistics(false, ["running_mean", "running_var"])),
  _batch_norm_no_update: batchNorm,
  native_batch_norm_backward: batchNormBackward("train", "save_mean", "save_invstd"),
  batch_norm_backward: batchNormBackward("update", "save_mean", "save_var"),
  native_layer_norm_backward: layerNormBackward,
  _fused_rms_norm_backward: layerNormBackward,
  native_group_norm: groupNorm,
  native_group_norm_backward: all(
    groupNorm,
    sameShape("grad_out", "input"),
    elements(groups("group"), "mean", "rstd"),
    contiguous("mean", "rstd"),
  ),
  _weight_norm: weightNorm,
  _weight_norm_interface: weightNorm,
  _weight_norm_interface_backward: weightNorm,
  _weight_norm_differentiable_backward: weightNorm,
  _log_softmax_backward_data: sameShape("grad_output", "output"),
  _softmax_backward_data: sameShape("grad_output", "output"),
};
