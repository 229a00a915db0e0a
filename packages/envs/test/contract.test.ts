// Every environment of the registry keeps the contract of environments.
import { ENV_IDS, makeEnv } from "@throughline/envs";
import { environmentContract } from "@throughline/testing/contracts/environments";

const small = { height: 16, width: 20, horizon: 30 };

for (const id of ENV_IDS) {
  environmentContract(id, {
    make: () => makeEnv(id, small),
    // Ahead, with a turn now and then: no two episodes are alike, none is one long bump.
    action: (step) => (step % 5 === 4 ? 1 + (step % 2) : 0),
    wrongActions: [-1, 15, 0.5, Number.NaN, "0", null],
  });
}
