// Short-time Fourier transforms, and windows for them beside those of creation.ts.
import type { WindowOptions } from "./creation.js";
import { call } from "./dispatch.js";
import { TorchError } from "./errors.js";
import { finish, window } from "./made.js";
import type { Tensor } from "./tensor/index.js";

/** Options of `istft`; `stft` has more. */
export interface IstftOptions {
  /** Samples from one frame to the next. Default: ⌊nFft / 4⌋. */
  readonly hopLength?: number | null;
  /** Length of the window, at most nFft; it is padded to nFft with zeros on both sides. Default: nFft. */
  readonly winLength?: number | null;
  /** [winLength] Default: ones. */
  readonly window?: Tensor | null;
  /** True if frames have their middle, and not their start, at t · hopLength. Default true. */
  readonly center?: boolean;
  /** True to divide by √nFft. Default false. */
  readonly normalized?: boolean;
  /** True for the first ⌊nFft / 2⌋ + 1 frequencies only. Default: true for real signals (`istft`: by the number of rows). */
  readonly onesided?: boolean | null;
}

/** Options of `stft`. */
export interface StftOptions extends IstftOptions {
  /** Padding at both ends if `center`. Default `"reflect"`. */
  readonly padMode?: "reflect" | "constant" | "replicate" | "circular";
}

/**
 * The Fourier transforms of overlapping windowed frames: signal [*, length] → complex [*, frequencies, frames].
 * @param nFft length of a frame.
 * @throws TorchError for frames longer than the padded signal, or a window of another length.
 */
export function stft(signal: Tensor, nFft: number, options: StftOptions = {}): Tensor {
  const { hopLength, winLength, window, center = true, padMode = "reflect", normalized, onesided } = options;
  return call(
    "aten::stft.center",
    signal,
    nFft,
    hopLength,
    winLength,
    window,
    center,
    padMode,
    normalized ?? false,
    onesided,
    true,
  );
}

/**
 * The signal with the least squared distance to given short-time transforms (Griffin and Lim 1984), and so the inverse of
 * `stft` with the same options: complex [*, frequencies, frames] → [*, length].
 * @param options those of `stft`; `length`: of the result, cut or filled up with zeros, default: what the frames cover;
 * `returnComplex`: the signal is complex, default false.
 * @throws TorchError where the windows leave a gap, which holds nothing of the signal.
 */
export function istft(
  transforms: Tensor,
  nFft: number,
  options: IstftOptions & { readonly length?: number | null; readonly returnComplex?: boolean } = {},
): Tensor {
  const { hopLength, winLength, window, center = true, normalized = false, onesided } = options;
  const { length, returnComplex = false } = options;
  return call(
    "aten::istft",
    transforms,
    nFft,
    hopLength,
    winLength,
    window,
    center,
    normalized,
    onesided,
    length,
    returnComplex,
  );
}

/** The window 1 − |2n / N − 1|, a triangle. */
export function bartlettWindow(length: number, options: WindowOptions = {}): Tensor {
  return window("aten::bartlett_window.periodic", length, options);
}

/** The window I₀(β √(1 − (2n / N − 1)²)) / I₀(β). @param options `beta`: its shape β, default 12. */
export function kaiserWindow(
  length: number,
  options: WindowOptions & { readonly beta?: number } = {},
): Tensor {
  const { periodic = true, beta = 12, dtype, device } = options;
  if (typeof beta !== "number" || !Number.isFinite(beta))
    throw new TorchError("torch/argument", `kaiserWindow: beta is ${String(beta)}, accepted: a number`);
  return finish(call("aten::kaiser_window.beta", length, periodic, beta, dtype, undefined, device), options);
}
