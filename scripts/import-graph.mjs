// Circles among imports: of files, types aside, and of a package's folders, types included.
import { dirname, join, relative } from "node:path";

/** @typedef {{ readonly from: string, readonly to: string, readonly isType: boolean }} Edge */

/**
 * The circles of a graph: groups of nodes that can all be reached from each other (Tarjan 1972), each sorted.
 * @param {readonly (readonly [from: string, to: string])[]} edges
 * @returns {string[][]}
 */
export function circles(edges) {
  const next = new Map(edges.flat().map((node) => [node, /** @type {string[]} */ ([])]));
  for (const [from, to] of edges) next.get(from)?.push(to);
  /** @type {Map<string, number>} */
  const index = new Map();
  /** @type {Map<string, number>} */
  const lowest = new Map();
  /** @type {string[]} */
  const stack = [];
  /** @type {string[][]} */
  const found = [];
  /** @param {string} node */
  const visit = (node) => {
    index.set(node, index.size);
    lowest.set(node, index.size - 1);
    stack.push(node);
    for (const other of next.get(node) ?? []) {
      if (!index.has(other)) visit(other);
      if (stack.includes(other)) {
        lowest.set(node, Math.min(lowest.get(node) ?? 0, lowest.get(other) ?? 0));
      }
    }
    if (lowest.get(node) !== index.get(node)) return;
    const group = stack.splice(stack.indexOf(node));
    if (group.length > 1) found.push(group.sort());
  };
  for (const node of next.keys()) if (!index.has(node)) visit(node);
  return found;
}

/**
 * Sentences for every circle of a package.
 * @param {string} root its `src`
 * @param {readonly Edge[]} edges absolute paths of its files
 */
export function circleProblems(root, edges) {
  const values = edges
    .filter(({ isType }) => !isType)
    .map(({ from, to }) => /** @type {const} */ ([from, to]));
  const files = circles(values).map((group) => group.map((file) => relative(".", file)).join(", "));
  /** @param {string} file */
  const folder = (file) => relative(root, dirname(file)).split("/")[0] ?? "";
  // Files of no folder are the package's front doors, or ground that every folder stands on.
  const between = edges
    .map(({ from, to }) => /** @type {const} */ ([folder(from), folder(to)]))
    .filter(([from, to]) => from !== to && from !== "" && to !== "");
  const folders = circles(between).map((group) =>
    group.map((name) => join(relative(".", root), name)).join(", "),
  );
  return [
    ...files.map((group) => `these files import each other: ${group}`),
    ...folders.map((group) => `these folders import each other: ${group}`),
  ];
}
