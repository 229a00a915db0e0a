// Trees of plain objects.

/** True if a value is an object with named values, not a list or null. */
export function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Puts a value at a place, with the objects above it. */
export function assign(tree: Record<string, unknown>, path: readonly string[], value: unknown): void {
  let node = tree;
  for (const key of path.slice(0, -1)) {
    if (!Object.hasOwn(node, key) || !isPlain(node[key])) node[key] = {};
    node = node[key] as Record<string, unknown>;
  }
  node[path.at(-1)!] = value;
}

/** The value at a place; undefined if there is none. */
export function valueAt(tree: unknown, path: readonly string[]): unknown {
  return path.reduce(
    (node, key) => (isPlain(node) && Object.hasOwn(node, key) ? node[key] : undefined),
    tree,
  );
}

/** A tree as dotted names and values. */
export function flatten(tree: Readonly<Record<string, unknown>>, prefix = ""): [string, unknown][] {
  return Object.entries(tree).flatMap(([key, value]): [string, unknown][] =>
    isPlain(value) ? flatten(value, `${prefix}${key}.`) : [[`${prefix}${key}`, value]],
  );
}
