// Members of a batch that have come to different exponents: several attractors, or systems that differ.
import { acrossMembers, type Estimate } from "./blocking.js";

/** Members whose exponents agree. */
export interface MemberGroup {
  /** Their numbers in the batch. */
  readonly members: readonly number[];
  /** Their mean exponents. */
  readonly exponents: readonly number[];
  readonly standardErrors: readonly number[];
}

/** Comparison of a batch's members. */
export interface Grouping {
  /** Groups by size, the largest first; a single one where no gap divides the members. */
  readonly groups: readonly MemberGroup[];
  /**
   * Scatter of the members in multiples of their own errors, in the exponent where it is largest; 1 is what chance gives,
   * 0 stands for a single member, Infinity for exponents that are −∞ in some only.
   */
  readonly scatter: number;
  /** True if the members differ by more than their own errors. */
  readonly differs: boolean;
}

/** Combined errors that two neighbours in a sorted list may be apart. */
const gap = 6;
/** Own errors that the members may scatter by: errors of slowly correlated series come out too small. */
const mostScatter = 3;
/** Members from which on their scatter is known well enough. */
const enough = 8;

/**
 * Groups members [batch][k] by gaps in their exponents. An error counts as at least 1/T, because the ends of a trajectory alone
 * make so much of a difference; exponents of which a part was below rounding, whose error is Infinity, tell no members apart.
 */
export function groupsOf(members: readonly (readonly Estimate[])[], duration: number): Grouping {
  const floor = 1 / duration;
  const exponents = members[0]!.map((_, i) => members.map((own) => own[i]!));
  const labels = exponents.map((own) => labelled(own, floor));
  const keys = members.map((_, member) => labels.map((own) => own[member]!).join());
  const groups = [...new Set(keys)]
    .map((key) =>
      groupOf(
        members,
        keys.flatMap((other, member) => (other === key ? [member] : [])),
      ),
    )
    .sort((a, b) => b.members.length - a.members.length);
  const scatter = Math.max(...exponents.map((own) => scatterOf(own, floor)));
  const isScattered = members.length >= enough && scatter > mostScatter;
  return { groups, scatter, differs: groups.length > 1 || isScattered };
}

function groupOf(members: readonly (readonly Estimate[])[], own: readonly number[]): MemberGroup {
  const means = members[0]!.map((_, i) => acrossMembers(own.map((member) => members[member]![i]!)));
  return {
    members: own,
    exponents: means.map(({ mean }) => mean),
    standardErrors: means.map(({ error }) => error),
  };
}

/** Group of each member in one exponent. */
function labelled(estimates: readonly Estimate[], floor: number): number[] {
  const order = estimates
    .map((_, member) => member)
    .sort((a, b) => compare(estimates[a]!.mean, estimates[b]!.mean));
  const labels = new Array<number>(estimates.length).fill(0);
  let label = 0;
  order.forEach((member, at) => {
    const before = estimates[order[at - 1] ?? member]!;
    if (isApart(before, estimates[member]!, floor)) label++;
    labels[member] = label;
  });
  return labels;
}

function compare(a: number, b: number): number {
  return a === b ? 0 : a - b;
}

function isApart(a: Estimate, b: Estimate, floor: number): boolean {
  const error = Math.hypot(Math.max(a.error, floor), Math.max(b.error, floor));
  return a.mean !== b.mean && Math.abs(a.mean - b.mean) > gap * error;
}

/** √ of the mean of ((λ − mean)/error)² over the members. */
function scatterOf(estimates: readonly Estimate[], floor: number): number {
  const known = estimates.filter(({ error }) => Number.isFinite(error));
  const finite = known.filter(({ mean }) => Number.isFinite(mean));
  if (finite.length < known.length && finite.length > 0) return Number.POSITIVE_INFINITY;
  if (finite.length < 2) return 0;
  const mean = finite.reduce((sum, own) => sum + own.mean, 0) / finite.length;
  const square = finite.reduce((sum, own) => sum + ((own.mean - mean) / Math.max(own.error, floor)) ** 2, 0);
  return Math.sqrt(square / (finite.length - 1));
}
