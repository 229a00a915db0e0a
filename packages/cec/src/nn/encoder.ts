// The stacks of the encoder in one operator, compiled by `npm run setup` from native/: as many pictures as a vector has lanes pass through all
// layers while they lie in the cache.
import { customFunction, isGradEnabled, type Tensor } from "@throughline/torch";
import { operators } from "./operators.js";

/** Channels of convolutions are multiples of this. */
const CHANNELS = 8;

/** True for what the operator takes: bytes and float32 on the CPU, channels in eights. */
export function fitsEncoder(pictures: Tensor, parameters: readonly Tensor[]): boolean {
  return (
    pictures.device === "cpu" &&
    pictures.dtype === "uint8" &&
    parameters.every(
      (parameter) =>
        parameter.dtype === "float32" && parameter.device === "cpu" && parameter.size(0) % CHANNELS === 0,
    )
  );
}

const differentiable = (stacks: number) =>
  customFunction<[Tensor, ...Tensor[]]>({
    forward(context, pictures, ...parameters) {
      const [out, ...kept] = operators().encoder(pictures, parameters, stacks, true);
      context.saveForBackward(pictures, ...parameters, ...kept);
      return out!;
    },
    backward(saved, gradient) {
      const [pictures, parameters] = [saved[0]!, saved.slice(1, -2)];
      const [numbers, places] = saved.slice(-2) as [Tensor, Tensor];
      const given = gradient!.contiguous();
      return [null, ...operators().encoder_backward(pictures, parameters, stacks, numbers, places, given)];
    },
  });

/**
 * Stacks one behind the other: conv 3 × 3, max-pool 3 × 3 of stride 2, ReLU, then residual blocks y + ReLU(conv(ReLU(conv(y)))), all padded by
 * one pixel. Has first derivatives only.
 * @param pictures uint8 [batch, rows, columns, channels], divided by 255
 * @param parameters weight [outputs, inputs, 3, 3] and bias of each convolution, in order
 * @returns [batch, channels, rows, columns] with rows and columns halved, and rounded up, by each stack
 */
export function encodedPictures(pictures: Tensor, parameters: readonly Tensor[], stacks: number): Tensor {
  const [dense, own] = [pictures.contiguous(), parameters.map((parameter) => parameter.contiguous())];
  const isRecorded = isGradEnabled() && own.some((tensor) => tensor.requiresGrad);
  return (
    isRecorded ? differentiable(stacks)(dense, ...own) : operators().encoder(dense, own, stacks, false)
  )[0]!;
}
