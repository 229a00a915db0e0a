// Cells in a real Ray keep the contract of launchers: where RAY_ADDRESS names one, as `scripts/test/ray.sh` does. Ray takes 400 MB
// and ten seconds for each job, so that CI goes without.
import { type CellJob, rayLauncher } from "@throughline/lab";
import { launcherContract } from "@throughline/testing/contracts/launchers";
import { testFolder } from "@throughline/testing/folders";
import { describe, expect, test } from "vitest";
import { done, driver, hangs, jobOf, module, steps } from "../support/launched.mjs";

const address = process.env.RAY_ADDRESS ?? "";
describe.skipIf(address === "")(`Ray${address === "" ? ": RAY_ADDRESS is not set" : ""}`, () => {
  launcherContract<CellJob>("the launcher of Ray", {
    make: () => rayLauncher([module], { address, pollEvery: 200 }),
    pollEvery: 200,
    job: jobOf,
    steps,
    done,
    hangs,
    driver: (folder) => driver(folder, address),
  });
});

test("a Ray that does not answer is named, and nothing is submitted", async () => {
  const folder = testFolder();
  const launcher = rayLauncher([module], { address: "http://127.0.0.1:9" });
  const sentence = /^Ray does not answer at http:\/\/127\.0\.0\.1:9: /;
  await expect(launcher.submit(folder, [jobOf("works", folder)])).rejects.toThrow(sentence);
  expect(await launcher.live(folder)).toEqual(new Map());
});
