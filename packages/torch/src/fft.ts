// Discrete Fourier transforms (torch.fft).
import type { TensorOptions } from "./creation.js";
import { call } from "./dispatch.js";
import type { Tensor } from "./tensor/index.js";

/** Place of the factor 1/n: `"backward"` (default) on the inverse, `"forward"`, or `"ortho"` as 1/√n on both. */
export type FftNorm = "forward" | "backward" | "ortho";

/** Options of transforms along one dimension. */
export interface FftOptions {
  /** Length of the transform: the input is cut, or padded with 0. Default: its own length. */
  readonly n?: number;
  /** Default: the last dimension. */
  readonly dim?: number;
  readonly norm?: FftNorm;
}

/** Options of transforms along several dimensions. */
export interface FftnOptions {
  /** Length of the transform along each of `dim`: the input is cut, or padded with 0. */
  readonly s?: readonly number[];
  /** Default: the last two for the 2-D functions, otherwise all (or the last ones, as many as `s` has). */
  readonly dim?: readonly number[];
  readonly norm?: FftNorm;
}

function one(name: string, x: Tensor, options: FftOptions): Tensor {
  return call(name, x, options.n, options.dim, options.norm);
}

function many(name: string, x: Tensor, options: FftnOptions): Tensor {
  return call(name, x, options.s, options.dim, options.norm);
}

/** The discrete Fourier transform Xₖ = Σⱼ xⱼ e^(−2πijk/n); complex. */
export function fft(x: Tensor, options: FftOptions = {}): Tensor {
  return one("aten::fft_fft", x, options);
}

/** The inverse of `fft`. */
export function ifft(x: Tensor, options: FftOptions = {}): Tensor {
  return one("aten::fft_ifft", x, options);
}

/** The `fft` of real numbers: its first ⌊n/2⌋ + 1 entries, of which the others are conjugates. */
export function rfft(x: Tensor, options: FftOptions = {}): Tensor {
  return one("aten::fft_rfft", x, options);
}

/** The inverse of `rfft`; give `n` for results of odd length. */
export function irfft(x: Tensor, options: FftOptions = {}): Tensor {
  return one("aten::fft_irfft", x, options);
}

/** The real `fft` of a Hermitian-symmetric signal, given its first half. */
export function hfft(x: Tensor, options: FftOptions = {}): Tensor {
  return one("aten::fft_hfft", x, options);
}

/** The inverse of `hfft`. */
export function ihfft(x: Tensor, options: FftOptions = {}): Tensor {
  return one("aten::fft_ihfft", x, options);
}

/** `fft` along two dimensions. */
export function fft2(x: Tensor, options: FftnOptions = {}): Tensor {
  return many("aten::fft_fft2", x, options);
}

/** The inverse of `fft2`. */
export function ifft2(x: Tensor, options: FftnOptions = {}): Tensor {
  return many("aten::fft_ifft2", x, options);
}

/** `rfft` along the last of two dimensions, `fft` along the other. */
export function rfft2(x: Tensor, options: FftnOptions = {}): Tensor {
  return many("aten::fft_rfft2", x, options);
}

/** The inverse of `rfft2`; give `s` for results of odd length. */
export function irfft2(x: Tensor, options: FftnOptions = {}): Tensor {
  return many("aten::fft_irfft2", x, options);
}

/** `fft` along several dimensions. */
export function fftn(x: Tensor, options: FftnOptions = {}): Tensor {
  return many("aten::fft_fftn", x, options);
}

/** The inverse of `fftn`. */
export function ifftn(x: Tensor, options: FftnOptions = {}): Tensor {
  return many("aten::fft_ifftn", x, options);
}

/** `rfft` along the last of several dimensions, `fft` along the others. */
export function rfftn(x: Tensor, options: FftnOptions = {}): Tensor {
  return many("aten::fft_rfftn", x, options);
}

/** The inverse of `rfftn`; give `s` for results of odd length. */
export function irfftn(x: Tensor, options: FftnOptions = {}): Tensor {
  return many("aten::fft_irfftn", x, options);
}

/** Frequency 0 shifted to the middle of `dim` (default: all dimensions). */
export function fftshift(x: Tensor, options: { readonly dim?: number | readonly number[] } = {}): Tensor {
  return call("aten::fft_fftshift", x, options.dim);
}

/** The inverse of `fftshift`. */
export function ifftshift(x: Tensor, options: { readonly dim?: number | readonly number[] } = {}): Tensor {
  return call("aten::fft_ifftshift", x, options.dim);
}

/** The frequencies of `fft`'s entries at sample spacing `d` (default 1): 0, 1, …, −2, −1, each divided by n · d. */
export function fftfreq(n: number, options: TensorOptions & { readonly d?: number } = {}): Tensor {
  const { d, dtype, device, requiresGrad = false } = options;
  const made: Tensor = call("aten::fft_fftfreq", n, d, dtype, undefined, device);
  return made.requiresGrad_(requiresGrad);
}

/** The frequencies of `rfft`'s entries at sample spacing `d` (default 1): 0, 1, …, ⌊n/2⌋, each divided by n · d. */
export function rfftfreq(n: number, options: TensorOptions & { readonly d?: number } = {}): Tensor {
  const { d, dtype, device, requiresGrad = false } = options;
  const made: Tensor = call("aten::fft_rfftfreq", n, d, dtype, undefined, device);
  return made.requiresGrad_(requiresGrad);
}
