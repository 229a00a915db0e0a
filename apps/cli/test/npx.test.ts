// `npx throughline` as the pages have it: the clone's own command, without a question to any registry.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { testFolder } from "@throughline/testing/folders";
import { expect, test } from "vitest";
import { version } from "../dist/version.js";

const clone = fileURLToPath(new URL("../../..", import.meta.url));
/** Nobody listens there: a question would end in an error. */
const env = { ...process.env, npm_config_registry: "http://127.0.0.1:9/", npm_config_fetch_retries: "0" };

test.each([
  ["in the clone", clone, []],
  ["in a folder of it", join(clone, "docs"), []],
  ["elsewhere", undefined, ["--prefix", clone]],
])("%s", (_, cwd, prefix) => {
  const args = [...prefix, "throughline", "--version"];
  const { stdout, status } = spawnSync("npx", args, { cwd: cwd ?? testFolder(), env, encoding: "utf8" });
  expect({ status, stdout }).toEqual({ status: 0, stdout: `${version()}\n` });
});
