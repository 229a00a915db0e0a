// One step of a rollout through a whole policy of the mazes in one operator: pictures and the action before to logits.
import { amp, isGradEnabled, type nn, type Tensor } from "@throughline/torch";
import { MazeEncoder } from "../nn/maze-encoder.js";
import { operators } from "../nn/operators.js";
import { PreviousAction } from "../nn/previous-action.js";
import { stepAfter } from "../nn/transformer-step.js";
import type { CecPolicy } from "./cec-policy.js";
import { NumberedActions, NumberedHead } from "./numbered-actions.js";
import type { Decision, Memory, Steps } from "./sequence-policy.js";

const parametersOf = ({ weight, bias }: nn.Linear | nn.LayerNorm): Tensor[] => [weight!, bias!];

/**
 * The decision of a policy that sees one picture and the action before, if it is one that the operator takes: of a single step, without gradient,
 * in float32 on the CPU.
 */
export function policyStep(policy: CecPolicy, steps: Steps, memory: Memory): Decision | undefined {
  if (isGradEnabled() || amp.isAutocastEnabled()) return undefined;
  const encoders = Object.entries(policy.feature_encoders.items);
  const [first, second] = encoders.map(([, encoder]) => encoder);
  if (encoders.length !== 2 || !(policy.pi_head instanceof NumberedHead)) return undefined;
  const actionFirst = first instanceof PreviousAction;
  const [action, encoder] = actionFirst ? [first, second] : [second, first];
  const key = encoders[actionFirst ? 1 : 0]![0];
  const pictures = steps.observations[key];
  const { actions } = steps.previous;
  if (!(action instanceof PreviousAction && encoder instanceof MazeEncoder) || pictures === undefined)
    return undefined;
  if (actions.size(1) !== 1 || actions.numel === 0) return undefined;
  const { stacks, dense, linear } = encoder.net;
  const around = [
    ...[dense, linear, action.l, policy.feature_linear.layers[0]],
    ...[...policy.post_transformer_layer.layers, policy.final_ln, ...policy.pi_head.mlp.layers],
  ].flatMap(parametersOf);
  const convolutions = stacks.items.flatMap((stack) => stack.parametersInOrder);
  const [seen, before] = [pictures.squeeze(1), actions.squeeze(1)];
  const found = stepAfter(policy.transformer, memory, (past) =>
    operators().policy_step(seen, before, convolutions, stacks.length, around, actionFirst, ...past),
  );
  return found && { actions: new NumberedActions(found.x), memory: found.memory };
}
