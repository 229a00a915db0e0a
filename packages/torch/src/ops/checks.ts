// Operators whose arguments are looked at before libtorch is called, because it does not look at them itself: with what is
// refused here it would crash, write beyond a tensor's memory or never return. Nearly all are derivative formulas, which
// PyTorch's own autograd calls with arguments that fit (those calls do not pass here), or kernels that read indices.

import type { Handle } from "../handle.js";
import { type NativeOperator, native } from "../native.js";
import {
  all,
  atMostElements,
  between,
  contiguous,
  elements,
  likeForward,
  noNaN,
  nonEmpty,
  positions,
  rank,
  rows,
  type Size,
  sameShape,
  size,
  strided,
  vectors,
  within,
  writable,
} from "./conditions.js";
import { type Check, type Given, type GivenTensor, refuse, text } from "./given.js";

/** c10's numbers of the integer dtypes, and of bool. */
const isWhole = (tensor: GivenTensor): boolean => {
  const dtype = native.dtype(tensor.handle.handle);
  return dtype <= 4 || dtype === 11;
};
const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);

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

// ── normalisation ───────────────────────────────────────────────────────────────────────────────────────────────────

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

// ── indices ─────────────────────────────────────────────────────────────────────────────────────────────────────────

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
    refuse("offsets", `needs to grow from 0 to at most ${most}`);
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

const pivots = (lu: string, name: string): Check =>
  all(rank(lu, 2, 64), (given) => {
    const [matrix, found] = [given.tensor(lu), given.tensor(name)];
    if (!matrix || !found) return;
    const wanted = [...matrix.shape.slice(0, -2), Math.min(...matrix.shape.slice(-2))];
    if (text(found.shape) !== text(wanted))
      refuse(name, `needs shape ${text(wanted)}, has ${text(found.shape)}`);
  });

/** LDL's pivots, per matrix: rows from 1 to n, or a negative one twice for each block of two rows. */
const blockPivots: Check = (given) => {
  const [matrix, found] = [given.tensor("LD"), given.tensor("pivots")];
  const n = matrix?.shape.at(-1) ?? 0;
  if (found === undefined || n === 0) return;
  const list = given.elements({
    ...found,
    handle: given.call("aten::flatten.using_ints", found.handle) as Handle,
    shape: [found.numel],
  });
  for (let i = 0; i < list.length; i++) {
    const row = list[i]!;
    const pair = row < 0 && i % n < n - 1 && list[i + 1] === row;
    if (row === 0 || Math.abs(row) > n || (row < 0 && !pair))
      refuse("pivots", `do not belong to a factorisation: element ${i} is ${row}`);
    if (pair) i++;
  }
};

const pairs: Size = (given) => {
  const n = given.tensor("self")?.shape[0] ?? 0;
  return (n * (n - 1)) / 2;
};

/** Matrices in equal batches: the kernel does not broadcast the pivots. */
const sameBatches =
  (a: string, b: string): Check =>
  (given) => {
    const [left, right] = [given.tensor(a)?.shape, given.tensor(b)?.shape];
    if (left && right && text(left.slice(0, -2)) !== text(right.slice(0, -2))) {
      refuse(b, `of shape ${text(right)} is not in the batches of ${a}, of shape ${text(left)}`);
    }
  };

const packed: Check = all(rank("batch_sizes", 1), rank("data", 2, 64), (given) => {
  const [sizes, data] = [given.tensor("batch_sizes"), given.tensor("data") ?? given.tensor("grad")];
  if (!sizes || !data) return;
  const list = given.elements(sizes);
  if (list.length === 0 || list.some((n, i) => n < 1 || n > (list[i - 1] ?? n)))
    refuse("batch_sizes", "needs to be positive and never to grow");
  const total = list.reduce((a, b) => a + b, 0);
  if (total !== data.shape[0])
    refuse("batch_sizes", `adds up to ${total}, but data has ${data.shape[0]} rows`);
});

/** Hidden states and weights of a recurrent net with `gates` gates fit the input and each other. */
const recurrent = (gates: number): Check =>
  all(packed, (given) => {
    const input = given.tensor("input") ?? given.tensor("data");
    const states = given.tensor("hx") ? [given.tensor("hx")!] : given.tensors("hx");
    const weights = given.tensors("params");
    const layers = given.integer("num_layers");
    if (!input || layers === undefined) return;
    const sequences = given.tensor("input") !== undefined;
    if (input.shape.length !== (sequences ? 3 : 2))
      refuse("input", `needs ${sequences ? 3 : 2} dimensions, has ${input.shape.length}`);
    const first = states[0];
    if (first === undefined || states.length !== (gates === 4 && !given.tensor("hx") ? 2 : 1))
      return refuse("hx", "needs a hidden state, and for an LSTM a cell state");
    const rows = layers * (given.value("bidirectional") === true ? 2 : 1);
    const sizes = given.tensor("batch_sizes");
    const batch = sizes ? given.range(sizes)[1] : input.shape[given.value("batch_first") === true ? 0 : 1];
    for (const state of states) {
      const [n, b] = state.shape;
      if (state.shape.length !== 3 || n !== rows || b !== batch)
        refuse("hx", `needs shape [${rows},${batch},…], has ${text(state.shape)}`);
    }
    const out = first.shape[2]!;
    const hidden = states.at(-1)!.shape[2]!;
    const wanted = Array.from({ length: rows }, (_, row) => {
      const inputs = row < rows / layers ? input.shape.at(-1)! : (out * rows) / layers;
      const biases = given.value("has_biases") === true ? [[gates * hidden], [gates * hidden]] : [];
      return [
        [gates * hidden, inputs],
        [gates * hidden, out],
        ...biases,
        ...(out === hidden ? [] : [[out, hidden]]),
      ];
    }).flat();
    if (weights.length !== wanted.length)
      refuse("params", `needs ${wanted.length} tensors, has ${weights.length}`);
    for (const [i, weight] of weights.entries()) {
      if (text(weight.shape) !== text(wanted[i]!))
        refuse("params", `its tensor ${i} needs shape ${text(wanted[i]!)}, has ${text(weight.shape)}`);
    }
  });

// ── shapes ──────────────────────────────────────────────────────────────────────────────────────────────────────────

const transform: Check = (given) => {
  const shape = given.tensor("self")?.shape;
  const dims = given.integers("dim");
  if (shape === undefined || dims === undefined) return;
  if (dims.some((dim) => !(dim >= 0 && dim < shape.length)) || new Set(dims).size !== dims.length) {
    refuse("dim", `needs different dimensions from 0 to ${shape.length - 1}, is ${text(dims)}`);
  }
};
const transformToReal: Check = all(transform, between("last_dim_size", 1, 2 ** 40), (given) => {
  const shape = given.tensor("self")?.shape;
  const length = given.integer("last_dim_size");
  const last = given.integers("dim")?.at(-1);
  if (shape === undefined || length === undefined || last === undefined) return;
  if (shape[last] !== Math.floor(length / 2) + 1)
    refuse("last_dim_size", `${length} does not belong to ${shape[last]} frequencies`);
});

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
          `${scale} does not lead from ${inner[i]} to ${outer[i]}`,
        );
      }
    }
  };
}

const attention: Check = all(rank("query", 4), rank("key", 4), rank("value", 4), (given) => {
  const [q, k, v] = ["query", "key", "value"].map((name) => given.tensor(name)?.shape);
  if (!q || !k || !v) return;
  if ([...q, ...k, ...v].includes(0)) refuse("query", "and key and value need sizes of 1 or more");
  const fits =
    k[0] === q[0] &&
    v[0] === q[0] &&
    k[1] === q[1] &&
    v[1] === q[1] &&
    k[3] === q[3] &&
    v[2] === k[2] &&
    v[3] === q[3];
  if (!fits) refuse("query", `of shape ${text(q)} does not fit key ${text(k)} and value ${text(v)}`);
});
const attentionBackward: Check = all(attention, sameShape("query", "grad_out", "out"), (given) => {
  const [q, lse] = [given.tensor("query")?.shape, given.tensor("logsumexp")?.shape];
  if (q && lse && text(lse) !== text(q.slice(0, 3)))
    refuse("logsumexp", `needs shape ${text(q.slice(0, 3))}, has ${text(lse)}`);
});

const headsDivide = (name: string): Check => between(name, 1, 2 ** 31);

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

const segmentLengths: Check = (given) => {
  if (given.value("unsafe") === true) refuse("unsafe", "needs to be false: the lengths are looked at");
  const [data, offsets] = [given.tensor("data"), given.tensor("offsets")];
  if (data === undefined || offsets === undefined || offsets.numel === 0) return;
  const axis = given.integer("axis") ?? 0;
  within("offsets", 0, () => (data.shape.at(axis) ?? 0) + 1)(given);
  if ((offsets.shape.at(-1) ?? 0) < 2) return;
  const steps = given.call("aten::diff", offsets.handle) as Handle;
  if (given.range({ ...offsets, handle: steps })[0] < 0) refuse("offsets", "needs never to fall");
};
const segmentBackward: Check = all(sameShape("grad", "output"), (given) => {
  const [data, output, lengths, offsets] = ["data", "output", "lengths", "offsets"].map((name) =>
    given.tensor(name),
  );
  const axis = given.integer("axis") ?? 0;
  if (!data || !output) return;
  if (axis !== 0 || output.shape.length !== data.shape.length)
    refuse("axis", "needs to be 0, with as many dimensions in output as in data");
  if (lengths && offsets) refuse("offsets", "needs to be left out where lengths are given");
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

/** As many pieces as fit in memory as tensors of their own. */
const MOST_PIECES = 2 ** 20;
const pieces: Check = (given) => {
  const chunks = given.integer("chunks");
  if (chunks !== undefined && chunks <= MOST_PIECES) return; // the usual case, and chunk() is called often
  const self = given.tensor("self");
  if (self === undefined) return;
  const length = self.shape.at(given.integer("dim") ?? 0) ?? 0;
  const step = given.integers("split_size")?.[0];
  const index = given.tensor("tensor_indices_or_sections");
  const sections = index?.shape.length === 0 ? given.range(index)[0] : given.integer("sections");
  if (chunks !== undefined && length > 0 && length <= MOST_PIECES) return;
  const count = Math.max(
    chunks ?? 0,
    sections ?? 0,
    given.value("split_size") === undefined && sections === undefined ? length : 0,
    step ? length / step : 0,
  );
  if (count > MOST_PIECES) refuse("self", `would become ${count} tensors; at most ${MOST_PIECES} are made`);
};

/** Lists of tensors that a fused optimiser steps through together. */
const together =
  (...names: readonly string[]): Check =>
  (given) => {
    const lists = names
      .map((name) => [name, given.value(name)] as const)
      .filter(
        (entry): entry is [string, { handle: number }[]] => Array.isArray(entry[1]) && entry[1].length > 0,
      );
    const handles = lists.map(([, list]) => list.map((tensor) => tensor?.handle));
    if (handles.flat().some((handle) => typeof handle !== "number")) return; // libtorch says which is no tensor
    const different = native.differentForm(handles as number[][]);
    if (different !== null)
      refuse(
        lists[different[0]]![0],
        `its tensor ${different[1]} differs from ${lists[0]![0]}'s in shape, dtype or device, or is not contiguous`,
      );
  };
const sameLengths: Check = (given) => {
  const lists = given.lists();
  for (const [name, length] of lists) {
    if (length !== lists[0]![1])
      refuse(name, `has ${length} elements, but ${lists[0]![0]} has ${lists[0]![1]}`);
  }
};
const oneElement =
  (...names: readonly string[]): Check =>
  (given) => {
    for (const name of names) {
      const all = given.tensor(name) ? [given.tensor(name)!] : given.tensors(name);
      if (all.some((tensor) => tensor.numel !== 1)) refuse(name, "needs one element in each tensor");
    }
  };

/** Orders of polynomials: libtorch steps up to them one by one, for every element. */
const MOST_ORDER = 100_000;
const order: Check = (given) => {
  between("n", -(2 ** 63), MOST_ORDER)(given);
  within("n", -(2 ** 63), () => MOST_ORDER + 1)(given);
};

/** A step that is cut to an integer by the result's dtype must not become 0. */
const step: Check = (given) => {
  const out = given.tensor("out");
  const dtype = given.value("dtype");
  const whole = out === undefined ? typeof dtype === "string" && /^(u?int|bool)/.test(dtype) : isWhole(out);
  const by = given.value("step");
  if (whole && typeof by === "number" && Math.trunc(by) === 0) refuse("step", `${by} is 0 as a whole number`);
};

/** The least int64 and int32, whose quotient by −1 does not exist: the processor stops the process there. */
const leastOf = (tensor: GivenTensor): number =>
  ({ 3: -(2 ** 31), 4: -(2 ** 63) })[native.dtype(tensor.handle.handle)] ?? Number.NaN;
const truncation: Check = (given) => {
  if (given.value("rounding_mode") !== "trunc") return;
  const [self, other] = [given.tensor("self"), given.tensor("other")];
  if (self === undefined || self.numel === 0 || !isWhole(self)) return;
  const minusOne =
    other === undefined
      ? given.integer("other") === -1
      : other.numel > 0 && isWhole(other) && given.range(other)[0] <= -1;
  if (minusOne && given.range(self)[0] <= leastOf(self))
    refuse(
      "self",
      `has ${leastOf(self)}, whose quotient by -1 is no ${leastOf(self) < -(2 ** 31) ? "int64" : "int32"}`,
    );
};
const noLeast: Check = (given) => {
  for (const name of ["self", "other"]) {
    const tensor = given.tensor(name);
    if (tensor !== undefined && tensor.numel > 0 && given.range(tensor)[0] <= leastOf(tensor))
      refuse(name, `has ${leastOf(tensor)}, whose absolute value does not exist`);
  }
};

const LARGEST = 2n ** 63n - 2n;
const bounds: Check = (given) => {
  const self = given.tensor("self");
  if (self === undefined || isWhole(self)) return; // integers may go as far as they can
  for (const name of ["from", "to"]) {
    const value = given.value(name);
    if (typeof value === "bigint" && (value > LARGEST || value < -LARGEST))
      refuse(name, `needs to be within ±${LARGEST}, is ${value}`);
  }
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

/** By the operator's name without overload: all overloads, in-place and `out` variants included. */
const checks: Readonly<Record<string, Check>> = {
  // pooling and padding
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

  // normalisation
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

  // attention
  _scaled_dot_product_attention_math: attention,
  _scaled_dot_product_flash_attention_for_cpu: attention,
  _scaled_dot_product_flash_attention_for_cpu_backward: attentionBackward,
  _transform_bias_rescale_qkv: all(headsDivide("num_heads"), rank("qkv", 3), nonEmpty("qkv")),
  _native_multi_head_attention: headsDivide("num_head"),
  _transformer_encoder_layer_fwd: headsDivide("num_heads"),

  // indices
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
  lu_unpack: pivots("LU_data", "LU_pivots"),
  lu_solve: all(
    pivots("LU_data", "LU_pivots"),
    within("LU_pivots", 1, (given) => (given.tensor("LU_data")?.shape.at(-2) ?? 0) + 1),
  ),
  linalg_lu_solve: all(
    pivots("LU", "pivots"),
    within("pivots", 1, (given) => (given.tensor("LU")?.shape.at(-2) ?? 0) + 1),
  ),
  linalg_ldl_solve: all(sameBatches("LD", "B"), contiguous("pivots"), pivots("LD", "pivots"), blockPivots),
  lstm: recurrent(4),
  gru: recurrent(3),
  rnn_tanh: recurrent(1),
  rnn_relu: recurrent(1),
  _pad_packed_sequence: packed,
  _pack_padded_sequence_backward: packed,

  // pairs and Fourier transforms
  _cdist_backward: all(sameShape("grad", "cdist"), likeForward("grad", "aten::cdist", "x1", "x2", "p")),
  _pdist_backward: all(rank("self", 2), rows("self", 1), vectors(pairs, "grad", "pdist")),
  _fft_c2c: transform,
  _fft_r2c: transform,
  _fft_c2r: transformToReal,

  // optimisers
  _fused_adam: all(
    together("self", "grads", "exp_avgs", "exp_avg_sqs", "max_exp_avg_sqs"),
    oneElement("state_steps", "grad_scale", "found_inf"),
  ),
  _fused_adamw: all(
    together("self", "grads", "exp_avgs", "exp_avg_sqs", "max_exp_avg_sqs"),
    oneElement("state_steps", "grad_scale", "found_inf"),
  ),
  _fused_sgd: all(together("self", "grads", "momentum_buffer_list"), oneElement("grad_scale", "found_inf")),
  _fused_adagrad: all(
    together("self", "grads", "state_sums"),
    oneElement("state_steps", "grad_scale", "found_inf"),
  ),

  // numbers on which libtorch loops for ever, or makes more tensors than memory holds
  special_chebyshev_polynomial_t: order,
  special_chebyshev_polynomial_u: order,
  special_chebyshev_polynomial_v: order,
  special_chebyshev_polynomial_w: order,
  special_hermite_polynomial_h: order,
  special_hermite_polynomial_he: order,
  special_laguerre_polynomial_l: order,
  special_legendre_polynomial_p: order,
  special_shifted_chebyshev_polynomial_t: order,
  special_shifted_chebyshev_polynomial_u: order,
  special_shifted_chebyshev_polynomial_v: order,
  special_shifted_chebyshev_polynomial_w: order,
  div: truncation,
  divide: truncation,
  gcd: noLeast,
  lcm: noLeast,
  binomial: all(noNaN("count", false), noNaN("prob", true)),
  random: bounds,
  range: step,
  arange: step,
  combinations: between("r", 0, 64),
  resize: strided("self"),
  resize_as: strided("self", "the_template"),
  _resize_output: strided("self"),
  tile: atMostElements("dims", 64),
  repeat: atMostElements("repeats", 64),
  linalg_matrix_power: between("n", -(2 ** 62), 2 ** 62),
  matrix_power: between("n", -(2 ** 62), 2 ** 62),
  tensor_split: pieces,
  split: pieces,
  unsafe_split: pieces,
  split_copy: pieces,
  chunk: pieces,
  unsafe_chunk: pieces,
  hsplit: pieces,
  vsplit: pieces,
  dsplit: pieces,
  unbind: pieces,
  unbind_copy: pieces,
  linalg_eig: noNaN("self", false),
  linalg_eigvals: noNaN("self", false),
  _linalg_eigvals: noNaN("self", false),
};

/** What to look at before calling an operator; undefined for nearly all. */
export function checkOf(qualified: string, args: NativeOperator["args"]): Check | undefined {
  const results = args.filter((arg) => arg.write && arg.kwargOnly).map((arg) => arg.name);
  const own = conditionOf(qualified);
  if (results.length === 0) return own;
  return own === undefined ? writable(...results) : all(own, writable(...results));
}

function conditionOf(qualified: string): Check | undefined {
  if (!qualified.startsWith("aten::")) return undefined;
  const name = qualified.slice("aten::".length).split(".")[0]!;
  if (name.startsWith("_foreach_")) return sameLengths;
  if (Object.hasOwn(checks, name)) return checks[name];
  const plain = name.endsWith("_") && !name.endsWith("__") ? name.slice(0, -1) : name;
  return Object.hasOwn(checks, plain) ? checks[plain] : undefined;
}

/** The names of the operators that are checked, without overloads. */
export const checkedOperators: readonly string[] = Object.keys(checks);
