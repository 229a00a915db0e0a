// A stack of the encoder in one operator, compiled by `npm run setup` from native/: each picture passes through all of its layers
// while it lies in the cache.
import { customFunction, isGradEnabled, type Tensor } from "@throughline/torch";
import { operators } from "./operators.js";

/** Weight [outputs, inputs, 3, 3] and bias of the first convolution and of the two of the residual block. */
export type StackParameters = readonly [
  first: Tensor,
  firstBias: Tensor,
  inner0: Tensor,
  innerBias0: Tensor,
  inner1: Tensor,
  innerBias1: Tensor,
];

/** Channels that vectors of every width divide. */
const CHANNELS = 8;

/** True for what the operator takes: float32 on the CPU, channels in eights, or bytes. */
export function fitsStack(pictures: Tensor, parameters: StackParameters): boolean {
  const [first] = parameters;
  return (
    pictures.device === "cpu" &&
    (pictures.dtype === "uint8" || (pictures.dtype === "float32" && pictures.size(-1) % CHANNELS === 0)) &&
    first.size(0) % CHANNELS === 0 &&
    parameters.every((parameter) => parameter.dtype === "float32" && parameter.device === "cpu")
  );
}

const differentiable = customFunction<[Tensor, ...StackParameters]>({
  forward(context, pictures, ...parameters) {
    const [out, ...kept] = operators().stack(pictures, parameters, true);
    context.saveForBackward(pictures, ...parameters, ...kept);
    return out!;
  },
  backward(saved, gradient) {
    const pictures = saved[0]!;
    const wantsPictures = pictures.dtype !== "uint8";
    const [parameters, kept] = [saved.slice(1, 7), saved.slice(7)];
    const found = operators().stack_backward(
      pictures,
      parameters,
      kept,
      gradient!.contiguous(),
      wantsPictures,
    );
    // The operator gives the pictures' gradient, if it is wanted, behind those of the six parameters.
    return [found[6] ?? null, ...found.slice(0, 6)];
  },
});

/**
 * conv 3 × 3, max-pool 3 × 3 of stride 2, ReLU, then y + ReLU(conv(ReLU(conv(y)))), all padded by one pixel. Has first derivatives only.
 * @param pictures [batch, rows, columns, channels]; bytes are divided by 255
 * @returns [batch, ⌈rows / 2⌉, ⌈columns / 2⌉, channels]
 */
export function stackOfPictures(pictures: Tensor, parameters: StackParameters): Tensor {
  const [dense, own] = [
    pictures.contiguous(),
    parameters.map((parameter) => parameter.contiguous()) as unknown as StackParameters,
  ];
  const isRecorded = isGradEnabled() && [dense, ...own].some((tensor) => tensor.requiresGrad);
  return (isRecorded ? differentiable(dense, ...own) : operators().stack(dense, own, false))[0]!;
}
