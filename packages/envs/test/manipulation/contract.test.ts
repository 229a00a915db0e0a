// Every task of manipulation keeps the contract of environments.
import { MANIPULATION_IDS, makeEnv } from "@throughline/envs";
import { environmentContract } from "@throughline/testing/contracts/environments";

for (const id of MANIPULATION_IDS) {
  environmentContract(id, {
    make: () => makeEnv(id, { horizon: 12 }),
    // Down and aside with a turn, then the fingers close.
    action: (step) => Float32Array.of(0.3, -0.2, -0.8, 0, 0, 0.4, step < 6 ? -1 : 1),
    wrongActions: [
      ...[0, null, "up", [0, 0, 0, 0, 0, 0, 0], new Float64Array(7), new Float32Array(6)],
      Float32Array.of(0, 0, 0, 0, 0, 0, 1.01),
      Float32Array.of(0, Number.NaN, 0, 0, 0, 0, 0),
    ],
    steps: 8,
  });
}
