// Mixed precision: operators choose between half and single precision by themselves.
import { show } from "../checks/show.js";
import { attempt } from "../dispatch.js";
import { dtypeCode, dtypeOfCode } from "../dtype.js";
import { TorchError } from "../errors.js";
import { within } from "../mode.js";
import { native } from "../native.js";
import { enterRegion, leaveRegion } from "../tensor/casts.js";

/** The dtypes that autocast can compute in. */
export type AutocastDType = "bfloat16" | "float16";

/** Options of `autocast`. */
export interface AutocastOptions {
  /** The kind of device whose operators are meant, `cpu`, `cuda`, `mps` or `xpu`. Default `cpu`. */
  readonly device?: string;
  /** Dtype of matrix products and convolutions. Default: bfloat16 on the CPU, else float16. */
  readonly dtype?: AutocastDType;
  /** false: compute as without autocast, inside a region where it is on. Default true. */
  readonly enabled?: boolean;
}

/** State of autocast for a kind of device: on or off, and its dtype. */
export interface AutocastState {
  readonly device: string;
  readonly enabled: boolean;
  readonly dtype: number;
}

const kinds = ["cpu", "cuda", "mps", "xpu"];

/**
 * Runs `body` in mixed precision (`torch.autocast`): matrix products and convolutions in half precision, operators that
 * need the range, such as losses, in float32, independent of the dtype of their inputs; all others in the dtype of
 * their inputs. float64 is unchanged. Gradients have the dtype of their tensors. Put forward pass and loss inside, the
 * backward pass outside; with float16 use a `GradScaler`.
 *
 * @returns what `body` returns.
 * @throws TorchError `torch/argument` for another device or dtype; `torch/async-mode` if `body` is asynchronous.
 * @example
 * const loss = amp.autocast({ device: "cpu" }, () => functional.crossEntropy(model.forward(x), y));
 */
export function autocast<T>(options: AutocastOptions, body: () => T): T {
  const { device = "cpu", enabled = true } = options;
  const kind = kindOf(device);
  const { dtype = kind === "cpu" ? "bfloat16" : "float16" } = options;
  if (dtype !== "bfloat16" && dtype !== "float16") {
    throw new TorchError(
      "torch/argument",
      `autocast: dtype is ${show(dtype)}, accepted: "bfloat16" or "float16"`,
    );
  }
  return withAutocast([{ device: kind, enabled, dtype: dtypeCode(dtype) }], body);
}

/** True if autocast is on for a kind of device. Default `cpu`. */
export function isAutocastEnabled(device = "cpu"): boolean {
  return stateOf(kindOf(device)).enabled;
}

/** Dtype that autocast computes in, or would, on a kind of device. Default `cpu`. */
export function getAutocastDtype(device = "cpu"): AutocastDType {
  return dtypeOfCode(stateOf(kindOf(device)).dtype) as AutocastDType;
}

/** Autocast's state on every kind of device that this machine has. */
export function autocastStates(): AutocastState[] {
  const accelerator = native.accelerator()?.type;
  const present = kinds.filter((kind) => kind === "cpu" || kind === accelerator);
  return present.map(stateOf);
}

/** Runs `body` with autocast as `states` say. */
export function withAutocast<T>(states: readonly AutocastState[], body: () => T): T {
  let before: AutocastState[] = [];
  return within(
    "autocast",
    () => {
      before = states.map(set);
      enterRegion();
    },
    () => {
      leaveRegion();
      before.forEach(set);
    },
    body,
  );
}

/** Sets one state and returns what it was. */
function set(state: AutocastState): AutocastState {
  const { device } = state;
  const [enabled, dtype] = attempt("autocast", () => native.setAutocast(device, state.enabled, state.dtype));
  return { device, enabled, dtype };
}

function stateOf(device: string): AutocastState {
  const state = set({ device, enabled: false, dtype: dtypeCode("bfloat16") });
  set(state);
  return state;
}

function kindOf(device: string): string {
  const kind = typeof device === "string" ? device.split(":", 1)[0]! : "";
  if (!kinds.includes(kind)) {
    throw new TorchError(
      "torch/argument",
      `autocast: device is ${show(device)}, accepted: ${kinds.join(", ")}`,
    );
  }
  return kind;
}
