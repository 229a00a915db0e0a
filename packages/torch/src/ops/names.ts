// One rule for names: ATen's snake_case becomes camelCase.

// Operators whose own names are camelCase already. The only exceptions.
const unchanged: ReadonlySet<string> = new Set([
  "mT",
  "mH",
  "_dimI",
  "_dimV",
  "VarTupleUnpack",
  "_FloatToBfloat16Quantized",
  "_Bfloat16QuantizedToFloat",
]);

/**
 * `max_pool2d_with_indices` → `maxPool2dWithIndices`: an underscore between a letter or digit and a lower-case letter
 * goes, and the letter becomes a capital. Every other underscore stays: leading and trailing ones, and those before a
 * digit (`atleast_1d`) or a capital (`_cast_Float`), without which there would be no way back.
 */
export function toCamel(name: string): string {
  return name.replace(/(?<=[a-zA-Z0-9])_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** The way back: `toAten(toCamel(name)) === name` for the name of every operator of libtorch. */
export function toAten(name: string): string {
  if (unchanged.has(name)) return name;
  return name.replace(/(?<=[a-zA-Z0-9])[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
