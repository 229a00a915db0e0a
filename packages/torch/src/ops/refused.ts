// Operators that the bridge does not call, and why. PyTorch's Python layer never hands them to users, or only for tensors
// of kinds that this package does not hold; given anything else, many of them read or write wild memory.

/** Namespaces of libtorch's own that are refused as a whole. */
const namespaces: Readonly<Record<string, string>> = {
  quantized: "quantized tensors are not supported",
  _quantized: "quantized tensors are not supported",
  quantization: "quantized tensors are not supported",
  onednn: "it is the fused kernel of a compiler, for packed weights",
  mkldnn: "it is the fused kernel of a compiler, for packed weights",
  mkldnn_prepacked: "it is the fused kernel of a compiler, for packed weights",
  mkl: "it is the fused kernel of a compiler, for packed weights",
  inductor: "it is a tool of PyTorch's compiler",
  inductor_prims: "it is a tool of PyTorch's compiler",
  static_runtime: "it is a tool of PyTorch's model server",
  profiler: "it is a tool of PyTorch's profiler",
  sparse: "it works on packed weights only",
  c10d: "there is no process group",
  _c10d_functional: "there is no process group",
  _c10d_functional_autograd: "there is no process group",
  symm_mem: "there is no process group",
  _dtensor: "there is no process group",
  _test: "it is a test of PyTorch's own",
};

/** Families within `aten`, by the operator's name without its overload. */
const families: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [
    /^_?(cudnn|miopen|mkldnn|mps|fbgemm|nnpack|cslt|cufft|triton)_|(_lstm|^lstm)_mps|_for_mps$|_vulkan_|_cudnn_|^_use_miopen|to_mkldnn/,
    "it is one backend's kernel behind a public operator, which chooses it by itself",
  ],
  [
    /(^|_)quantized?_|_quantized(_|$)|^q_|^int_repr$|^dequantize$|^qscheme$|_int[48]pack|_dyn_quant_|_fq_helper|_qparams_per_tensor$|^choose_qparams|^_rowwise_prune$|^_saturate_weight/,
    "quantized tensors are not supported",
  ],
  [/nested|jagged/, "nested tensors are not supported"],
  [
    /_unsafe$|^_coalesced_$|_with_dims_and_tensors$|semi_structured/,
    "it makes sparse tensors without looking at their indices",
  ],
  [
    /^_(efficient|flash)_attention|^_scaled_dot_product_(efficient|flash|fused)_attention(?!_for_cpu)|^_fill_mem_eff/,
    "it is one backend's kernel behind scaled_dot_product_attention",
  ],
  [/^_test_|^_foobar$/, "it is a test of PyTorch's own"],
];

/** Single operators of `aten` (with all their overloads). */
const single: Readonly<Record<string, string>> = {
  _add_batch_dim: "it belongs to vmap's own machinery",
  _remove_batch_dim: "it belongs to vmap's own machinery",
  _make_dep_token: "it belongs to PyTorch's compiler",
  _print: "it writes to the standard output",
  _propagate_xla_data: "it is for XLA tensors",
  _reshape_alias: "it views memory without looking at its bounds; use as_strided",
  _new_zeros_with_same_feature_meta: "it belongs to forward-mode differentiation's own machinery",
  _reshape_alias_copy: "it views memory without looking at its bounds; use as_strided",
  _foreach_copy: "it trusts its arguments; use _foreach_copy_",
  copy: "it belongs to PyTorch's compiler; use copy_",
  _batch_norm_impl_index: "it is the choice between backends behind batch_norm",
  _batch_norm_impl_index_backward:
    "it is the choice between backends behind batch_norm; use native_batch_norm_backward",
  _fused_sdp_choice: "it is the choice between backends behind scaled_dot_product_attention",
  _stack: "it trusts its arguments; use stack",
  _chunk_cat: "it trusts its arguments; use chunk and cat",
  _cummax_helper: "it trusts its arguments; use cummax",
  _cummin_helper: "it trusts its arguments; use cummin",
  _logcumsumexp: "it trusts its arguments; use logcumsumexp",
  _pdist_forward: "it trusts its arguments; use pdist",
  _cholesky_solve_helper: "it trusts its arguments; use cholesky_solve",
  _compute_linear_combination: "it is a part of linalg_matrix_exp and trusts its arguments",
  _convert_indices_from_coo_to_csr: "it trusts its arguments; use to_sparse_csr",
  _convert_indices_from_csr_to_coo: "it trusts its arguments; use to_sparse",
  _gather_sparse_backward: "it trusts its arguments; use gather_backward",
  _sparse_broadcast_to: "it trusts its arguments; densify and use broadcast_to",
  _thnn_differentiable_gru_cell_backward: "it trusts its arguments; differentiate gru_cell",
  _thnn_differentiable_lstm_cell_backward: "it trusts its arguments; differentiate lstm_cell",
  _sobol_engine_draw: "it trusts the layout of a state that PyTorch's SobolEngine keeps",
  _sobol_engine_ff_: "it trusts the layout of a state that PyTorch's SobolEngine keeps",
  _sobol_engine_initialize_state_: "it trusts the layout of a state that PyTorch's SobolEngine keeps",
  _sobol_engine_scramble_: "it trusts the layout of a state that PyTorch's SobolEngine keeps",
  _efficientzerotensor: "its result has no memory; use zeros",
};

const found = new Map<string, string | undefined>();

/** Reason why an operator, given by its qualified name, is refused; undefined if it is not. */
export function refusalOf(name: string): string | undefined {
  if (found.has(name)) return found.get(name);
  const reason = judge(name);
  found.set(name, reason);
  return reason;
}

function judge(qualified: string): string | undefined {
  const [namespace = "", rest = ""] = qualified.split("::");
  if (namespace !== "aten") return Object.hasOwn(namespaces, namespace) ? namespaces[namespace] : undefined;
  const name = rest.split(".")[0]!;
  // In-place variants share their operator's fate.
  if (Object.hasOwn(single, name)) return single[name];
  return families.find(
    ([pattern]) =>
      !name.startsWith("fake_quantize") && !name.startsWith("_fake_quantize") && pattern.test(name),
  )?.[1];
}

/** The operators of `aten` that are refused one by one, without overloads. */
export const refusedOperators: readonly string[] = Object.keys(single);
