// A clone made ready: packages installed, libtorch there, addon and operators built, TypeScript compiled. Nothing is done
// twice: npm writes down what it installed, and a stamp in node_modules says of which sources the rest was built.
import { createHash } from "node:crypto";
import {
  accessSync,
  constants,
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { delimiter, join } from "node:path";
import { requireSpace } from "../packages/torch/setup/cache.mjs";
import { createContext } from "../packages/torch/setup/context.mjs";
import { runMain, SetupError } from "../packages/torch/setup/failure.mjs";
import { describePart } from "../packages/torch/setup/part.mjs";
import { preflight } from "../packages/torch/setup/preflight.mjs";
import { setUp } from "../packages/torch/setup/set-up.mjs";
import { run, which } from "../packages/torch/setup/tools.mjs";

/** Size of the npm packages of the lock file as they are downloaded, and as they lie in node_modules. */
const PACKAGES = { what: "npm packages", bytes: 165e6, diskBytes: 0.6e9 };

/** Variables that decide what is built. */
const VARIABLES = [
  ...[
    "LIBTORCH",
    "LIBTORCH_USE_PYTORCH",
    "THROUGHLINE_LIBTORCH_VARIANT",
    "THROUGHLINE_CACHE",
    "THROUGHLINE_PREBUILT",
  ],
  ...["CXX", "CXXFLAGS", "LDFLAGS"],
];

/** @param {{ root: string }} clone */
export function makeReady({ root }) {
  return runMain(async () => {
    const ctx = createContext();
    const stampFile = join(root, "node_modules", ".throughline-ready.json");
    const places = placesIn(root);
    const installs = !isInstalled(root);
    if (!installs && readText(stampFile) === sourcesStamp(root, ctx) && areMade(root, ctx, places)) return;

    const plan = await preflight(ctx, {
      places,
      downloads: installs ? [PACKAGES] : [],
      checks: [
        () => requireNpm(ctx),
        () => requireWritable(root),
        ...(installs ? [() => requireSpace(ctx, root, PACKAGES.diskBytes)] : []),
      ],
    });
    if (installs) await install(ctx, root);
    await setUp(ctx, { places, plan });
    await compile(ctx, root);
    writeFileSync(stampFile, sourcesStamp(root, ctx));
  });
}

/** Every folder of C++ sources, the engine's first. @param {string} root */
export function placesIn(root) {
  const packages = join(root, "packages");
  const names = readdirSync(packages).filter((name) => existsSync(join(packages, name, "native")));
  const engineFirst = names.sort((a, b) => Number(b === "torch") - Number(a === "torch") || (a < b ? -1 : 1));
  return engineFirst.flatMap((name) => {
    const folders = ["native", "native-distributed"].map((folder) => join(packages, name, folder));
    const out = join(packages, name, "build");
    return folders.filter((native) => existsSync(native)).map((native) => ({ native, out }));
  });
}

/** @param {string} file */
function readText(file) {
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

/** @typedef {{ packages: Record<string, { version?: string, integrity?: string, optional?: boolean }> }} Lock */

/** True if node_modules holds the packages of the lock file, by what npm wrote down there. @param {string} root */
function isInstalled(root) {
  const text = readText(join(root, "node_modules", ".package-lock.json"));
  if (text === undefined) return false;
  /** @type {Lock} */
  const wanted = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  /** @type {Lock} */
  const found = JSON.parse(text);
  return Object.entries(wanted.packages).every(([path, { version, integrity, optional }]) => {
    if (!path.startsWith("node_modules/")) return true;
    const there = found.packages[path];
    return there ? there.version === version && there.integrity === integrity : optional === true;
  });
}

/**
 * What everything is built of: each file's path, size and time of its last change.
 * @param {string} root @param {import("../packages/torch/setup/context.mjs").Context} ctx
 */
function sourcesStamp(root, { env, platform, arch }) {
  const lines = [platform, arch, process.version, ...VARIABLES.map((name) => `${name}=${env[name] ?? ""}`)];
  for (const group of ["packages", "apps", "examples", "docs"]) {
    for (const entry of filesBelow(join(root, group))) {
      const { size, mtimeMs } = statSync(entry);
      lines.push(`${entry} ${size} ${mtimeMs}`);
    }
  }
  return createHash("sha256").update(lines.join("\n")).digest("hex");
}

/** @param {string} folder @returns {string[]} files that something is built of, sorted */
function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        const skip = ["node_modules", "dist", "build", "test", "results", "api", "fixtures"].includes(
          entry.name,
        );
        return skip ? [] : filesBelow(path);
      }
      return /\.(ts|mts|js|mjs|json|cpp|h|hpp|inc|txt)$/.test(entry.name) ? [path] : [];
    });
}

/**
 * Whether all that is built is there, libtorch too.
 * @param {string} root @param {import("../packages/torch/setup/context.mjs").Context} ctx
 * @param {readonly import("../packages/torch/setup/set-up.mjs").Place[]} places
 */
function areMade(root, ctx, places) {
  const parts = places.map(({ native, out }) => ({ out, part: describePart(ctx, native) }));
  // One that is optional and could not be made is not tried again until something changes.
  const made = parts.filter(({ part }) => !part.optional).map(({ out, part }) => join(out, part.file));
  const record = join(root, "packages", "torch", "build", "libtorch.json");
  if (![...made, record, join(root, "apps", "cli", "dist", "main.js")].every((file) => existsSync(file)))
    return false;
  return existsSync(JSON.parse(readFileSync(record, "utf8")).lib);
}

/** @param {import("../packages/torch/setup/context.mjs").Context} ctx */
function requireNpm(ctx) {
  if (which(ctx, "npm")) return;
  throw new SetupError(
    "no-npm",
    "npm, which comes with Node, is not on PATH: install it (Debian or Ubuntu: `apt install npm`; Fedora: `dnf install npm`; macOS: `brew install node`) and run the same command again.",
  );
}

/** @param {string} root */
function requireWritable(root) {
  try {
    accessSync(root, constants.W_OK);
  } catch {
    throw new SetupError(
      "not-writable",
      `Cannot write to ${root}, where the packages are installed: make it writable, or clone the repository into a folder of your own.`,
    );
  }
}

/**
 * A registry that does not answer is noticed within seconds: by itself npm is patient for minutes. Packages that npm has in
 * its own cache are then installed from there.
 * @param {import("../packages/torch/setup/context.mjs").Context} ctx @param {string} root
 */
async function install(ctx, root) {
  ctx.progress.say("Installing the npm packages of the lock file …");
  const npm = which(ctx, "npm") ?? "npm";
  const quiet = ["--no-audit", "--no-fund", "--loglevel=error"];
  const ping = await run(ctx, [npm, "ping", ...quiet, "--fetch-retries=0", "--fetch-timeout=10000"]);
  const silence = ping.code === 0 ? undefined : networkCode(ping.output);
  const source = silence === undefined ? [] : ["--offline"];
  const command = [npm, "ci", "--prefix", root, "--ignore-scripts", ...quiet, ...source];
  const { code, output } = await run(ctx, command);
  if (code !== 0) throw npmFailure(output, silence ?? networkCode(output));
}

/** npm's code of an error. @param {string} output */
const codeOf = (output) => /npm (?:error|ERR!) code (\S+)/.exec(output)?.[1] ?? "";

/** That code, if it is the network's. @param {string} output */
function networkCode(output) {
  const code = codeOf(output);
  return /ENOTFOUND|EAI_AGAIN|ECONN|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|TIMEOUT|FETCH_ERROR|CERT/.test(code)
    ? code
    : undefined;
}

/** @param {string} output @param {string} [network] code of a registry that could not be reached */
function npmFailure(output, network) {
  if (network !== undefined) {
    return new SetupError(
      "no-network",
      `npm could not reach its registry (${network}): check the network connection or npm's proxy and registry settings (\`npm config list\`), then run the same command again.`,
    );
  }
  if (codeOf(output) === "ENOSPC") {
    return new SetupError(
      "no-space",
      "The disk became full while npm installed packages: free some space, then run the same command again.",
    );
  }
  const lines = output.split("\n").map((line) => line.replace(/^npm (error|ERR!)\s*/, "").trim());
  const said = lines.find((line) => line && !line.startsWith("code ")) ?? "no output";
  return new SetupError(
    "npm-failed",
    `npm could not install the packages (${said.slice(0, 200)}): correct that and run the same command again.`,
  );
}

/** @param {import("../packages/torch/setup/context.mjs").Context} ctx @param {string} root */
async function compile(ctx, root) {
  const bin = join(root, "node_modules", ".bin");
  const tsc =
    which({ ...ctx, env: { ...ctx.env, PATH: `${bin}${delimiter}${ctx.env.PATH}` } }, "tsc") ?? "tsc";
  const { code, output } = await run(ctx, [tsc, "-b", join(root, "tsconfig.build.json")]);
  if (code === 0) return;
  throw new SetupError("types", `TypeScript does not compile:\n${output.trim()}`);
}
