// An environment of Python keeps the contract of environments.
import { gymnasium } from "@throughline/envs";
import { environmentContract } from "@throughline/testing/contracts/environments";
import { hasModules } from "@throughline/testing/python";
import { describe } from "vitest";
import "./support/fake.js";

describe.skipIf(!hasModules("python3"))("with python3, or skipped: there is none", () => {
  environmentContract("Walk-v0", {
    make: () => gymnasium("Walk-v0", { python: "python3", horizon: 12 }),
    action: (step) => (step % 3 === 2 ? 2 : 1),
    wrongActions: [-1, 3, 0.5, "0", null, new Float32Array(1)],
    steps: 10,
  });
});
