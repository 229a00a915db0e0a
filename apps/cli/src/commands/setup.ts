// `throughline setup`: what the first use would set up, now; for images of containers, say.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { Command } from "commander";
import { compiledFolders, engineFolder, isClone } from "../engine.js";
import { EXIT, UsageError } from "../exit.js";
import { note } from "../terminal.js";

function action(): void {
  if (isClone()) throw new UsageError("this is the command of a clone, which is set up by: npm run setup");
  const command = join(engineFolder(), "setup", "install.mjs");
  for (const folder of compiledFolders()) {
    const words = [command, folder];
    if (spawnSync(process.execPath, words, { stdio: ["ignore", "ignore", "inherit"] }).status === 0) continue;
    process.exitCode = EXIT.failed; // the reason is said
    return;
  }
  note("libtorch, the addon and the operators are there; nothing else will be fetched or compiled");
}

export function setup(program: Command): Command {
  return program
    .command("setup")
    .description("fetch libtorch and compile what is missing, as the first use would")
    .action(action);
}
