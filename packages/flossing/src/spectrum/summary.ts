// A spectrum: everything that the series of ln R_ii tells.
import type { System } from "../systems/system.js";
import { acrossMembers, blockedMean, type Estimate } from "./blocking.js";
import { entropyRate, kaplanYorke } from "./dimension.js";
import { type Grouping, groupsOf, type MemberGroup } from "./groups.js";
import type { IntervalControl } from "./interval.js";
import { notesOn } from "./notes.js";
import type { RankCount } from "./rank.js";
import type { Series } from "./series.js";
import type { SumRule } from "./sum-rule.js";
import { type Verdict, verdictOn } from "./verdict.js";

/** Exponents and errors of each member of the batch. */
export interface MemberExponents {
  /** [batch][k] */
  readonly exponents: readonly (readonly number[])[];
  /** [batch][k], by batch means. */
  readonly standardErrors: readonly (readonly number[])[];
}

/** Running exponents: what the estimate was after each of these times (at most 256 of them). */
export interface Trace {
  /** Time measured, without transients. */
  readonly times: readonly number[];
  /** [times][k], means over the batch. */
  readonly exponents: readonly (readonly number[])[];
}

/** Finite-time exponents of successive intervals. */
export interface LocalExponents {
  /** Time of each interval. */
  readonly durations: readonly number[];
  /** exponents[interval][member] holds the k exponents over that interval alone. */
  readonly exponents: readonly (readonly Float64Array[])[];
}

/** A Lyapunov spectrum and how far it can be trusted. Rates are in nats per step or per unit of time. */
export interface Spectrum {
  /**
   * λ₁ … λ_k, means over the batch. In the order of the tangent vectors, which is descending once these are aligned; it is not
   * forced. −Infinity where growth factors were 0 or could not be told from it; `notes` says so.
   */
  readonly exponents: readonly number[];
  /**
   * Standard errors of `exponents`: with 8 members or more from their scatter, else by batch means of each member's series in
   * 16 to 31 blocks, which heed correlations in time that are shorter than a block. Infinity where there is too little to tell.
   */
  readonly standardErrors: readonly number[];
  readonly members: MemberExponents;
  /**
   * Members that agree, the largest group first: a single group unless there are several attractors, or systems that differ.
   * Then means over the batch mean little.
   */
  readonly groups: readonly MemberGroup[];
  /** `"nats per step"` or `"nats per unit of time"`. */
  readonly unit: string;
  /** Kaplan–Yorke dimension of `exponents`; null if more exponents are needed to tell. */
  readonly kaplanYorke: number | null;
  /** Sum of the positive exponents; a lower bound if the last of fewer than N exponents is positive. */
  readonly entropyRate: number;
  readonly trace: Trace;
  readonly local: LocalExponents;
  readonly converged: boolean;
  /** Verdict on convergence, with its reason, in a sentence. */
  readonly verdict: string;
  /** Further remarks, in sentences; mostly empty. */
  readonly notes: readonly string[];
  /** Time measured, of each member, without transients. */
  readonly duration: number;
  /** The same in steps. */
  readonly steps: number;
  /** The sum of all exponents against the Jacobian's determinant, checked on a part of the run; null if k < N, or at −∞. */
  readonly sumRule: SumRule | null;
  /** Steps between QRs, at the end; in a flow there are more where one step is too long. */
  readonly interval: number;
  /** Greatest condition number of tangent vectors before a QR, estimated from below by max R_ii / min R_ii. */
  readonly worstCondition: number;
}

/** Inputs of a summary. */
export interface Measured {
  readonly system: System;
  readonly series: Series;
  readonly batch: number;
  readonly k: number;
  readonly rank: RankCount;
  readonly interval: IntervalControl;
  readonly sumRule: SumRule | null;
}

/** The spectrum that was measured. */
export function summarise(measured: Measured): Spectrum {
  const { series, system, interval, k, sumRule } = measured;
  const estimates = memberEstimates(measured);
  const grouping: Grouping = groupsOf(comparable(estimates, measured), series.duration);
  const means = Array.from({ length: k }, (_, i) => acrossMembers(estimates.map((member) => member[i]!)));
  const exponents = means.map(({ mean }) => mean);
  const unit = system.unit === "step" ? "nats per step" : "nats per unit of time";
  return {
    exponents,
    standardErrors: means.map(({ error }) => error),
    members: {
      exponents: estimates.map((member) => member.map(({ mean }) => mean)),
      standardErrors: estimates.map((member) => member.map(({ error }) => error)),
    },
    groups: grouping.groups,
    unit,
    kaplanYorke: kaplanYorke(exponents, system.dimension),
    entropyRate: entropyRate(exponents),
    trace: traceOf(measured),
    local: localOf(measured),
    ...(verdictOn({
      means,
      halves: halvesOf(measured),
      grouping,
      sumRule,
      records: series.records.length,
      unit,
    }) satisfies Verdict),
    notes: notesOn(measured, { exponents, sumRule }),
    sumRule,
    duration: series.duration,
    steps: Math.round(series.duration / system.dt),
    interval: interval.current,
    worstCondition: Math.exp(interval.worst),
  };
}

/** [member][exponent] */
function memberEstimates({ series, batch, k, rank }: Measured): Estimate[][] {
  return Array.from({ length: batch }, (_, member) =>
    Array.from({ length: k }, (_unused, i) => {
      const place = member * k + i;
      if (rank.isMinusInfinity(place)) {
        return { mean: Number.NEGATIVE_INFINITY, error: Number.POSITIVE_INFINITY };
      }
      const sums = Float64Array.from(series.records, (record) => record[place]!);
      return blockedMean(sums, series.durations);
    }),
  );
}

/** The same for telling members apart: with the error 0 of an exponent that is −∞ for certain, and Infinity of one that may be. */
function comparable(estimates: readonly Estimate[][], { rank, k }: Measured): Estimate[][] {
  return estimates.map((own, member) =>
    own.map(({ mean, error }, i) => {
      const place = member * k + i;
      if (rank.isUncertain(place)) return { mean, error: Number.POSITIVE_INFINITY };
      return { mean, error: mean === Number.NEGATIVE_INFINITY ? 0 : error };
    }),
  );
}

/** Means over the batch of a record's sums. */
function meanOverBatch(record: ArrayLike<number>, batch: number, k: number): number[] {
  return Array.from({ length: k }, (_, i) => {
    let sum = 0;
    for (let member = 0; member < batch; member++) sum += record[member * k + i]!;
    return sum / batch;
  });
}

const tracePoints = 256;

function traceOf({ series, batch, k }: Measured): Trace {
  const { length } = series.records;
  const every = Math.ceil(length / tracePoints);
  const times: number[] = [];
  const exponents: number[][] = [];
  const sum = new Array<number>(k).fill(0);
  let time = 0;
  series.records.forEach((record, r) => {
    time += series.durations[r]!;
    meanOverBatch(record, batch, k).forEach((value, i) => {
      sum[i]! += value;
    });
    if ((r + 1) % every !== 0 && r !== length - 1) return;
    times.push(time);
    exponents.push(sum.map((value) => value / time));
  });
  return { times, exponents };
}

function localOf({ series, batch, k }: Measured): LocalExponents {
  const exponents = series.records.map((record, r) => {
    const rates = record.map((value) => value / series.durations[r]!);
    return Array.from({ length: batch }, (_, member) => rates.subarray(member * k, (member + 1) * k));
  });
  return { durations: [...series.durations], exponents };
}

/** The exponents of the first and of the second half of the series. */
function halvesOf({ series, batch, k }: Measured): [number[], number[]] {
  const middle = Math.floor(series.records.length / 2);
  const over = (from: number, to: number): number[] => {
    const sum = new Float64Array(series.width);
    let time = 0;
    for (let r = from; r < to; r++) {
      time += series.durations[r]!;
      series.records[r]!.forEach((value, place) => {
        sum[place]! += value;
      });
    }
    return meanOverBatch(sum, batch, k).map((value) => value / time);
  };
  return [over(0, middle), over(middle, series.records.length)];
}
