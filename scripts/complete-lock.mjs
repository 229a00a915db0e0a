// npm leaves out of package-lock.json the optional packages of other platforms that the registry at hand does not serve
// (a mirror may hold Linux's only), and `npm ci` then refuses the file everywhere. This names them, as npm would.
// Run it after every `npm install` that changes dependencies; with --check it only says whether that is needed.
import { readFileSync, writeFileSync } from "node:fs";

/** @typedef {{ version?: string, dev?: boolean, optionalDependencies?: Record<string, string> }} Entry */

const file = "package-lock.json";
/** @type {{ packages: Record<string, Entry & Record<string, unknown>> }} */
const lock = JSON.parse(readFileSync(file, "utf8"));
const added = [];
for (const { dev, optionalDependencies = {} } of Object.values({ ...lock.packages })) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    const key = `node_modules/${name}`;
    const platform =
      /-(aix|android|darwin|freebsd|linux|openbsd|win32)-(arm64|arm|ia32|ppc64|riscv64|s390x|x64)/.exec(name);
    if (lock.packages[key] !== undefined || platform === null) continue;
    const [, os = "", cpu = ""] = platform;
    const libc = os === "linux" ? { libc: [name.includes("musl") ? "musl" : "glibc"] } : {};
    lock.packages[key] = { version, cpu: [cpu], ...(dev ? { dev } : {}), ...libc, optional: true, os: [os] };
    added.push(name);
  }
}
if (added.length === 0) {
  process.stdout.write("package-lock.json names every platform's packages\n");
} else if (process.argv.includes("--check")) {
  process.stdout.write(
    `package-lock.json lacks ${added.length} optional packages, such as ${added[0]}; run: node scripts/complete-lock.mjs\n`,
  );
  process.exitCode = 1;
} else {
  const sorted = Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1));
  writeFileSync(file, `${JSON.stringify({ ...lock, packages: Object.fromEntries(sorted) }, null, 2)}\n`);
  process.stdout.write(`added to package-lock.json: ${added.join(", ")}\n`);
}
