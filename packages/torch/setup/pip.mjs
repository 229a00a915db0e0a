// `pip download`, with the user's own configuration: found, run, watched, and its failures put into words.
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { folderSize } from "./cache.mjs";
import { SetupError } from "./failure.mjs";
import { missingTools } from "./missing-tools.mjs";
import { run, versionOf, which } from "./tools.mjs";

/** @typedef {import("./context.mjs").Context} Context */
/**
 * @typedef {object} Download
 * @property {string} what "torch 2.13.0+cpu"
 * @property {string} orElse what to do where pip cannot help, such as "set LIBTORCH to …"
 * @property {readonly string[]} pipArguments what to ask pip for, without the place to put it
 * @property {string} [index] extra package index to try if the user's own configuration lacks the wheel
 * @property {number} [bytes] size of the wheel, if it is known
 */

const CANDIDATES = [["python3", "-m", "pip"], ["python", "-m", "pip"], ["pip3"], ["pip"]];

/**
 * The first pip that runs.
 * @param {Context} ctx
 * @returns {Promise<{ command: string[], version: string } | undefined>}
 */
export async function findPip(ctx) {
  for (const [name = "", ...args] of CANDIDATES) {
    const program = which(ctx, name);
    if (!program) continue;
    const command = [program, ...args];
    const version = await versionOf(ctx, command);
    if (version?.startsWith("pip ")) return { command, version };
  }
  return undefined;
}

/**
 * Downloads `wheel` into `folder`: first exactly as pip is configured here, then with PyTorch's own index added.
 * @param {Context} ctx
 * @param {Download} wheel
 * @param {string} folder
 * @param {{ logs: string, tmp: string }} places folder for the log; folder for pip's temporary files
 * @throws {SetupError} `missing-tools`, `no-network`, `no-space`, `wrong-hash` or `pip-failed`
 */
export async function pipDownload(ctx, wheel, folder, { logs, tmp }) {
  const pip = await findPip(ctx);
  if (!pip) throw missingTools(ctx, ["pip"]);
  const log = join(logs, "pip.log");
  const attempts = wheel.index ? [[], ["--extra-index-url", wheel.index]] : [[]];
  let output = "";
  for (const extra of attempts) {
    const command = [...pip.command, "download", "--no-input", "-d", folder, ...extra, ...wheel.pipArguments];
    ctx.progress.say(
      `${extra.length ? "Trying PyTorch's own package index" : `Asking pip for ${wheel.what}`} …`,
    );
    const result = await watched(ctx, command, tmp, folder, wheel.bytes);
    output += `$ ${command.join(" ")}\n${result.output}\n`;
    await writeFile(log, output);
    if (result.code === 0) return;
    if (!isNotFound(result.output) || NETWORK.test(result.output)) break;
  }
  throw pipFailure(output, wheel, log);
}

/**
 * pip keeps a half-finished download in its temporary folder: how far it is shows without any flag of pip's.
 * @param {Context} ctx @param {string[]} command @param {string} tmp @param {string} folder @param {number} [total]
 */
async function watched(ctx, command, tmp, folder, total) {
  const poll = async () => {
    const bytes = (await folderSize(tmp)) + (await folderSize(folder));
    if (bytes > 0) ctx.progress.update("downloading", bytes, total);
  };
  const timer = setInterval(poll, 500);
  try {
    return await run(ctx, command, {
      env: {
        ...{ TMPDIR: tmp, TEMP: tmp, TMP: tmp, PIP_REQUIRE_VIRTUALENV: "0", PIP_PROGRESS_BAR: "off" },
        // An index that does not answer is said within seconds, unless the user asked for more patience.
        ...{ PIP_RETRIES: "1", PIP_DEFAULT_TIMEOUT: "10", ...patience(ctx.env) },
      },
    });
  } finally {
    clearInterval(timer);
    ctx.progress.end();
  }
}

/** @param {NodeJS.ProcessEnv} env */
function patience(env) {
  const names = ["PIP_RETRIES", "PIP_DEFAULT_TIMEOUT"];
  return Object.fromEntries(names.filter((name) => env[name]).map((name) => [name, env[name]]));
}

/** @param {string} output */
const isNotFound = (output) => /No matching distribution|Could not find a version/.test(output);

const NETWORK =
  /NewConnectionError|NameResolutionError|Failed to establish a new connection|name resolution|Network is unreachable|Connection (refused|reset|aborted|broken)|ConnectTimeout|ReadTimeout|timed out|ProxyError|SSLError|IncompleteRead|incomplete-download|not enough bytes were received|HTTP error 5\d\d|Could not fetch URL/;

/**
 * @param {string} output of all attempts
 * @param {Download} wheel
 * @param {string} log
 */
function pipFailure(output, wheel, log) {
  const { what } = wheel;
  const orElse = `or ${wheel.orElse} (pip's output is in`;
  if (/No space left on device|Errno 28/.test(output)) {
    return new SetupError(
      "no-space",
      `The disk became full while pip downloaded ${what}: free some space, or set THROUGHLINE_CACHE to a folder on a larger disk, then run \`npm run setup\` again (pip's output is in ${log}).`,
    );
  }
  if (/DO NOT MATCH THE HASHES/.test(output)) {
    return new SetupError(
      "wrong-hash",
      `pip found that ${what} does not have the hash its index states: empty pip's cache (\`python3 -m pip cache purge\`) and run \`npm run setup\` again, ${orElse} ${log}).`,
    );
  }
  if (NETWORK.test(output)) {
    return new SetupError(
      "no-network",
      `pip could not reach its package index to download ${what}: check the network connection or pip's index settings (\`pip config list\`) and run \`npm run setup\` again, ${orElse} ${log}).`,
    );
  }
  if (isNotFound(output)) {
    return new SetupError(
      "no-wheel",
      `pip's package indexes do not have ${what} for this platform: add one that has it (${wheel.index ?? "https://pypi.org/simple"}) to pip's settings and run \`npm run setup\` again, ${orElse} ${log}).`,
    );
  }
  const last = output.trim().split("\n").at(-1)?.slice(0, 200);
  return new SetupError(
    "pip-failed",
    `pip failed to download ${what} (${last}): correct that and run \`npm run setup\` again, ${orElse} ${log}).`,
  );
}

/**
 * The wheels that pip left in a folder, the main one first.
 * @param {{ what: string, orElse: string }} request
 * @param {string} folder
 * @param {string} logs
 * @param {(name: string) => boolean} isMain
 * @returns {Promise<[main: string, ...others: string[]]>} names of files
 * @throws {SetupError} `half-download` if the main one is not there
 */
export async function downloadedWheels({ what, orElse }, folder, logs, isMain) {
  const wheels = (await readdir(folder)).filter((name) => name.endsWith(".whl"));
  const main = wheels.find(isMain);
  if (main !== undefined) return [main, ...wheels.filter((name) => name !== main)];
  throw new SetupError(
    "half-download",
    `pip reported success but left no wheel of ${what}: run \`npm run setup\` again, or ${orElse} (pip's output is in ${join(logs, "pip.log")}).`,
  );
}
