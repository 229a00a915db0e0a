// Checks of operators that read or write at indices: embeddings, classification losses, gather, segments.
import type { Handle } from "../../handle.js";
import {
  all,
  between,
  contiguous,
  elements,
  product,
  rank,
  type Size,
  sameShape,
  size,
  vectors,
  within,
} from "./conditions.js";
import { type Check, type Given, type GivenTensor, refuse, text } from "./given.js";

const embeddingBackward: Check = all(
  (given) => {
    const [grad, indices] = [given.tensor("grad_output") ?? given.tensor("grad"), given.tensor("indices")];
    if (grad === undefined || indices === undefined) return;
    if (grad.shape.length !== indices.shape.length + 1 || indices.shape.some((s, i) => s !== grad.shape[i])) {
      refuse(
        "grad",
        `of shape ${text(grad.shape)} does not belong to indices of shape ${text(indices.shape)}`,
      );
    }
  },
  within("indices", 0, (given) => given.integer("num_weights")),
);

function requireOffsets(given: Given, offsets: GivenTensor, most: number): void {
  const list = given.elements(offsets);
  if (list.some((at, i) => at < (list[i - 1] ?? 0) || at > most) || (list[0] ?? 0) !== 0) {
    refuse("offsets", `must begin with 0, must not decrease, and must not exceed ${most}`);
  }
}

const bags: Size = (given) => given.tensor("grad")?.shape[0];
const bagIndices: Size = (given) => given.tensor("indices")?.numel;
const embeddingBagBackward: Check = all(
  rank("grad", 2),
  contiguous("indices", "offsets", "offset2bag", "bag_size", "maximum_indices", "per_sample_weights"),
  rank("indices", 1),
  rank("weight", 2),
  (given) => {
    const [map, offsets] = [given.tensor("offset2bag"), given.tensor("offsets")];
    const indices = given.tensor("indices");
    if (map === undefined || indices === undefined || map.numel === indices.numel) return;
    // Left empty, it is made from the offsets.
    if (map.numel > 0 || offsets === undefined)
      refuse("offset2bag", `needs ${indices.numel} elements, has ${map.numel}`);
    requireOffsets(given, offsets, indices.numel);
  },
  (given) => {
    const [grad, weight] = [given.tensor("grad"), given.tensor("weight")];
    if (grad && weight && grad.shape[1] !== weight.shape[1])
      refuse("grad", `has ${grad.shape[1]} columns, weight has ${weight.shape[1]}`);
    const most = given.tensor("maximum_indices");
    if (grad && most && given.integer("mode") === 2 && text(most.shape) !== text(grad.shape)) {
      refuse("maximum_indices", `needs shape ${text(grad.shape)}, has ${text(most.shape)}`);
    }
  },
  elements(bagIndices, "per_sample_weights"),
  vectors(bags, "bag_size"),
  within("offset2bag", 0, bags),
  within("indices", 0, (given) => given.integer("num_weights") ?? given.tensor("weight")?.shape[0]),
  within("maximum_indices", 0, (given) =>
    given.integer("mode") === 2 ? given.integer("num_weights") : undefined,
  ),
);

const embeddingBag: Check = all(
  rank("weight", 2),
  rank("offsets", 1),
  contiguous("offsets"),
  (given) => {
    const [indices, offsets, weights] = ["indices", "offsets", "per_sample_weights"].map((name) =>
      given.tensor(name),
    );
    if (!indices || !offsets) return;
    if (indices.shape.length !== 1) refuse("indices", `needs 1 dimension, has ${indices.shape.length}`);
    if (offsets.numel === 0 && (indices.numel > 0 || given.value("include_last_offset") === true))
      refuse("offsets", "needs an element");
    if (weights && text(weights.shape) !== text(indices.shape))
      refuse("per_sample_weights", `needs shape ${text(indices.shape)}, has ${text(weights.shape)}`);
    requireOffsets(given, offsets, indices.numel);
    if (given.value("include_last_offset") === true && given.elements(offsets).at(-1) !== indices.numel) {
      refuse(
        "offsets",
        `needs to end with ${indices.numel}, the number of indices, where it includes the last offset`,
      );
    }
  },
  within("indices", 0, size("weight", 0)),
);

const classes: Size = (given) => {
  const shape = given.tensor("self")?.shape;
  return shape === undefined ? undefined : shape.length === 1 ? shape[0] : shape[1];
};
const nllBackward: Check = within("target", 0, classes, (given) => given.integer("ignore_index") ?? -100);

/** A loss over the rows of `self`: one gradient for each, or one in all. */
const marginGradient: Check = (given) => {
  const [grad, self, target] = ["grad_output", "self", "target"].map((name) => given.tensor(name));
  if (!grad || !self || !target) return;
  const batch = self.shape.length < 2 ? 1 : self.shape[0]!;
  const wanted = given.integer("reduction") === 0 ? batch : 1;
  if (grad.numel !== wanted) refuse("grad_output", `needs ${wanted} elements, has ${grad.numel}`);
  if (target.numel !== batch && target.numel !== self.numel)
    refuse("target", `of shape ${text(target.shape)} does not fit ${text(self.shape)}`);
};

const ctc: Check = all(
  rank("log_probs", 2, 3),
  rank("targets", 1, 2),
  (given) => {
    const last = given.tensor("log_probs")?.shape.at(-1);
    const blank = given.integer("blank") ?? 0;
    if (last !== undefined && !(blank >= 0 && blank < last))
      refuse("blank", `needs to be a class, 0 to ${last - 1}, is ${blank}`);
  },
  within("targets", 0, size("log_probs", -1)),
  lengths("input_lengths"),
  lengths("target_lengths"),
);

/** Lengths, a list or a tensor, are not negative. */
function lengths(name: string): Check {
  return (given) => {
    if (given.tensor(name) !== undefined) within(name, 0, () => 2 ** 53)(given);
    else between(name, 0, 2 ** 53)(given);
  };
}

const ctcBackward: Check = all(
  ctc,
  rank("log_probs", 3),
  rank("log_alpha", 3),
  (given) => {
    const [probs, alpha, targets] = [
      given.tensor("log_probs"),
      given.tensor("log_alpha"),
      given.tensor("targets"),
    ];
    if (!probs || !alpha || !targets) return;
    const [steps, batch] = probs.shape as [number, number, number];
    const given_ = given.tensor("target_lengths");
    const longest = given_
      ? given_.numel > 0
        ? given.range(given_)[1]
        : 0
      : Math.max(0, ...(given.integers("target_lengths") ?? []));
    const wanted = [batch, steps, 2 * longest + 1];
    if (text(alpha.shape) !== text(wanted))
      refuse("log_alpha", `needs shape ${text(wanted)}, has ${text(alpha.shape)}`);
  },
  elements(size("log_probs", 1), "grad", "neg_log_likelihood"),
);

const segmentLengths: Check = (given) => {
  if (given.value("unsafe") === true) refuse("unsafe", "needs to be false: the lengths are read");
  const [data, offsets] = [given.tensor("data"), given.tensor("offsets")];
  if (data === undefined || offsets === undefined || offsets.numel === 0) return;
  const axis = given.integer("axis") ?? 0;
  within("offsets", 0, () => (data.shape.at(axis) ?? 0) + 1)(given);
  if ((offsets.shape.at(-1) ?? 0) < 2) return;
  const steps = given.call("aten::diff", offsets.handle) as Handle;
  if (given.range({ ...offsets, handle: steps })[0] < 0) refuse("offsets", "must not decrease");
};
const segmentBackward: Check = all(sameShape("grad", "output"), (given) => {
  const [data, output, lengths, offsets] = ["data", "output", "lengths", "offsets"].map((name) =>
    given.tensor(name),
  );
  const axis = given.integer("axis") ?? 0;
  if (!data || !output) return;
  if (axis !== 0 || output.shape.length !== data.shape.length)
    refuse("axis", "needs to be 0, with the same number of dimensions in output as in data");
  if (lengths && offsets) refuse("offsets", "must not be given together with lengths");
  const found = lengths ?? offsets;
  if (found?.shape.length !== 1) return refuse("lengths", "or offsets are needed, with one dimension");
  const list = given.elements(found);
  const cut = lengths ? list : list.slice(1).map((end, i) => end - list[i]!);
  if (
    cut.some((n) => n < 0) ||
    (offsets && list[0] !== 0) ||
    product([1]) * cut.reduce((a, b) => a + b, 0) !== data.shape[0]
  ) {
    refuse(lengths ? "lengths" : "offsets", `does not divide the ${data.shape[0]} rows of data`);
  }
  if (cut.length !== output.shape[0] || output.shape.slice(1).some((s, i) => s !== data.shape[i + 1])) {
    refuse(
      "output",
      `of shape ${text(output.shape)} does not belong to ${cut.length} segments of data of shape ${text(data.shape)}`,
    );
  }
});

const gatherBackward: Check = all(
  sameShape("grad", "index"),
  (given) => {
    const [self, index] = [given.tensor("self"), given.tensor("index")];
    const dim = given.integer("dim") ?? 0;
    if (!self || !index) return;
    const at = dim < 0 ? dim + self.shape.length : dim;
    const fits =
      index.shape.length === self.shape.length &&
      index.shape.every((s, i) => i === at || s <= self.shape[i]!);
    if (!fits || self.shape[at] === undefined)
      refuse("index", `of shape ${text(index.shape)} does not fit ${text(self.shape)} along ${dim}`);
  },
  within("index", 0, (given) => given.tensor("self")?.shape.at(given.integer("dim") ?? 0)),
);

/** No more indices than dimensions: the kernel reads the sizes of those it takes for granted. */
const indicesFit: Check = (given) => {
  const dims = given.tensor("self")?.shape.length;
  const count = given.lists().find(([name]) => name === "indices")?.[1] ?? 0;
  if (dims !== undefined && count > dims)
    refuse("indices", `has ${count} elements for a tensor of ${dims} dimensions`);
};

/** Checks by operator. */
export const indicesChecks: Readonly<Record<string, Check>> = {
  _unsafe_masked_index: indicesFit,
  _unsafe_masked_index_put_accumulate: indicesFit,
  embedding_backward: embeddingBackward,
  embedding_dense_backward: embeddingBackward,
  embedding_sparse_backward: embeddingBackward,
  embedding_bag: embeddingBag,
  _embedding_bag: embeddingBag,
  _embedding_bag_forward_only: embeddingBag,
  _embedding_bag_backward: embeddingBagBackward,
  _embedding_bag_dense_backward: embeddingBagBackward,
  _embedding_bag_sparse_backward: embeddingBagBackward,
  _embedding_bag_per_sample_weights_backward: embeddingBagBackward,
  nll_loss_backward: nllBackward,
  nll_loss2d_backward: nllBackward,
  multi_margin_loss_backward: all(
    rank("self", 0, 2),
    marginGradient,
    within("target", 0, (given) => given.tensor("self")?.shape.at(-1) ?? 1),
  ),
  multilabel_margin_loss_backward: all(
    rank("self", 0, 2),
    sameShape("self", "target"),
    marginGradient,

    sameShape("target", "is_target"),
    within("target", -1, (given) => given.tensor("self")?.shape.at(-1)),
  ),
  ctc_loss: ctc,
  _ctc_loss: ctc,
  _ctc_loss_backward: ctcBackward,
  gather_backward: gatherBackward,
  segment_reduce: segmentLengths,
  _segment_reduce_backward: segmentBackward,
};
