// The contract of environments holds for a sound environment, and each of its rules fails for one that breaks it.
import {
  type EnvironmentCase,
  environmentContract,
  environmentRules,
} from "@throughline/testing/contracts/environments";
import { expect, test } from "vitest";
import { type Break, Corridor } from "./toy/corridor.js";

const corridor = (breaks?: Break): EnvironmentCase => ({
  make: () => new Corridor(breaks),
  action: (step) => (step % 5 === 3 ? 0 : 1),
  wrongActions: [2, -1, 0.5, "1", undefined],
});

environmentContract("a sound corridor", corridor());

/** The rule that each way to break the contract breaks, by some of its words, and what is said then. */
const broken: Readonly<Record<Break, readonly [rule: string, said: RegExp]>> = {
  space: ["what their spaces hold", /observation of reset/],
  reward: ["what their spaces hold", /reward of step 0/],
  "counts resets": ["also after other episodes", /deeply equal/],
  "ignores the seed": ["give another episode", /different episodes of 8/],
  "ignores the number": ["replayed bit for bit", /episode 1/],
  "carries on": ["how far an episode was played", /deeply equal/],
  shares: ["side by side", /deeply equal/],
  "Math.random": ["no global randomness", /Math\.random was called/],
  libtorch: ["no global randomness", /libtorch's default generator/],
  "never ends": ["there is no step before", /13 to be less than or equal to 12/],
  "early cut": ["there is no step before", /an end before the horizon is the task's/],
  "steps before reset": ["there is no step before", /a step before reset/],
  "steps after the end": ["there is no step before", /a step after the end/],
  "steps after close": ["there is no step before", /a step after close/],
  "takes anything": ["wrong actions", /the action 2/],
  "moves when refused": ["wrong actions", /deeply equal/],
  "takes any seed": ["wrong actions", /the seed -1/],
  "draws a step": ["drawing an environment", /drawn again/],
  flickers: ["drawing an environment", /drawn again/],
};

test("each rule has an environment that breaks it", () => {
  for (const { name } of environmentRules(corridor()))
    expect(
      Object.values(broken).filter(([rule]) => name.includes(rule)),
      name,
    ).not.toEqual([]);
});

test.each(Object.entries(broken) as [Break, (typeof broken)[Break]][])(
  "%s: breaks its rule",
  (breaks, [words, said]) => {
    const [rule, ...others] = environmentRules(corridor(breaks)).filter(({ name }) => name.includes(words));
    expect(others).toEqual([]);
    expect(() => rule!.check()).toThrow(said);
  },
);

test("a case whose wrong actions are none, or lie in the space, proves nothing and is refused", () => {
  const rule = (given: Partial<EnvironmentCase>) =>
    environmentRules({ ...corridor(), ...given }).find(({ name }) => name.startsWith("wrong actions"))!;
  expect(() => rule({ wrongActions: [] }).check()).toThrow();
  expect(() => rule({ wrongActions: [1] }).check()).toThrow("1 is no action");
});
