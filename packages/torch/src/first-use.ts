// What set-up compiles for a package: found, or, where the package is installed in somebody's project, made when it is first
// needed. Nothing is set up by npm's install scripts.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { findBuilt } from "../setup/built.mjs";
import { TorchError } from "./errors.js";

/** Folder of this package. */
export const torchRoot: string = fileURLToPath(new URL("..", import.meta.url));
const command: string = join(torchRoot, "setup", "install.mjs");

/** True if this is a clone of our repository, which its own commands set up: tsconfig.json is not published. */
const isClone = (): boolean => existsSync(command) && existsSync(join(torchRoot, "tsconfig.json"));

/**
 * Path of a package's compiled file, which may not be there.
 * @param root folder of the package
 * @param file such as `throughline_torch.node`
 */
export function compiledFile(root: string, file: string): string {
  const found = existsSync(join(root, "package.json")) ? findBuilt(root, file) : undefined;
  return found ?? join(root, "build", file);
}

/**
 * Path of a package's compiled file, made now if it is not there and can be made.
 * @throws TorchError `torch/setup` if it is not there and cannot be made; what went wrong stands on standard error
 */
export function requireCompiled(root: string, file: string): string {
  const path = compiledFile(root, file);
  if (existsSync(path)) return path;
  if (isClone()) throw refuse(`${file} is not compiled (no ${path}); run: npm run setup`);
  return setUp(root, file);
}

/**
 * Makes a package's compiled file, even if one is there; what this does is said on standard error.
 * @param sources folder of its sources in the package
 * @throws TorchError `torch/setup`
 */
export function setUp(root: string, file: string, sources = "native"): string {
  if (!existsSync(command))
    throw refuse(
      `${command} is missing: a bundler has taken @throughline/torch apart; tell it to leave @throughline/* out (external), and install them beside the bundle`,
    );
  const { status, stdout, error } = spawnSync(process.execPath, [command, root, "--sources", sources], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  const path = stdout?.trim().split("\n").at(-1);
  if (status === 0 && path) return path;
  const why = error === undefined ? "the reason is said above" : error.message;
  throw refuse(`set-up of ${basename(file)} failed (${why}); to try again: node ${command} ${root}`, error);
}

/** True if set-up may mend what is there but does not load. */
export const mayMend = (): boolean => existsSync(command) && !isClone();

function refuse(message: string, cause?: unknown): TorchError {
  return new TorchError("torch/setup", message, { cause });
}
