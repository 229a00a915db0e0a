// Counts and lists as messages word them.

/** `1 core`, `2 cores`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** Sentences as one message: a single one as it is, several one a line under their number. */
export function problemList(problems: readonly string[]): string {
  return problems.length === 1
    ? problems[0]!
    : `${plural(problems.length, "problem")}:\n  ${problems.join("\n  ")}`;
}
