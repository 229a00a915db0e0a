// Names in the authors' checkpoints, and ours where they differ.

/** A tensor that each of CEC's policies has. */
export const mark = "transformer.blocks.0.r.orc_block.b_nd";

/**
 * Observations by the authors' name and ours, which data sets of pictures have. All else in a policy's state dict is called as the authors call it.
 */
export const renamed: Readonly<Record<string, string>> = { partial_rgb: "image" };

/** Observations of RoboMimic without an encoder, which leave no trace in a state dict but their numbers in the token. */
export const robotState: Readonly<Record<string, number>> = {
  robot0_eef_pos: 3,
  robot0_eef_quat: 4,
  robot0_gripper_qpos: 2,
};
