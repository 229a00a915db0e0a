// Loads the addon, and a library of operators with it, in a child process, so that a crash while loading becomes a
// sentence and not the end of set-up.
import { basename, delimiter } from "node:path";
import { SetupError } from "./failure.mjs";
import { run } from "./tools.mjs";

/**
 * @param {import("./context.mjs").Context} ctx
 * @param {readonly [addon: string, ...libraries: string[]]} files
 * @param {{ version: string, variant: string, lib: string }} libtorch
 * @throws {SetupError} `load-failed`
 */
export async function checkLoads(ctx, [addon, ...libraries], { version, variant, lib }) {
  const loads = libraries.map((file) => `addon.loadLibrary(${JSON.stringify(file)}, "untried");`).join(" ");
  const script = `try { const addon = require(${JSON.stringify(addon)}); ${loads} } catch (e) { console.error(e.message); process.exit(9) }`;
  const what = libraries.length ? "The library of operators" : "The addon";
  await tryIn(ctx, [process.execPath, "-e", script], what, { version, variant, lib });
}

/**
 * Runs the trial of an addon that is not the engine's.
 * @param {import("./context.mjs").Context} ctx
 * @param {{ trial: string, file: string, addon: string }} given `addon`: the engine's
 * @param {{ version: string, variant: string, lib: string }} libtorch
 * @throws {SetupError} `load-failed`
 */
export async function checkTrial(ctx, { trial, file, addon }, libtorch) {
  await tryIn(ctx, [process.execPath, trial, file, addon], basename(file), libtorch);
}

/**
 * @param {import("./context.mjs").Context} ctx @param {[string, ...string[]]} command @param {string} what is tried
 * @param {{ version: string, variant: string, lib: string }} libtorch
 */
async function tryIn(ctx, command, what, { version, variant, lib }) {
  // Windows has no run-time search path in the file: libtorch's folder must be on PATH.
  const env = ctx.platform === "win32" ? { PATH: `${lib}${delimiter}${ctx.env.PATH}` } : {};
  const { code, signal, output } = await run(ctx, command, { env });
  if (code === 0) return;
  const line = output.split("\n").find((text) => text.trim()) ?? "no message";
  const compiled = `${what} was compiled against libtorch ${version} (${variant}) in ${lib}, but`;
  throw new SetupError("load-failed", `${compiled} ${reason(line.trim(), signal ?? code, variant)}.`);
}

/**
 * What went wrong and what to do, as the second half of the sentence.
 * @param {string} line the loader's message
 * @param {string | number | null} end signal or exit status
 * @param {string} variant
 */
function reason(line, end, variant) {
  const library =
    /(?:^|\s|@rpath\/)([\w.+-]+\.(?:so|dylib|dll)[\w.]*): cannot open|Library not loaded: (\S+)/.exec(line);
  const missing = library?.[1] ?? library?.[2];
  if (missing && /nccl|nv|cu[a-z]|cudnn/i.test(missing) && variant.startsWith("cuda")) {
    return `NVIDIA's ${missing} is not found beside it: install that PyTorch with pip together with its nvidia packages and point LIBTORCH at its site-packages/torch, or unset LIBTORCH and LIBTORCH_USE_PYTORCH to have the CPU build fetched`;
  }
  if (missing) return `the library ${missing} is not found: install it, then run \`npm run setup\` again`;
  if (/GLIBCXX|CXXABI|GLIBC_/.test(line)) {
    return `this system's C or C++ library is too old for it (${line}): use a newer distribution, or compile with the system's own compiler by setting CXX`;
  }
  if (end !== 9) {
    return `Node ended with ${end} while loading it: run \`npm run doctor\` to see whether this CPU has the instructions libtorch needs, and please report it`;
  }
  return `Node cannot load it (${line.slice(0, 300)}): run \`npm run setup\` again, and please report it if that does not help`;
}
