// Every example ends by showing that its loss fell.

/** The mean of the first and of the last tenth of `losses`; ends with exit code 1 unless the latter is smaller. */
export function reportFall(losses: readonly number[]): void {
  const part = Math.max(1, Math.floor(losses.length / 10));
  const mean = (some: readonly number[]) => some.reduce((a, b) => a + b, 0) / some.length;
  const [first, last] = [mean(losses.slice(0, part)), mean(losses.slice(-part))];
  const fell = last < first;
  console.log(
    `loss ${fell ? "fell" : "did not fall"}: from ${first.toPrecision(4)} to ${last.toPrecision(4)}`,
  );
  if (!fell) process.exitCode = 1;
}
