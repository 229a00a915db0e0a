// The Tensor class. Its methods are spread over one file a topic, as a chain of classes, so that each file is one idea.
import { setTensorClass } from "../dispatch.js";
import { TorchError } from "../errors.js";
import { adopt } from "../handle.js";
import { format } from "./print.js";
import { RarerMethods } from "./rarer.js";

/**
 * A multi-dimensional array of one dtype on one device, with libtorch underneath.
 *
 * Arguments are borrowed and results are owned: a tensor lives until `dispose()`, the end of the `scope` that made it,
 * the end of the block of its `using` declaration, or, failing all these, until the garbage collector finds it dead.
 * Methods are ATen's in camelCase; a trailing `_` means in place.
 */
export class Tensor extends RarerMethods {
  /**
   * Text as PyTorch's repr: elements with 4 decimals, shortened beyond 1000, then dtype and device unless they are
   * the defaults.
   */
  override toString(): string {
    return format(this);
  }

  /** Elements as nested lists, for JSON.stringify, which writes null for numbers that are not finite. */
  toJSON(): unknown {
    return this.toArray();
  }

  /** Text where text is wanted. @throws TorchError where JavaScript wants a number, as in `x + 1`. */
  [Symbol.toPrimitive](hint: string): string {
    if (hint === "string") return format(this);
    throw new TorchError(
      "torch/argument",
      "a Tensor is not a number: use x.add(1) and the like instead of operators, or x.item() for its only element",
    );
  }
}

// Text for console.log.
Object.defineProperty(Tensor.prototype, Symbol.for("nodejs.util.inspect.custom"), {
  value(this: Tensor) {
    return format(this);
  },
});

// Constructing through the whole chain of classes costs a tenth of a small operation; this makes the same object.
function Owner(this: { handle: number }, handle: number): void {
  this.handle = handle;
}
Owner.prototype = Tensor.prototype;
const TensorOwner = Owner as unknown as new (handle: number) => Tensor;

setTensorClass((handle) => {
  const tensor = new TensorOwner(handle);
  adopt(tensor);
  return tensor;
});
