// The series of ln R_ii that a spectrum is made of, one record an interval, bounded in memory.

/** Records kept at most, by default: 128 MiB of numbers. */
export function defaultRecords(width: number): number {
  return Math.max(256, 2 * Math.floor(2 ** 24 / width / 2));
}

/** Sums of ln R_ii over successive stretches of time. */
export class Series {
  /** Numbers in a record: batch · k. */
  readonly width: number;
  /** Time of each record. */
  readonly durations: number[] = [];
  /** Σ ln R_ii of each record, member by member. */
  readonly records: Float64Array[] = [];
  readonly #most: number;
  #merged = 1;
  #pending = 0;

  /** @param most records to keep; beyond that, neighbours are added up two by two, again and again. */
  constructor(width: number, most: number) {
    this.width = width;
    this.#most = most;
  }

  /** Adds the sums over a stretch of `duration`. */
  add(duration: number, logs: Float64Array): void {
    if (this.#pending > 0 && this.#pending < this.#merged) {
      const last = this.records.length - 1;
      addTo(this.records[last]!, logs);
      this.durations[last]! += duration;
      this.#pending++;
      return;
    }
    if (this.records.length >= this.#most) this.#halve();
    this.durations.push(duration);
    this.records.push(logs.slice());
    this.#pending = 1;
  }

  #halve(): void {
    const half = this.records.length / 2; // which is even, and every record complete
    for (let i = 0; i < half; i++) {
      this.records[i] = this.records[2 * i]!;
      addTo(this.records[i]!, this.records[2 * i + 1]!);
      this.durations[i] = this.durations[2 * i]! + this.durations[2 * i + 1]!;
    }
    this.records.length = half;
    this.durations.length = half;
    this.#merged *= 2;
  }

  /** Time of all records together. */
  get duration(): number {
    return this.durations.reduce((sum, duration) => sum + duration, 0);
  }

  /** Σ over time: the exponents times the duration, member by member. */
  total(): Float64Array {
    const sum = new Float64Array(this.width);
    for (const record of this.records) addTo(sum, record);
    return sum;
  }

  /** Forgets everything. */
  clear(): void {
    this.durations.length = 0;
    this.records.length = 0;
    this.#merged = 1;
    this.#pending = 0;
  }
}

function addTo(sum: Float64Array, more: Float64Array): void {
  for (let i = 0; i < sum.length; i++) sum[i]! += more[i]!;
}
