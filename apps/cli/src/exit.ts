// How the command ends: exit codes, and errors that know theirs.
import { problemList } from "@throughline/torch/checks";

/** What the shell is told. The same table is in `throughline --help` and in the docs. */
export const EXIT = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** The command line cannot be carried out as it was written. */
export class UsageError extends Error {
  /** All that is wrong, one sentence each; the message joins them. */
  readonly problems: readonly string[];

  constructor(problems: string | readonly string[], hint?: string) {
    const list = typeof problems === "string" ? [problems] : problems;
    const all = problemList(list);
    super(hint ? `${all}\n${hint}` : all);
    this.name = "UsageError";
    this.problems = list;
  }
}

/**
 * Does `work`; what a package finds wrong with what was typed becomes the command line's fault.
 * @param rooms whose errors those are, such as `io` for `io/open`, or whole codes; default: all that have a code like that
 */
export async function asUsage<T>(work: () => T | Promise<T>, rooms?: readonly string[]): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { code, message } = error as { code?: unknown; message: string };
    const isTheirs = (room: string): boolean => code === room || String(code).startsWith(`${room}/`);
    const hasCode = typeof code === "string" && code.includes("/");
    if (hasCode && (rooms?.some(isTheirs) ?? true)) throw new UsageError(message);
    throw error;
  }
}
