// Generalised advantage estimation.

/** Rewards, values and ends of a rollout of T steps in N lanes, each in row-major order [T, N]. */
export interface Returns {
  readonly rewards: ArrayLike<number>;
  /** The critic's values of the states in which the actions were chosen. */
  readonly values: ArrayLike<number>;
  /** 1 where the episode ended with that step, by itself or cut off. */
  readonly ends: ArrayLike<number>;
  /** The critic's values of the states after the last step, [N]. */
  readonly last: ArrayLike<number>;
}

/**
 * Advantages A_t = Σ_k (γλ)^k δ_{t+k}, δ_t = r_t + γ V_{t+1} − V_t, where nothing is counted beyond the end of an episode
 * (Schulman et al. 2016, equation 16). What a cut-off episode would still have brought must be in its last reward.
 * @returns advantages and targets of the critic, advantage + value, each [T, N]
 */
export function generalisedAdvantages(
  { rewards, values, ends, last }: Returns,
  gamma: number,
  lambda: number,
): { readonly advantages: Float32Array; readonly targets: Float32Array } {
  const lanes = last.length;
  const steps = rewards.length / lanes;
  const advantages = new Float32Array(rewards.length);
  for (let lane = 0; lane < lanes; lane++) {
    let advantage = 0;
    for (let step = steps - 1; step >= 0; step--) {
      const at = step * lanes + lane;
      const next = step === steps - 1 ? last[lane]! : values[at + lanes]!;
      const goesOn = 1 - ends[at]!;
      const delta = rewards[at]! + gamma * next * goesOn - values[at]!;
      advantage = delta + gamma * lambda * goesOn * advantage;
      advantages[at] = advantage;
    }
  }
  return { advantages, targets: advantages.map((advantage, at) => advantage + values[at]!) };
}
