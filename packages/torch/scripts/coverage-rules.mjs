// @ts-check
// What generate-coverage.mjs cannot find by itself: other names, and what is left out on purpose.

const operators = {
  ...{ abs: "abs", add: "add", and: "bitwiseAnd", eq: "eq", floordiv: "floorDivide", ge: "ge", gt: "gt" },
  ...{
    invert: "bitwiseNot",
    le: "le",
    lshift: "bitwiseLeftShift",
    lt: "lt",
    matmul: "matmul",
    mod: "remainder",
  },
  ...{
    mul: "mul",
    ne: "ne",
    neg: "neg",
    or: "bitwiseOr",
    pos: "positive",
    pow: "pow",
    rshift: "bitwiseRightShift",
  },
  ...{
    sub: "sub",
    truediv: "div",
    xor: "bitwiseXor",
    iadd: "add_",
    iand: "bitwiseAnd_",
    ifloordiv: "floorDivide_",
  },
  ...{ ilshift: "bitwiseLeftShift_", imod: "remainder_", imul: "mul_", ior: "bitwiseOr_", ipow: "pow_" },
  ...{ irshift: "bitwiseRightShift_", isub: "sub_", itruediv: "div_", ixor: "bitwiseXor_" },
  ...{ getitem: "at", setitem: "setAt_", iter: "unbind", len: "size(0)" },
};

/** Operators that PyTorch has a second time with `_copy`. @type {Record<string, string>} */
const copies = {
  ...{ alias: "detach", as_strided: "asStrided", detach: "detach", diagonal: "diagonal", expand: "expand" },
  ...{ permute: "permute", select: "select", slice: "at", split: "split", split_with_sizes: "split" },
  ...{ squeeze: "squeeze", t: "t", transpose: "transpose", unbind: "unbind", unfold: "unfold" },
  ...{ unsqueeze: "unsqueeze", view: "view", view_as_complex: "viewAsComplex", view_as_real: "viewAsReal" },
};

/** The same in torch and torch.Tensor, or in torch and torch.random. @param {string[]} spaces @param {Record<string, string>} names */
const inAll = (spaces, names) =>
  Object.fromEntries(
    spaces.flatMap((space) => Object.entries(names).map(([theirs, ours]) => [`${space}.${theirs}`, ours])),
  );

/**
 * PyTorch's name → ours. The path before the first space, bracket or comma must exist; after "type " there is the name of
 * an interface.
 * @type {Record<string, string>}
 */
export const renames = {
  ...inAll(
    ["torch.Tensor"],
    Object.fromEntries(
      Object.entries(operators).map(([theirs, ours]) => [`__${theirs}__`, `Tensor.${ours}`]),
    ),
  ),
  ...inAll(["torch", "torch.Tensor"], {
    adjoint: "Tensor.mH",
    clamp_max: "Tensor.clamp({ max })",
    clamp_max_: "Tensor.clamp_({ max })",
    clamp_min: "Tensor.clamp({ min })",
    clamp_min_: "Tensor.clamp_({ min })",
    get_device: "Tensor.device",
    split_with_sizes: "Tensor.split",
  }),
  ...inAll(["torch.Tensor"], {
    H: "Tensor.mH",
    T: "Tensor.t",
    cdouble: 'Tensor.to("complex128")',
    cfloat: 'Tensor.to("complex64")',
    char: 'Tensor.to("int8")',
    const_data_ptr: "Tensor.dataPointer",
    cuda: 'Tensor.to("cuda")',
    data: "Tensor.detach",
    data_ptr: "Tensor.dataPointer",
    dim: "Tensor.ndim",
    element_size: "itemSize",
    is_cpu: "Tensor.device",
    is_cuda: "Tensor.device",
    is_mps: "Tensor.device",
    is_sparse: "Tensor.layout",
    is_sparse_csr: "Tensor.layout",
    is_xpu: "Tensor.device",
    itemsize: "itemSize",
    ndimension: "Tensor.ndim",
    new_tensor: "tensor",
    numpy: "Tensor.toTypedArray",
    stride: "Tensor.strides",
    tolist: "Tensor.toArray",
    type: "Tensor.to",
    xpu: 'Tensor.to("xpu")',
  }),
  ...inAll(["torch", "torch.random"], {
    get_rng_state: "Generator.default().getState()",
    initial_seed: "Generator.default().initialSeed()",
    set_rng_state: "Generator.default().setState()",
  }),
  ...inAll(["torch"], {
    as_tensor: "tensor",
    asarray: "tensor",
    celu_: "nn.functional.celu",
    constant_pad_nd: "nn.functional.pad",
    from_numpy: "fromTypedArray",
    frombuffer: "fromBytes",
    get_autocast_cpu_dtype: "amp.getAutocastDtype",
    get_autocast_gpu_dtype: "amp.getAutocastDtype",
    is_autocast_cpu_enabled: "amp.isAutocastEnabled",
    is_inference_mode_enabled: "isInferenceMode",
    is_tensor: "Tensor (instanceof)",
    load: "io.loadPt",
    rrelu_: "nn.functional.rrelu",
    save: "io.saveSafetensors (another format)",
    max_pool1d_with_indices: "nn.functional.maxPool1d({ returnIndices: true })",
    scalar_tensor: "tensor",
    selu_: "nn.functional.selu",
    threshold_: "nn.functional.threshold",
  }),
  ...inAll(["torch.nn"], { UpsamplingBilinear2d: "nn.Upsample", UpsamplingNearest2d: "nn.Upsample" }),
  ...inAll(["torch.nn.functional"], {
    ...{ celu_: "nn.functional.celu", elu_: "nn.functional.elu", hardtanh_: "nn.functional.hardtanh" },
    ...{ leaky_relu_: "nn.functional.leakyRelu", relu_: "Tensor.relu_", rrelu_: "nn.functional.rrelu" },
    ...{ selu_: "nn.functional.selu", threshold_: "nn.functional.threshold" },
    multi_head_attention_forward: "nn.MultiheadAttention",
    ...{ upsample: "nn.functional.interpolate", upsample_bilinear: "nn.functional.interpolate" },
    upsample_nearest: "nn.functional.interpolate",
  }),
  ...inAll(
    ["torch.nn.functional"],
    Object.fromEntries(
      ["1d", "2d", "3d"].flatMap((n) => [
        [`max_pool${n}_with_indices`, `nn.functional.maxPool${n}({ returnIndices: true })`],
        [`adaptive_max_pool${n}_with_indices`, `nn.functional.adaptiveMaxPool${n}({ returnIndices: true })`],
      ]),
    ),
  ),
  ...inAll(
    ["torch.nn.functional"],
    Object.fromEntries(
      ["2d", "3d"].map((n) => [
        `fractional_max_pool${n}_with_indices`,
        `nn.functional.fractionalMaxPool${n}({ returnIndices: true })`,
      ]),
    ),
  ),
  // The same tensor as the view's, in memory of its own.
  ...inAll(
    ["torch"],
    Object.fromEntries(
      Object.entries(copies).map(([theirs, ours]) => [`${theirs}_copy`, `Tensor.${ours}, then clone`]),
    ),
  ),
  ...inAll(["torch"], {
    affine_grid_generator: "nn.functional.affineGrid",
    alpha_dropout_: "nn.AlphaDropout({ inplace: true })",
    chain_matmul: "linalg.multiDot",
    dropout_: "nn.Dropout({ inplace: true })",
    embedding_renorm_: "nn.functional.embedding({ maxNorm })",
    feature_alpha_dropout_: "nn.FeatureAlphaDropout({ inplace: true })",
    feature_dropout: "nn.functional.dropout2d",
    feature_dropout_: "nn.Dropout2d({ inplace: true })",
    frobenius_norm: "linalg.matrixNorm",
    grid_sampler: "nn.functional.gridSample",
    grid_sampler_2d: "nn.functional.gridSample",
    grid_sampler_3d: "nn.functional.gridSample",
    gru: "nn.GRU",
    gru_cell: "nn.GRUCell",
    lstm: "nn.LSTM",
    lstm_cell: "nn.LSTMCell",
    native_channel_shuffle: "nn.functional.channelShuffle",
    native_norm: "Tensor.norm",
    nuclear_norm: 'linalg.matrixNorm({ ord: "nuc" })',
    range: "arange, which leaves the end out",
    rnn_relu: 'nn.RNN({ nonlinearity: "relu" })',
    rnn_relu_cell: 'nn.RNNCell({ nonlinearity: "relu" })',
    rnn_tanh: "nn.RNN",
    rnn_tanh_cell: "nn.RNNCell",
    seed: "manualSeed, which takes the seed",
    triangular_solve: "linalg.solveTriangular",
  }),
  ...inAll(["torch", "torch.Tensor"], {
    unsafe_chunk: "Tensor.chunk",
    unsafe_split: "Tensor.split",
    unsafe_split_with_sizes: "Tensor.split",
    is_same_size: "Tensor.isSameSize",
  }),
  ...inAll(["torch.Tensor"], {
    index: "Tensor.at",
    nbytes: "itemSize, times numel",
    retains_grad: "Tensor.retainGrad",
    triangular_solve: "linalg.solveTriangular",
  }),
  "torch.random.seed": "manualSeed, which takes the seed",
  "torch.nn.CrossMapLRN2d": "nn.LocalResponseNorm",
  "torch.nn.functional.native_channel_shuffle": "nn.functional.channelShuffle",
  ...inAll(["torch.nn.utils"], {
    remove_spectral_norm: "nn.utils.parametrize.removeParametrizations",
    remove_weight_norm: "nn.utils.parametrize.removeParametrizations",
    spectral_norm: "nn.utils.parametrizations.spectralNorm",
    weight_norm: "nn.utils.parametrizations.weightNorm",
    convert_conv2d_weight_memory_format: 'nn.Module.to({ memoryFormat: "channels_last" })',
    convert_conv3d_weight_memory_format: 'nn.Module.to({ memoryFormat: "channels_last_3d" })',
  }),
  "torch.special.gammaln": "Tensor.lgamma",
  ...inAll(["torch.utils.data"], {
    Dataset: "type data.Dataset",
    IterableDataset: "type data.IterableDataset",
    default_collate: "data.collate",
  }),
  ...inAll(["torch.autograd"], {
    Function: "customFunction",
    backward: "Tensor.backward",
    set_grad_enabled: "enableGrad, noGrad",
  }),
};

/** Names that PyTorch still has, but which only raise an error or are kept for old code. */
export const gone = new RegExp(
  [
    "^torch\\.Tensor\\.(eig|lstsq|solve|symeig|reinforce|volatile|new|name|storage_type|is_ipu|ipu|is_maia|is_vulkan)$",
    "^torch\\.(set_default_tensor_type|is_vulkan_available|.*_ipu_.*|.*_xla_.*)$",
    "^torch\\.nn\\.(Container|NLLLoss2d)$",
    "^torch\\.nn\\.init\\.[a-z_]*[a-z]$(?<!calculate_gain)",
    "^torch\\.nn\\.utils\\.clip_grad_norm$",
    "^torch\\.autograd\\.(Variable|variable|NestedIOFunction)$",
  ].join("|"),
);
/** Why those are left out. */
export const goneReason = "removed, deprecated or replaced in PyTorch itself";

/** What is left out on purpose where it is not to be had anyway, and why. @type {[RegExp, string][]} */
export const notPlanned = [
  [
    /quantize|quantized|\.q_(per|scale|zero)|qscheme|qparams|int_repr|\.fbgemm_/,
    "quantized tensors are not supported",
  ],
  [/nested/i, "nested tensors are not supported"],
  [
    /(cudnn|miopen|mkldnn)_|_mkldnn$/,
    "one backend's kernel behind a public operator, which chooses it by itself",
  ],
  [
    /storage|share_memory_|is_shared|record_stream|dim_order|\.(is_meta|is_xla|is_mtia|mtia)$/,
    "storages, sharing between processes, other devices' own",
  ],
  [
    /DataParallel|SyncBatchNorm/,
    "several processes share batches (`distributed`), each with statistics of its own",
  ],
  [
    /DataPipe|datapipe|DataChunk|runtime_validation|argument_validation|non_deterministic/,
    "DataPipes, which PyTorch no longer develops",
  ],
  [
    /\.(sym|parse)_|import_ir_module|merge_type_from|unify_type|\.(compile|fork|wait)$/,
    "TorchScript, symbolic shapes and the compiler",
  ],
  [
    /__(contains|delitem|index)__|\.(apply_|map_|map2_|as_subclass|typename|module_load|get_device_module|set_warn_always|is_warn_always_enabled|thread_safe_generator|init_num_threads)$/,
    "Python's own, or PyTorch's plumbing",
  ],
  [
    /autocast_(in|de)crement|autocast_cache|set_autocast|is_autocast_cache/,
    "the state behind `amp.autocast`, which takes a function instead",
  ],
  [
    /[gs]et_default_(dtype|device)|set_printoptions/,
    "no global defaults: numbers make float32 tensors, and options say otherwise",
  ],
  [/\.(dsmm|hsmm|saddmm|spmm|to_sparse_coo)$|SparseAdam/, "sparse tensors only through `ops.aten`"],
  [
    /\.nn\.Lazy/,
    "a layer's sizes are arguments: parameters that appear at the first forward would be missing from an optimiser made before",
  ],
  [/\.(RNNBase|RNNCellBase)$/, "base classes that nobody calls"],
];
