// Operators that the bridge does not call, and why.

/** Why the bridge refuses an operator; undefined if it does not. */
export function refusalOf(_name: string): string | undefined {
  return undefined;
}
