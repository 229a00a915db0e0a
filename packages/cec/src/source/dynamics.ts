// The Lyapunov spectrum of an agent's memory, and its gradient norm against lag.
import {
  driven,
  finiteTimeExponents,
  fused,
  type GatedCell,
  kaplanYorke,
  pushForward,
  type Tangent,
} from "@throughline/flossing";
import { eye, linalg, noGrad, scope, type Tensor } from "@throughline/torch";
import type { MemoryLook } from "./memory-looks.js";

/** The measured part of a look. */
export type MemoryDynamics = Omit<MemoryLook, "update" | "label" | "level">;

/** Lags that are measured, as far as the episodes reach. */
const LAGS = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128];

/**
 * Measures a memory along episodes, in float64. Exponents are those over one episode, from a start in general directions, and need as
 * many steps to find their own: the first steps, by flossing's rule 10 + ⌈steps / 10⌉ or half of the steps, do not count.
 * Norms are those of the Jacobian ∂h_{t+lag}/∂h_t of the whole state (of an LSTM h and c), t the first step that counts.
 * @param features [steps, episodes, features]
 * @param k number of exponents
 */
export function memoryDynamics(memory: GatedCell, features: Tensor, k: number): MemoryDynamics {
  return noGrad(() =>
    scope(() => {
      const copy = memory.clone().to({ dtype: "float64" }) as GatedCell;
      const cell = fused(copy);
      const inputs = features.to("float64");
      const [steps, episodes] = inputs.shape as [number, number, number];
      const skip = Math.min(10 + Math.ceil(steps / 10), Math.floor(steps / 2));
      const exponents = finiteTimeExponents(cell, inputs, { k, skip }).mean({ dim: 0 }).toArray() as number[];
      const lags = LAGS.filter((lag) => lag <= steps - skip);
      const system = driven(cell, inputs);
      const start = cell.scan(inputs.narrow(0, 0, Math.max(skip, 1)), cell.start(episodes));
      const first = skip === 0 ? cell.start(episodes) : start.select(0, skip - 1);
      const unit = eye(cell.stateSize, { dtype: "float64" });
      let now: Tangent = { state: first, frame: unit.expand([episodes, cell.stateSize, cell.stateSize]) };
      // The largest singular value of a product is accurate without decompositions on the way: it is what rounding is relative to.
      const logNorms = lags.map((lag, i) => {
        const done = lags[i - 1] ?? 0;
        now = pushForward(system, now.state, now.frame, skip + done, lag - done);
        return linalg.svdvals(now.frame).amax({ dim: -1 }).log().mean().item();
      });
      copy.dispose();
      return {
        ...{ steps, episodes, exponents: exponents.map(finite) },
        dimension: kaplanYorke(exponents, cell.stateSize),
        ...{ lags, logNorms: logNorms.map(finite) },
      };
    }),
  );
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
