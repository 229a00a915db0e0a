// Sizes of a CEC policy from the names and shapes of its tensors.
import type { Tensor } from "@throughline/torch";
import { CecError } from "../errors.js";
import { halved } from "../nn/halved.js";
import type { CecPolicyOptions, PolicyInput } from "../policies/cec-options.js";
import { mark, renamed, robotState } from "./names.js";

/** Tensors by name. */
export type State = Readonly<Record<string, Tensor>>;

/** Rows and columns of pictures, which a state dict does not hold. */
export interface PictureSize {
  readonly height?: number;
  readonly width?: number;
}

/** Shape of the tensor of a name, empty if there is none. */
type Shapes = (name: string) => readonly number[];

/** Makes the refusal of a checkpoint out of a sentence about it. */
type Refuser = (sentence: string) => CecError;

/**
 * The policy's sizes.
 * @param path of the file, for refusals
 * @throws CecError `cec/checkpoint` in one sentence for another architecture
 */
export function recognise(state: State, size: PictureSize, path: string): CecPolicyOptions {
  const no: Refuser = (sentence) => refuse(`${path}: ${sentence}`);
  const shape: Shapes = (name) => state[name]?.shape ?? [];
  const [curves = 0, window = 0] = shape(mark);
  const [width = 0, features = 0] = shape("feature_linear.0.weight");
  const [relative = 0] = shape(mark.replace("b_nd", "r_layer.weight"));
  if (width === 0 || curves !== 10 || relative % curves !== 0 || relative === 0)
    throw no("its tokens (feature_linear.0) or its relative attention (r_layer, b_nd) are not CEC's");
  let layers = 0;
  while (shape(mark.replace("0", String(layers))).length > 0) layers++;
  const head = headOf(shape, no);
  const { inputs, previousAction, counted } = inputsOf(state, shape, size, no);
  return {
    inputs: { ...inputs, ...robotStateOf(features - counted, inputs, no) },
    actions: head.actions,
    previousAction,
    hidden: head.hidden,
    ...(head.modes !== undefined && { modes: head.modes }),
    width,
    layers,
    heads: relative / curves,
    window,
  };
}

/** The refusal of a checkpoint. */
export function refuse(sentence: string): CecError {
  return new CecError("checkpoint", sentence);
}

function headOf(
  shape: Shapes,
  no: Refuser,
): Pick<CecPolicyOptions, "actions" | "modes"> & { readonly hidden: number } {
  const [count = 0, hidden = 0] = shape("pi_head.mlp.6.weight");
  if (count > 0) return { actions: { count }, hidden };
  const [modes = 0, units = 0] = shape("pi_head._logits_mlp.3.weight");
  const [means = 0] = shape("pi_head._mean_mlp.3.weight");
  if (modes === 0 || means % modes !== 0 || means === 0)
    throw no("its head (pi_head) is neither CEC's for numbered actions nor its mixture of Gaussians");
  return { actions: { dimensions: means / modes }, hidden: units, modes };
}

interface Inputs {
  readonly inputs: Record<string, PolicyInput>;
  readonly previousAction: number;
  /** Features of all of these. */
  readonly counted: number;
}

function inputsOf(state: State, shape: Shapes, size: PictureSize, no: Refuser): Inputs {
  const keys = Object.keys(state).flatMap((name) => /^feature_encoders\.([^.]+)\./.exec(name)?.[1] ?? []);
  const inputs: Record<string, PolicyInput> = {};
  let [previousAction, counted] = [0, 0];
  for (const key of new Set(keys)) {
    const own: Shapes = (name) => shape(`feature_encoders.${key}.${name}`);
    const [features = 0] =
      [own("l.weight"), own("img_process.linear.layer.weight"), own("_visual_core.nets.3.weight")].find(
        ({ length }) => length > 0,
      ) ?? [];
    counted += features;
    if (own("l.weight").length > 0) previousAction = features;
    else inputs[renamed[key] ?? key] = pictureOf(key, own, features, size, no);
  }
  return { inputs, previousAction, counted };
}

function pictureOf(key: string, own: Shapes, features: number, size: PictureSize, no: Refuser): PolicyInput {
  const stack = (at: number): string => `img_process.cnn.stacks.${at}`;
  const channels: number[] = [];
  for (;;) {
    const [count] = own(`${stack(channels.length)}.firstconv.layer.weight`);
    if (count === undefined) break;
    channels.push(count);
  }
  const [points = 0, maps = 0] = own("_visual_core.pool.nets.weight");
  if (channels.length === 0) {
    const [, places] = own("_visual_core.pool.pos_x");
    if (points === 0 || maps !== 512 || (places !== undefined && places !== 9))
      throw no(
        `its encoder of ${key} is neither CEC's ConvNet nor RoboMimic's ResNet-18 of 84 × 84 pictures`,
      );
    return { kind: "camera", height: 84, width: 84, crop: 76, keypoints: points, features };
  }
  let blocks = 0;
  while (own(`${stack(0)}.blocks.${blocks}.conv0.layer.weight`).length > 0) blocks++;
  const { height = 72, width = 96 } = size;
  const [hidden = 0, flat = 0] = own("img_process.cnn.dense.layer.weight");
  const expected = halved(height, channels.length) * halved(width, channels.length);
  const places = flat / channels.at(-1)!;
  if (expected !== places)
    throw no(
      `its pictures have ${places} places after ${channels.length} halvings, and ${height} × ${width} have ${expected}; give their --height and --width`,
    );
  return { kind: "convnet", height, width, channels, blocks, hidden, features };
}

/** The observations that only their numbers in the token tell of. */
function robotStateOf(
  rest: number,
  inputs: Record<string, PolicyInput>,
  no: Refuser,
): Record<string, PolicyInput> {
  if (rest === 0) return {};
  const known = Object.entries(robotState);
  const isRobot = Object.values(inputs).every(({ kind }) => kind === "camera");
  if (!isRobot || rest !== known.reduce((sum, [, size]) => sum + size, 0))
    throw no(
      `its tokens have ${rest} more features than its encoders make; accepted: RoboMimic's 9, or none`,
    );
  return Object.fromEntries(known.map(([key, size]) => [key, { kind: "numbers", size }]));
}
