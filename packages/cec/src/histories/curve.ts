// A curve of learning as text.

const BLOCKS = " ▁▂▃▄▅▆▇█";

/**
 * A curve in `height` lines of text, from the first value to the last, with its bounds at the left.
 * @param width columns; each is the mean of the values that fall into it
 */
export function curveText(values: readonly number[], { width = 60, height = 6 } = {}): string {
  const columns = means(values, Math.min(width, values.length));
  const [low, high] = [Math.min(0, ...columns), Math.max(...columns, 0)];
  const range = high - low || 1;
  const labels = [high, low].map((bound) => (Number.isInteger(bound) ? String(bound) : bound.toPrecision(3)));
  const room = Math.max(...labels.map(({ length }) => length));
  const lines = Array.from({ length: height }, (_, row) => {
    const floor = height - 1 - row;
    const cells = columns.map((value) => {
      const eighths = Math.round(((value - low) / range) * height * 8) - floor * 8;
      return BLOCKS[Math.max(0, Math.min(8, eighths))];
    });
    const label = row === 0 ? labels[0]! : floor === 0 ? labels[1]! : "";
    return `${label.padStart(room)} │${cells.join("")}`.trimEnd();
  });
  return lines.join("\n");
}

/** Means of `count` parts of a list that are as equal in length as can be. */
export function means(values: readonly number[], count: number): number[] {
  return Array.from({ length: count }, (_, part) => {
    const [from, to] = [part, part + 1].map((at) => Math.round((at * values.length) / count)) as [
      number,
      number,
    ];
    return values.slice(from, to).reduce((sum, value) => sum + value, 0) / (to - from);
  });
}
