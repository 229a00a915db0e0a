// Completes package-lock.json where npm leaves it incomplete: it leaves out optional packages of other platforms that the
// registry at hand does not serve (and `npm ci` then refuses the file everywhere), and records some without the hash that
// `npm ci` would check them against. Run it after every `npm install` that changes dependencies; with --check it only says
// whether that is needed. `--lock FILE` names another lock file.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";

/**
 * @typedef {object} Entry
 * @property {string} [version]
 * @property {string} [resolved]
 * @property {string} [integrity]
 * @property {boolean} [dev]
 * @property {boolean} [link]
 * @property {Record<string, string>} [optionalDependencies]
 */

const { values } = parseArgs({
  options: { check: { type: "boolean" }, lock: { type: "string", default: "package-lock.json" } },
});
/** @type {{ packages: Record<string, Entry & Record<string, unknown>> }} */
const lock = JSON.parse(readFileSync(values.lock, "utf8"));
const absent = absentPackages();
const unhashed = () =>
  Object.entries(lock.packages).filter(([path, entry]) => isDownloaded(path, entry) && !entry.integrity);

if (values.check) {
  const problems = [
    ...absent.map(([path]) => `lacks ${path}`),
    ...unhashed().map(([path]) => `has no integrity of ${path}`),
  ];
  for (const problem of problems) process.stdout.write(`${values.lock} ${problem}\n`);
  if (problems.length > 0) process.stdout.write("run: node scripts/complete-lock.mjs\n");
  else process.stdout.write(`${values.lock} names every platform's packages, each with its hash\n`);
  process.exitCode = problems.length > 0 ? 1 : 0;
} else {
  for (const [path, entry] of absent) lock.packages[path] = entry;
  const added = unhashed();
  for (const [path, { version, ...rest }] of added)
    lock.packages[path] = { version, ...published(path, version), ...rest };
  const sorted = Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1));
  writeFileSync(
    values.lock,
    `${JSON.stringify({ ...lock, packages: Object.fromEntries(sorted) }, null, 2)}\n`,
  );
  process.stdout.write(
    `completed in ${values.lock}: ${added.map(([path]) => path).join(", ") || "nothing"}\n`,
  );
}

/** Optional packages of other platforms that the lock does not name. @returns {[string, Entry & Record<string, unknown>][]} */
function absentPackages() {
  return Object.values(lock.packages).flatMap(({ dev, optionalDependencies = {} }) =>
    Object.entries(optionalDependencies).flatMap(([name, version]) => {
      const path = `node_modules/${name}`;
      const platform =
        /-(aix|android|darwin|freebsd|linux|openbsd|win32)-(arm64|arm|ia32|ppc64|riscv64|s390x|x64)/.exec(
          name,
        );
      if (lock.packages[path] !== undefined || platform === null) return [];
      const [, os = "", cpu = ""] = platform;
      const libc = os === "linux" ? { libc: [name.includes("musl") ? "musl" : "glibc"] } : {};
      return [[path, { version, cpu: [cpu], ...(dev ? { dev } : {}), ...libc, optional: true, os: [os] }]];
    }),
  );
}

/** Whether an entry is fetched from a registry: neither one of our workspaces nor a link to one. @param {string} path @param {Entry} entry */
function isDownloaded(path, { link }) {
  return /(^|\/)node_modules\//.test(path) && !link;
}

/** What the registry says of a version. @param {string} path @param {string} [version] */
function published(path, version) {
  const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
  const fields = ["view", `${name}@${version}`, "dist.integrity", "dist.tarball", "--json"];
  /** @type {Record<string, string>} */
  const { "dist.integrity": integrity, "dist.tarball": resolved } = JSON.parse(
    execFileSync(process.platform === "win32" ? "npm.cmd" : "npm", fields, { encoding: "utf8" }),
  );
  if (!integrity?.startsWith("sha512-"))
    throw new Error(`the registry states no SHA-512 of ${name}@${version}`);
  return { resolved, integrity };
}
