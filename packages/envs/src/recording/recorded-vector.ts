// A vector of environments whose episodes are recorded.
import type { Tensor } from "@throughline/torch";
import type { EnvSpec, ResetOptions } from "../env.js";
import type { Discrete, Space } from "../spaces.js";
import type { EpisodeFacts, VectorEnv, VectorStep } from "../vector/vector-env.js";
import { type DraftState, EpisodeDraft } from "./draft.js";
import type { Recording, RecordingState } from "./recording.js";

/** State of a `RecordedVector`. */
interface VectorState {
  readonly vector: unknown;
  readonly recording: RecordingState;
  readonly drafts: readonly DraftState[];
}

/** A vector of environments whose episodes are recorded; otherwise it is the vector that it is given, which it closes. */
export class RecordedVector<Facts extends EpisodeFacts = EpisodeFacts> implements VectorEnv<Facts> {
  readonly spec: EnvSpec;
  readonly lanes: number;
  readonly observationSpace: Space<Uint8Array>;
  readonly actionSpace: Discrete;
  readonly #vector: VectorEnv<Facts>;
  readonly #recording: Recording;
  readonly #level: number;
  #drafts: EpisodeDraft[] = [];

  /** @param level whose episodes they are @throws EnvError `envs/record` if the store is of other environments */
  constructor(vector: VectorEnv<Facts>, recording: Recording, level = 0) {
    recording.check(level, vector.spec);
    this.#vector = vector;
    this.#recording = recording;
    this.#level = level;
    this.spec = vector.spec;
    this.lanes = vector.lanes;
    this.observationSpace = vector.observationSpace;
    this.actionSpace = vector.actionSpace;
  }

  reset(options?: ResetOptions): { readonly observations: Tensor; readonly facts: readonly Facts[] } {
    const begun = this.#vector.reset(options);
    this.#drafts = begun.facts.map(() => this.#recording.begin(this.#level));
    this.#see(begun.observations);
    return begun;
  }

  step(actions: ArrayLike<number>): VectorStep<Facts> {
    const step = this.#vector.step(actions);
    const ends = new Map(step.ends.map((end) => [end.lane, end]));
    for (const [lane, draft] of this.#drafts.entries()) {
      draft.step(actions[lane]!, step.rewards[lane]!);
      const end = ends.get(lane);
      if (end !== undefined) {
        draft.see(end.finalObservation);
        this.#recording.end(draft, end.facts, end.terminated);
        this.#drafts[lane] = this.#recording.begin(this.#level);
      }
    }
    this.#see(step.observations);
    return step;
  }

  stateDict(): VectorState {
    return {
      vector: this.#vector.stateDict(),
      recording: this.#recording.stateDict(),
      drafts: this.#drafts.map((draft) => draft.state()),
    };
  }

  /** Goes on with the episodes in flight too; what was recorded behind the state is removed. */
  loadStateDict({ vector, recording, drafts }: VectorState): Tensor {
    this.#recording.loadStateDict(recording);
    this.#drafts = drafts.map((state) => EpisodeDraft.restore(this.#recording.writer.card, state));
    return this.#vector.loadStateDict(vector as never);
  }

  close(): void {
    this.#vector.close();
  }

  /** Shows every lane's observation to its draft, if that keeps any: a view of a tensor's memory costs more than a step of a small maze. */
  #see(observations: Tensor): void {
    if (!this.#drafts.some(({ start }) => start.hasObservations)) return;
    const memory = observations.memory() as Uint8Array;
    const size = memory.length / this.lanes;
    for (const [lane, draft] of this.#drafts.entries())
      if (draft.start.hasObservations) draft.see(memory.subarray(lane * size, (lane + 1) * size));
  }
}
