// Checkpoints of others, such as the authors', as files of ours.
import { io, scope, type Tensor, TorchError } from "@throughline/torch";
import { knownOptions, type OptionNames } from "@throughline/torch/checks";
import type { CecPolicyOptions } from "../policies/cec-options.js";
import { CecPolicy } from "../policies/cec-policy.js";
import { mark, renamed } from "./names.js";
import { type PictureSize, recognise, refuse, type State } from "./recognise.js";

/** Options that a checkpoint does not hold. */
export interface PolicyImportOptions extends PictureSize {
  /** Place of the state dict within a `.pt` file. Default: see `io.loadPtStateDict`. */
  readonly key?: string;
}

/** An imported policy. */
export interface ImportedPolicy {
  readonly parameters: number;
  readonly model: CecPolicyOptions;
}

/**
 * Reads a policy of CEC from a `.pt`, `.pth` or `.safetensors` file and writes it to `to`, as safetensors whose notes hold its sizes: what
 * `openPolicyFile` reads. Nothing in the file is executed.
 * @throws CecError `cec/checkpoint` in one sentence for another architecture or numbers that are not finite; the `io/…` errors of its format
 */
export function importPolicy(path: string, to: string, options: PolicyImportOptions = {}): ImportedPolicy {
  const names: OptionNames<PolicyImportOptions> = { key: true, height: true, width: true };
  knownOptions("importPolicy", names, options);
  return scope(() => {
    const state = ownPart(io.loadStateDictFile(path, { key: options.key }), path);
    const model = recognise(state, options, path);
    using policy = new CecPolicy(model);
    load(policy, state, path);
    savePolicyFile(to, policy);
    return { parameters: policy.parameters().reduce((sum, { numel }) => sum + numel, 0), model };
  });
}

/** Writes a policy with its sizes. */
export function savePolicyFile(path: string, policy: CecPolicy): void {
  io.saveSafetensors(path, policy.stateDict(), {
    model: "cec",
    options: JSON.stringify(policy.options),
  });
}

/**
 * Reads what `importPolicy` or `savePolicyFile` wrote. The policy is in evaluation mode.
 * @throws CecError `cec/checkpoint` for another file
 */
export function openPolicyFile(path: string): CecPolicy {
  return scope(() => {
    using file = io.openSafetensors(path);
    const { model, options } = file.metadata;
    if (model !== "cec" || options === undefined)
      throw refuse(`${path} does not say the sizes of a CEC policy; accepted: what throughline import wrote`);
    const policy = new CecPolicy(JSON.parse(options) as CecPolicyOptions);
    try {
      policy.loadStateDict(io.loadSafetensors(path));
    } catch (error) {
      policy.dispose();
      throw error;
    }
    return policy.eval();
  });
}

/** The policy's tensors under our names, without what comes before them and without those of other parts; in float32. */
function ownPart(given: State, path: string): State {
  const marked = Object.keys(given).find((name) => name === mark || name.endsWith(`.${mark}`));
  if (marked === undefined) throw refuse(`${path} holds no policy of CEC (${mark})`);
  const prefix = marked.slice(0, marked.length - mark.length);
  const own = Object.entries(given).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(
    own.map(([name, tensor]) => {
      if (!tensor.isfinite().all().item()) throw refuse(`${path}: ${name} has numbers that are not finite`);
      const ours = name
        .slice(prefix.length)
        .replace(
          /^(feature_encoders\.)([^.]+)/,
          (_, room: string, key: string) => room + (renamed[key] ?? key),
        );
      return [ours, tensor.dtype.includes("float") ? tensor.to("float32") : tensor];
    }),
  );
}

/** @throws CecError `cec/checkpoint` that names the first tensor that does not fit */
function load(policy: CecPolicy, state: State, path: string): void {
  const fixed = Object.entries(policy.stateDict() as Record<string, Tensor>).filter(([name]) =>
    /\.(pos_x|pos_y|temperature)$/.test(name),
  );
  try {
    // The points' places are the same in each model; some files leave them out.
    policy.loadStateDict({ ...Object.fromEntries(fixed), ...state });
  } catch (error) {
    if (!(error instanceof TorchError) || error.code !== "torch/state-dict") throw error;
    const [, first, ...others] = error.message.split("\n");
    const more = others.length === 0 ? "" : `, and ${others.length} more`;
    throw refuse(`${path} is not a policy of CEC's architecture: ${first!.trim()}${more}`);
  }
}
