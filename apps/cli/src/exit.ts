// End of the command: exit codes, and the printed part of an error.
import { problemList } from "@throughline/torch/checks";
import { ThroughlineError } from "@throughline/torch/errors";

/** Exit codes. The same table is in `throughline --help` and in the docs. */
export const EXIT = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** The command line cannot be carried out as it was written. */
export class UsageError extends ThroughlineError {
  /** All that is wrong, one sentence each; the message joins them. */
  readonly problems: readonly string[];

  constructor(problems: string | readonly string[], hint?: string) {
    const list = typeof problems === "string" ? [problems] : problems;
    const all = problemList(list);
    super("cli/usage", "input", hint ? `${all}\n${hint}` : all);
    this.problems = list;
  }
}

/** An error as the command ends with it: by whose fault it is. A mistake of ours is shown with where it happened. */
export function ending(error: unknown): { readonly text: string; readonly exitCode: number } {
  if (error instanceof ThroughlineError && error.fault !== "internal")
    return { text: error.message, exitCode: error.fault === "input" ? EXIT.usage : EXIT.failed };
  return { text: (error instanceof Error && error.stack) || String(error), exitCode: EXIT.failed };
}
