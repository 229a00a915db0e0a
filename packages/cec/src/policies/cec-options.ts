// Sizes of a CEC policy.
import type { TransformerSizes } from "../nn/banded-transformer.js";
import type { CameraSizes } from "../nn/camera-encoder.js";
import type { ImpalaSizes } from "../nn/impala.js";

/** Pictures through the ConvNet: uint8 [height, width, 3]. */
export interface ConvNetInput extends ImpalaSizes {
  readonly kind: "convnet";
}

/** A camera's pictures through a residual network and a spatial softmax: uint8 [height, width, 3]. */
export interface CameraInput extends CameraSizes {
  readonly kind: "camera";
  /** Rows and columns of the pictures. */
  readonly height: number;
  readonly width: number;
}

/** Numbers as they are: float32 [size]. */
export interface NumbersInput {
  readonly kind: "numbers";
  readonly size: number;
}

/** An observation's kind and sizes, and by them the net that makes features of it. */
export type PolicyInput = ConvNetInput | CameraInput | NumbersInput;

/** Sizes of a `CecPolicy`: plain values, as a configuration or the notes of a file hold them. */
export interface CecPolicyOptions extends TransformerSizes {
  /** The observations by key. */
  readonly inputs: Readonly<Record<string, PolicyInput>>;
  /** Numbered actions, or as many numbers from −1 to 1 in each action. */
  readonly actions: { readonly count: number } | { readonly dimensions: number };
  /** Features of the action before; 0: it is not seen. Default: 32 of numbered actions, 0 of others, as in the released code. */
  readonly previousAction?: number;
  /** Units of the head's hidden layers: two of numbered actions (default 128), one of others (default: `width`). */
  readonly hidden?: number;
  /** Gaussians of the mixture of actions that are not numbered. Default 5, as in the paper. */
  readonly modes?: number;
}

/** Context lengths of the paper's mazes. */
const windows = { goal: 500, water: 400, path: 1600 } as const;

/** The paper's policy on a maze: 72 × 96 pictures, 4.5 million parameters. @param actions 15 in the released code */
export function paperMazePolicy(maze: keyof typeof windows, key: string, actions: number): CecPolicyOptions {
  return {
    inputs: {
      [key]: { kind: "convnet", height: 72, width: 96, channels: [16, 32, 32], features: 256 },
    },
    actions: { count: actions },
    width: 256,
    layers: 4,
    heads: 8,
    window: windows[maze],
  };
}

const camera: CameraInput = { kind: "camera", height: 84, width: 84, crop: 76 };

/** The paper's policy on RoboMimic: two cameras of 84 × 84 pictures, 27 million parameters. */
export const paperRobotPolicy: CecPolicyOptions = {
  inputs: {
    agentview_image: camera,
    robot0_eef_pos: { kind: "numbers", size: 3 },
    robot0_eef_quat: { kind: "numbers", size: 4 },
    robot0_eye_in_hand_image: camera,
    robot0_gripper_qpos: { kind: "numbers", size: 2 },
  },
  actions: { dimensions: 7 },
  width: 400,
  layers: 2,
  heads: 8,
  window: 200,
};
