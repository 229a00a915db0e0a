// Checkpoints of the authors' policies: what they are is read from their tensors, and what they compute stays the same.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { CecPolicy, importPolicy, openPolicyFile, paperRobotPolicy, savePolicyFile } from "@throughline/cec";
import { caught } from "@throughline/testing/caught";
import { fileFolder } from "@throughline/testing/folders";
import { checkLeaks, own } from "@throughline/testing/leaks";
import { describeReference } from "@throughline/testing/reference";
import { cat, full, io, noGrad, scope, type Tensor, zeros, zerosLike } from "@throughline/torch";
import { describe, expect, test } from "vitest";
import type { NumberedActions } from "../../dist/policies/numbered-actions.js";
import { livelyPolicy, small, someSteps } from "../policies/support.js";

checkLeaks();

const folder = fileFolder();
const file = (name: string): string => join(folder, name);

/** Writes a state dict with something before each name. */
function save(name: string, state: object, prefix = ""): string {
  const named = Object.entries(state as Record<string, Tensor>).map(([key, tensor]) => [
    prefix + key,
    tensor,
  ]);
  io.saveSafetensors(file(name), Object.fromEntries(named), {});
  return file(name);
}

describeReference("cec/dmlab_policy", (reference) => {
  test("the authors' policy of mazes gives the authors' logits, under our name of the pictures", () => {
    scope(() => {
      const from = save(`authors-${reference.dtype}.safetensors`, reference.group("weights."), "policy.");
      const to = file(`imported-${reference.dtype}.safetensors`);
      const found = importPolicy(from, to, { height: 24, width: 32 });
      expect(found).toEqual({
        parameters: 127_863,
        model: {
          inputs: {
            image: {
              ...{ kind: "convnet", height: 24, width: 32, channels: [4, 8, 8] },
              ...{ blocks: 1, hidden: 32, features: 24 },
            },
          },
          ...{ actions: { count: 15 }, previousAction: 8, hidden: 32 },
          ...{ width: 64, layers: 2, heads: 8, window: 10 },
        },
      });
      const policy = own(openPolicyFile(to)).to({ dtype: reference.dtype });
      expect(policy.training).toBe(false);
      const actions = reference.tensor("inputs.action").select(0, 0).long();
      const before = cat([zeros([3, 1], { dtype: "int64" }), actions.narrow(1, 0, 7)], 1);
      const image = reference.tensor("inputs.partial_rgb").select(0, 0).permute([0, 1, 3, 4, 2]).to("uint8");
      const none = zerosLike(before);
      const { actions: found1 } = noGrad(() =>
        policy.forward(
          {
            observations: { image },
            previous: { actions: before, rewards: none.float(), ends: none.to("bool") },
            times: none,
          },
          policy.start(3),
        ),
      );
      const theirs = reference.tensor("outputs.logits").select(0, 0);
      expect((found1 as NumberedActions).logits.sub(theirs).abs().max().item()).toBeLessThan(2e-5);
    });
  });
});

describe("importPolicy", () => {
  test("a robots' policy, with its cameras, its own state and its mixture", () => {
    scope(() => {
      const options = { ...paperRobotPolicy, ...{ width: 32, heads: 4, window: 9, hidden: 20, modes: 3 } };
      const policy = own(new CecPolicy(options));
      // As the authors' formula has it: without what is fixed.
      const state = Object.entries(policy.stateDict()).filter(([key]) => !/pos_[xy]|temperature/.test(key));
      const to = file("robot-imported.safetensors");
      const { model } = importPolicy(save("robot.safetensors", Object.fromEntries(state)), to);
      const camera = { kind: "camera", height: 84, width: 84, crop: 76, keypoints: 32, features: 64 };
      expect(model).toEqual({
        inputs: {
          ...{ agentview_image: camera, robot0_eye_in_hand_image: camera },
          robot0_eef_pos: { kind: "numbers", size: 3 },
          robot0_eef_quat: { kind: "numbers", size: 4 },
          robot0_gripper_qpos: { kind: "numbers", size: 2 },
        },
        ...{ actions: { dimensions: 7 }, previousAction: 0, hidden: 20, modes: 3 },
        ...{ width: 32, layers: 2, heads: 4, window: 9 },
      });
      const again = own(openPolicyFile(to)).stateDict();
      for (const [key, tensor] of state) expect(again[key]!.sub(tensor).abs().max().item(), key).toBe(0);
    });
  });

  test("half precision becomes float32; a policy's own file gives the same decisions", () => {
    scope(() => {
      const policy = own(livelyPolicy());
      const state = Object.entries(policy.stateDict()).map(([key, tensor]) => [key, tensor.to("float16")]);
      const to = file("half-imported.safetensors");
      importPolicy(save("half.safetensors", Object.fromEntries(state)), to, { height: 8, width: 9 });
      for (const [key, tensor] of Object.entries(own(openPolicyFile(to)).stateDict()))
        expect(tensor.dtype, key).toBe("float32");
      savePolicyFile(file("own.safetensors"), policy);
      const again = own(openPolicyFile(file("own.safetensors")));
      expect(again.options).toEqual(small);
      const decide = (one: CecPolicy): Tensor =>
        (one.forward(someSteps(1, 9), one.start(1)).actions as NumberedActions).logits;
      noGrad(() => expect(decide(again).sub(decide(policy)).abs().max().item()).toBe(0));
    });
  });

  test("other architectures are refused in one sentence, and nothing is written", () => {
    scope(() => {
      const state = own(livelyPolicy()).stateDict();
      const without = (pattern: RegExp): Record<string, Tensor> =>
        Object.fromEntries(Object.entries(state).filter(([key]) => !pattern.test(key)));
      const size = { height: 8, width: 9 };
      const token = "feature_linear.0.weight";
      const cases: [name: string, state: Record<string, Tensor>, options: object, sentence: RegExp][] = [
        [
          "foreign",
          { weight: zeros([2, 2]) },
          {},
          /foreign\.safetensors holds no policy of CEC \(transformer\.blocks/,
        ],
        [
          "size",
          state,
          {},
          /its pictures have 6 places after 2 halvings, and 72 × 96 have 432; give their --height and --width$/,
        ],
        ["head", without(/^pi_head/), size, /its head \(pi_head\) is neither/],
        [
          "norm",
          without(/final_ln\.bias/),
          size,
          /not a policy of CEC's architecture: final_ln\.bias: missing$/,
        ],
        [
          "more",
          { ...state, ...{ "value.weight": zeros([1]), "value.bias": zeros([1]) } },
          size,
          /value\.weight: unexpected, and 1 more$/,
        ],
        [
          "token",
          without(/feature_linear/),
          size,
          /its tokens \(feature_linear\.0\) or its relative attention/,
        ],
        [
          "eyes",
          without(/img_process\.cnn/),
          size,
          /its encoder of picture is neither CEC's ConvNet nor RoboMimic's/,
        ],
        [
          "wide",
          { ...state, [token]: cat([state[token]!, zeros([24, 5])], 1) },
          size,
          /its tokens have 5 more features than its encoders make/,
        ],
        [
          "broken",
          { ...state, "final_ln.bias": full([24], Number.NaN) },
          size,
          /broken\.safetensors: final_ln\.bias has numbers that are not finite$/,
        ],
      ];
      for (const [name, given, options, sentence] of cases) {
        const error = caught(() =>
          importPolicy(save(`${name}.safetensors`, given), file("never"), options),
        ) as Error;
        expect(error.message, name).toMatch(sentence);
        expect(error.message, name).not.toContain("\n");
        expect(error, name).toMatchObject({ code: "cec/checkpoint", fault: "input" });
      }
      expect(existsSync(file("never"))).toBe(false);
      const plain = caught(() => openPolicyFile(file("size.safetensors"))) as Error;
      expect(plain.message).toMatch(
        /size\.safetensors does not say the sizes of a CEC policy; accepted: what throughline import wrote$/,
      );
    });
  });
});
