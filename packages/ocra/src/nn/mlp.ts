// Multi-layer perceptrons.
import { nn } from "@throughline/torch";

/**
 * Linear layers of these sizes with a ReLU after each, except after the last unless `activateLast`.
 * @param sizes at least two: the input's and each layer's.
 */
export function mlp(
  sizes: readonly number[],
  options: { readonly activateLast?: boolean } = {},
): nn.Sequential {
  const layers = sizes.slice(1).flatMap((size, i): nn.Module[] => {
    const linear = new nn.Linear(sizes[i]!, size);
    const last = i === sizes.length - 2;
    return last && !options.activateLast ? [linear] : [linear, new nn.ReLU()];
  });
  return new nn.Sequential<readonly nn.Module[]>(...layers);
}
