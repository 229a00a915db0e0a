// The tangent dynamics of any system: states and tangent vectors step by step, and QR every `interval` steps.
import { dispose, jvp, scope, stack, type Tensor } from "@throughline/torch";
import { checkSystem, givenTensor, returnedTensor } from "../arguments.js";
import { decomposed, orthonormalise } from "./orthonormal.js";
import { refuse } from "./refuse.js";
import type { Advanced, Orthonormalised, System, Tangent } from "./system.js";

/**
 * Takes states [B, N] and tangent vectors [B, k, N] through `steps` steps from step number `from` on, and every `interval`
 * steps replaces the tangent vectors V by orthonormal ones: Vᵀ = Q R, V ← Qᵀ, diagonal of R positive. The result's `logs`,
 * [steps / interval, B, k], are ln R_ii; their means over time are the Lyapunov exponents (Benettin et al. 1980). Tangent
 * vectors go through the system's `pushForward`, else its `jacobian`, else forward-mode derivatives of its `step`, all k
 * of them in one pass. The system's own `advance` is used where there is one. Differentiable in reverse mode if the system
 * is and no QR meets vectors that are linearly dependent.
 * @throws TorchError if shapes do not fit or `interval` does not divide `steps`.
 */
export function advance(
  system: System,
  state: Tensor,
  frame: Tensor,
  from: number,
  steps: number,
  interval: number,
): Advanced {
  checkTangent("advance", system, state, frame);
  if (!Number.isInteger(steps / interval) || steps < 1 || interval < 1) {
    throw refuse("advance", `interval ${interval} does not divide ${steps} steps`);
  }
  if (system.advance !== undefined) return system.advance(state, frame, from, steps, interval);
  return scope(() => {
    const logs: Tensor[] = [];
    let worst: number | undefined;
    let now: Tangent = { state, frame };
    for (let done = 0; done < steps; done += interval) {
      const before = now;
      const next = scope(() => pushInterval(system, before, from + done, interval));
      now = { state: next.state, frame: next.frame };
      if (done > 0) release(before, now);
      logs.push(next.logs);
      if (next.worst !== undefined) worst = Math.max(worst ?? 0, next.worst);
    }
    return { ...now, logs: stack(logs), ...(worst !== undefined && { worst }) };
  });
}

/** One interval and the QR at its end, and those on the way where the system places any. */
function pushInterval(system: System, { state, frame }: Tangent, from: number, steps: number): Advanced {
  if (system.pushOrthonormal === undefined) {
    const pushed = pushForward(system, state, frame, from, steps);
    return { state: pushed.state, ...orthonormalise(pushed.frame) };
  }
  const { factors, ...pushed } = system.pushOrthonormal(state, frame, from, steps);
  const logs = factors.map((R) => R.diagonal({ dim1: -2, dim2: -1 }).log());
  return { ...pushed, logs: logs.reduce((sum, own) => sum.add(own)) };
}

/** States and orthonormal tangent vectors after `steps` steps, and R of every QR: one at the end, unless the system places more. */
export function pushOrthonormal(
  system: System,
  state: Tensor,
  frame: Tensor,
  from: number,
  steps: number,
): Omit<Orthonormalised, "worst"> {
  if (system.pushOrthonormal !== undefined) return system.pushOrthonormal(state, frame, from, steps);
  const pushed = pushForward(system, state, frame, from, steps);
  const { Q, R } = decomposed(pushed.frame);
  return { state: pushed.state, frame: Q, factors: [R] };
}

/** States and tangent vectors after `steps` steps, without QR: by `pushForward`, `jacobian` or forward mode. */
export function pushForward(
  system: System,
  state: Tensor,
  frame: Tensor,
  from: number,
  steps: number,
): Tangent {
  checkSystem("pushForward", system);
  if (system.pushForward !== undefined) return system.pushForward(state, frame, from, steps);
  return repeated(steps, { state, frame }, (now, i) =>
    system.jacobian === undefined
      ? pushByJvp((rows) => system.step(rows, from + i), now.state, now.frame)
      : pushByJacobian(
          system.jacobian(now.state, from + i),
          system.step(now.state, from + i),
          now.frame,
          system,
        ),
  );
}

/** `step` applied `steps` times, each in a scope of its own. */
export function repeated(
  steps: number,
  start: Tangent,
  step: (now: Tangent, index: number) => Tangent,
): Tangent {
  let now = start;
  for (let i = 0; i < steps; i++) {
    const before = now;
    now = scope(() => step(before, i));
    if (i > 0) release(before, now);
  }
  return now;
}

/** Disposes of what `before` holds, unless `after` holds it too. */
function release(before: Tangent, after: Tangent): void {
  if (before.state !== after.state) dispose(before.state);
  if (before.frame !== after.frame) dispose(before.frame);
}

function pushByJacobian(jacobian: Tensor, state: Tensor, frame: Tensor, system: System): Tangent {
  const [batch] = frame.shape;
  const n = system.dimension;
  if (jacobian.shape.join() !== [batch, n, n].join()) {
    throw refuse(
      "advance",
      `the system's jacobian returned [${jacobian.shape}] instead of [${[batch, n, n]}]`,
    );
  }
  checkNext(state, [batch!, n]);
  return { state, frame: frame.bmm(jacobian.mT) };
}

/**
 * One step of states [B, N] and tangent vectors [B, k, N] by forward-mode derivatives. `step` gets every state k times in
 * succession, [B·k, N], so that one pass carries all tangent vectors; `repeat` is k.
 */
export function pushByJvp(
  step: (rows: Tensor, repeat: number) => Tensor,
  state: Tensor,
  frame: Tensor,
): Tangent {
  const [batch, k, n] = frame.shape as [number, number, number];
  const rows = repeatRows(state, k);
  const { output, tangent } = jvp(
    (x) => returnedTensor("advance: the system's step", step(x, k)),
    [rows],
    [frame.reshape([batch * k, n])],
  );
  checkNext(output, [batch * k, n]);
  return {
    // All k copies of a state took the same step. Continuing from one of them keeps rounding from making them differ.
    state: output.view([batch, k, n]).select(1, 0).contiguous(),
    frame: tangent.reshape([batch, k, n]),
  };
}

function checkNext(output: Tensor, expected: readonly number[]): void {
  returnedTensor("advance: the system's step", output);
  if (output.shape.join() === expected.join()) return;
  throw refuse("advance", `the system's step returned [${output.shape}] for states [${expected}]`);
}

/** Every row `times` times in succession: [B, …] → [B·times, …]. */
export function repeatRows(rows: Tensor, times: number): Tensor {
  return times === 1 ? rows : rows.repeatInterleave(times, { dim: 0 });
}

/** Refuses states and tangent vectors whose shapes do not fit the system or each other. */
export function checkTangent(who: string, system: System, state: Tensor, frame: Tensor): void {
  checkSystem(who, system);
  givenTensor(`${who}: states`, state);
  givenTensor(`${who}: tangent vectors`, frame);
  const n = system.dimension;
  const [batch, k] = frame.shape;
  const fits = frame.ndim === 3 && k! >= 1 && k! <= n && frame.shape[2] === n;
  if (fits && state.ndim === 2 && state.shape[0] === batch && state.shape[1] === n) return;
  throw refuse(
    who,
    `states [${state.shape}] and tangent vectors [${frame.shape}] do not fit; with ${n} variables they are [batch, ${n}] ` +
      `and [batch, k, ${n}], k at most ${n}`,
  );
}
