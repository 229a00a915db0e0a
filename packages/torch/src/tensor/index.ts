// The Tensor class. Its methods are spread over one file a topic, as a chain of classes, so that each file is one idea.
import { setTensorClass } from "../dispatch.js";
import { ConversionMethods } from "./conversion.js";

/**
 * A multi-dimensional array of one dtype on one device, with libtorch underneath.
 *
 * Arguments are borrowed and results are owned: a tensor lives until `dispose()`, the end of the `scope` that made it,
 * the end of the block of its `using` declaration, or, failing all these, until the garbage collector finds it dead.
 * Methods are ATen's in camelCase; a trailing `_` means in place.
 */
export class Tensor extends ConversionMethods {}

setTensorClass((handle) => new Tensor(handle));
