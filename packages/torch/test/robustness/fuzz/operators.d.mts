/** Names of operators whose arguments and results can cross the bridge and which are not refused, sorted. */
export function fuzzedOperators(): string[];
