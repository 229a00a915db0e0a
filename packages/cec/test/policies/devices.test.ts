// Policies, their heads, and the agent of PPO on other devices than the CPU.
import {
  AgenticTransformer,
  CecPolicy,
  DecisionTransformer,
  LstmPolicy,
  paperRobotPolicy,
  RecurrentAgent,
  type SequencePolicy,
  type Steps,
} from "@throughline/cec";
import { describeDevices, expectSameOn, movedTo } from "@throughline/testing/devices";
import { checkLeaks, own } from "@throughline/testing/leaks";
import { Generator, type nn, rand, scope, type Tensor, tensor, zeros } from "@throughline/torch";
import { describe } from "vitest";
import { sequences } from "../baselines/support.js";
import { livelyPolicy, someSteps } from "./support.js";

checkLeaks();

const pictures = { height: 8, width: 8, channels: [4, 4] } as const;
const tokens = { pictures, actions: 4, width: 8, layers: 2, heads: 2, window: 9, horizon: 6 };

interface Case {
  readonly make: (generator: Generator) => SequencePolicy & nn.AnyModule;
  readonly steps: () => Steps;
  readonly actions: (steps: Steps) => Tensor;
}

const asBefore = ({ previous }: Steps): Tensor => previous.actions;
const robot = (): Steps => {
  using generator = Generator.create({ seed: 2 });
  const draw = (...shape: number[]): Tensor => rand([1, 3, ...shape], { generator });
  const camera = (): Tensor => draw(84, 84, 3).mul(255).to({ dtype: "uint8" });
  return {
    observations: {
      agentview_image: camera(),
      robot0_eye_in_hand_image: camera(),
      ...{ robot0_eef_pos: draw(3), robot0_eef_quat: draw(4), robot0_gripper_qpos: draw(2) },
    },
    previous: { actions: draw(7), rewards: zeros([1, 3]), ends: zeros([1, 3]).to({ dtype: "bool" }) },
    times: tensor([[0, 1, 2]], { dtype: "int64" }),
  };
};

const cases: Readonly<Record<string, Case>> = {
  "CecPolicy of a maze": { make: () => livelyPolicy(), steps: () => someSteps(2, 10), actions: asBefore },
  "CecPolicy of a robot": {
    make: (generator) => new CecPolicy({ ...paperRobotPolicy, width: 24, layers: 1, heads: 2 }, generator),
    steps: robot,
    actions: asBefore,
  },
  DecisionTransformer: {
    make: (generator) => new DecisionTransformer(tokens, generator),
    steps: () => sequences(2, [3, 4]),
    actions: asBefore,
  },
  AgenticTransformer: {
    make: (generator) => new AgenticTransformer({ ...tokens, keepsEpisodes: 2 }, generator),
    steps: () => sequences(2, [3, 4]),
    actions: asBefore,
  },
  LstmPolicy: {
    make: (generator) => new LstmPolicy({ pictures, features: 8, actions: 4, units: 8 }, generator),
    steps: () => sequences(2, [3, 4]),
    actions: asBefore,
  },
};

describe.each(Object.entries(cases))("%s", (_, { make, steps, actions }) => {
  describeDevices("log-likelihoods, gradients and what it remembers", (device) => {
    const made = (): SequencePolicy & nn.AnyModule => {
      using generator = Generator.create({ seed: 7 });
      return own(make(generator)).eval();
    };
    const policy = made();
    const there = made().to({ device });
    scope(() => {
      const given = steps();
      const of = (one: SequencePolicy & nn.AnyModule, seen: Steps): Tensor[] => {
        const first = one.forward(seen, one.start(seen.times.size(0)));
        const second = one.forward(seen, first.memory);
        const likelihoods = [first, second].map((decision) => decision.actions.logProb(actions(seen)));
        likelihoods[0]!.sum().add(likelihoods[1]!.sum()).backward();
        const own = one
          .parameters()
          .flatMap(({ grad }: { grad: Tensor | null }) => (grad === null ? [] : [grad]));
        return [...likelihoods.map((each) => each.detach()), ...own];
      };
      expectSameOn(device, of(there, movedTo(device, given)), of(policy, given), { atol: 1e-3 });
    });
  });
});

describe.each(["lstm", "gru"] as const)("RecurrentAgent with %s", (memory) => {
  describeDevices("actions, values and gradients", (device) => {
    using generator = Generator.create({ seed: 8 });
    const agent = own(
      new RecurrentAgent({ ...pictures, features: 8, memory, units: 8, actions: 3 }, generator),
    );
    const there = own(agent.clone()).to({ device });
    scope(() => {
      const seen = rand([5, 2, 8, 8, 3], { generator }).mul(255).to({ dtype: "uint8" });
      const begins = rand([5, 2], { generator }).lt(0.3);
      const state = zeros([2, memory === "lstm" ? 16 : 8]);
      const of = (one: RecurrentAgent, move: <T>(value: T) => T): Tensor[] => {
        const { logits, values } = one.forward(move(seen), move(state), move(begins));
        logits.square().sum().add(values.sum()).backward();
        return [logits.detach(), values.detach(), ...one.parameters().map(({ grad }) => grad!)];
      };
      const wanted = of(agent, (value) => value);
      expectSameOn(
        device,
        of(there, (value) => movedTo(device, value)),
        wanted,
      );
    });
  });
});
