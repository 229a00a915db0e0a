// Integration with QRs on the way, as many as keep the tangent vectors well-conditioned.
import { cat, scope, type Tensor } from "@throughline/torch";
import { logsOf, type Strain, strainOf } from "../condition.js";
import { type Decomposed, decomposed } from "../orthonormal.js";
import { type Place, type Problem, type Walk, walkOf } from "./walk.js";

/** End of an integration with QRs. */
export interface OrthonormalSolution {
  /** States, then orthonormal tangent vectors. */
  readonly rows: Tensor;
  /** R of every QR, [B, k, k], first to last: their product takes the first tangent vectors to the last. */
  readonly factors: readonly Tensor[];
  /** ln of the greatest condition number at a QR. */
  readonly worst: number;
}

/**
 * Integrates states and orthonormal tangent vectors, with a QR at the end and wherever the condition number of the tangent
 * vectors would pass e^bound: a stretch that turns out to have passed it is repeated with a QR after half the steps or less,
 * and a single step that passes it with a shorter one. Explicit steps are at most about 6/|λ| long where a direction shrinks
 * at rate λ, so a few steps are always short enough.
 */
export function solveOrthonormal(problem: Problem, bound: number): OrthonormalSolution {
  return scope(() => {
    const run = new OrthonormalWalk(problem, bound);
    while (!run.isDone) run.stretch();
    return { rows: run.rows, factors: run.factors, worst: run.worst };
  });
}

/** Share of the bound that the next stretch is planned for. */
const reserve = 0.7;

class OrthonormalWalk {
  readonly factors: Tensor[] = [];
  worst = 0;
  /** States and tangent vectors after the last QR. */
  rows: Tensor;
  readonly #problem: Problem;
  readonly #bound: number;
  readonly #walk: Walk;
  /** The place of the last QR. */
  #mark: Place;
  /** Steps to the next QR, at most. */
  #allowed = Number.POSITIVE_INFINITY;

  constructor(problem: Problem, bound: number) {
    this.#problem = problem;
    this.#bound = bound;
    this.#walk = walkOf(problem);
    this.#mark = this.#walk.place;
    this.rows = problem.rows;
  }

  get isDone(): boolean {
    return this.#mark.t === this.#problem.to;
  }

  /** Integrates from the last QR to the next; repeats with a shorter interval if that was too long. */
  stretch(): void {
    const walk = this.#walk;
    walk.step(this.#mark);
    const first = walk.lastLength; // right after a QR steps must be shortest
    let steps = 1;
    for (; steps < this.#allowed && !walk.isDone; steps++) walk.step(this.#mark);
    const found = decomposed(this.#frame());
    const strain = strainOf(logsOf(found.logs), found.logs.shape[1]!);
    const room = (reserve * this.#bound) / strain.strain;
    if (!(strain.strain <= this.#bound) && (steps > 1 || walk.isAdaptive)) {
      const shorter = Math.max(0.1, Math.min(0.5, room));
      this.#allowed = Math.max(1, Math.floor(steps * shorter));
      walk.goOn(this.#mark.rows, this.#mark.t, steps === 1 ? first * shorter : first);
      return;
    }
    this.#allowed = Math.max(1, Math.floor(steps * Math.min(2, room)));
    this.#take(found, strain, 1.05 * first);
  }

  #frame(): Tensor {
    const { batch } = this.#problem;
    const { rows } = this.#walk.place;
    return rows.narrow(0, batch, rows.shape[0]! - batch).view([batch, -1, rows.shape[1]!]);
  }

  #take({ Q, R }: Decomposed, { spread }: Strain, nextLength: number): void {
    const { rows, t } = this.#walk.place;
    this.factors.push(R);
    this.worst = Math.max(this.worst, spread);
    this.rows = cat([rows.narrow(0, 0, this.#problem.batch), Q.view([-1, rows.shape[1]!])]);
    if (this.#walk.isDone) this.#mark = this.#walk.place;
    else {
      this.#walk.goOn(this.rows, t, nextLength);
      this.#mark = this.#walk.place;
    }
  }
}
