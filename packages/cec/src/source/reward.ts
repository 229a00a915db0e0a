/** The reward that agents of the paper see: 5 tanh(r / 5), of negative ones 0.3 (Sample Factory's shaping for DeepMind Lab). */
export function shapedReward(reward: number): number {
  const squashed = 5 * Math.tanh(reward / 5);
  return reward < 0 ? 0.3 * squashed : squashed;
}
