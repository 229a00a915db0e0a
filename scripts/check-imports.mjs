// The direction of the arrows: torch ← lab ← {flossing, ocra, envs ← cec} ← apps, and one between systems, flossing ← cec: an
// agent's memory is a recurrent net. A workspace may import only those before it, must name what it imports in its package.json,
// and reaches another only through its public entry. Within a workspace no files (types aside) and no folders import each other
// in a circle. Tests may import their own package's files besides, and what tests share: @throughline/testing, which nothing else may.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { circleProblems } from "./import-graph.mjs";

/** Which of our packages each may import. `*` may import all. @type {Record<string, readonly string[] | "*">} */
const allowed = {
  "@throughline/torch": [],
  "@throughline/testing": ["@throughline/torch"],
  "@throughline/lab": ["@throughline/torch"],
  "@throughline/envs": ["@throughline/torch", "@throughline/lab"],
  "@throughline/flossing": ["@throughline/torch", "@throughline/lab"],
  "@throughline/ocra": ["@throughline/torch", "@throughline/lab"],
  "@throughline/cec": [
    "@throughline/torch",
    "@throughline/lab",
    "@throughline/envs",
    "@throughline/flossing",
  ],
};

/** @param {string} folder @returns {string[]} */
function sources(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(ts|tsx|mts)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

/**
 * The modules that a source names in its import and export statements and import() calls.
 * @param {string} source
 * @returns {{ target: string, isType: boolean, isLazy: boolean }[]}
 */
function imports(source) {
  const statements = /^\s*(?:import|export)\s(type\s)?(?:[^"';]*?\sfrom\s)?\s*"([^"]+)"/gm;
  const calls = /\bimport\(\s*"([^"]+)"\s*\)/g;
  return [
    ...Array.from(source.matchAll(statements), ([, type, target = ""]) => ({
      ...{ target, isType: type !== undefined, isLazy: false },
    })),
    ...Array.from(source.matchAll(calls), ([, target = ""]) => ({ target, isType: false, isLazy: true })),
  ];
}

/** Whether a package exports what is imported of it. @param {string} target @param {string} packageName */
function isPublic(target, packageName) {
  const manifest = join("node_modules", ...packageName.split("/"), "package.json");
  return `.${target.slice(packageName.length)}` in JSON.parse(readFileSync(manifest, "utf8")).exports;
}

/** The package that a module belongs to. @param {string} target */
function packageOf(target) {
  const [scope = "", rest] = target.split("/");
  return target.startsWith("@") ? `${scope}/${rest}` : scope;
}

const kit = "@throughline/testing";
const tools = Object.keys(JSON.parse(readFileSync("package.json", "utf8")).devDependencies);

/**
 * What a workspace's tests import that they may not.
 * @param {string} root @param {string} own Its package's name. @param {readonly string[]} declared What it depends on.
 */
function testProblems(root, own, declared) {
  const may = new Set([own, kit, ...declared, ...tools]);
  return sources(join(root, "test")).flatMap((file) => {
    files++;
    return imports(readFileSync(file, "utf8")).flatMap(({ target }) => {
      // A module whose name is computed stands in a script that the test writes.
      if (target.startsWith("node:") || target.includes("${")) return [];
      if (target.startsWith(".")) {
        const isInside = join(file, "..", target).startsWith(`${root}/`);
        return isInside ? [] : [`${file} imports ${target}, which lies outside ${root}`];
      }
      const packageName = packageOf(target);
      if (!may.has(packageName)) return [`${file} imports ${packageName}, which ${root} does not depend on`];
      return packageName.startsWith("@throughline/") && !isPublic(target, packageName)
        ? [`${file} imports ${target}, which is no public entry of ${packageName}`]
        : [];
    });
  });
}

/** @type {string[]} */
const problems = [];
let files = 0;
for (const group of ["packages", "apps"]) {
  if (!existsSync(group)) continue;
  for (const name of readdirSync(group)) {
    const root = join(group, name);
    if (!existsSync(join(root, "package.json"))) continue;
    const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    const declared = new Set(Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }));
    const mayImport = group === "apps" ? "*" : (allowed[manifest.name] ?? []);
    /** @type {import("./import-graph.mjs").Edge[]} */
    const edges = [];
    for (const file of sources(join(root, "src"))) {
      files++;
      for (const { target, isType, isLazy } of imports(readFileSync(file, "utf8"))) {
        const where = relative(".", file);
        if (target.startsWith(".")) {
          const to = join(file, "..", target);
          // What is loaded when it is needed does not wait for who loads it.
          if (!isLazy) edges.push({ from: file, to: to.replace(/\.js$/, ".ts"), isType });
          const isSetUp = manifest.name === "@throughline/torch" && to.startsWith(`${join(root, "setup")}/`);
          if (!to.startsWith(`${join(root, "src")}/`) && !isSetUp) {
            problems.push(`${where} imports ${target}, which lies outside its package's src`);
          }
          continue;
        }
        if (target.startsWith("node:")) continue;
        const packageName = packageOf(target);
        if (!packageName) continue;
        if (!declared.has(packageName))
          problems.push(`${where} imports ${packageName}, which ${root}/package.json does not declare`);
        if (packageName.startsWith("@throughline/")) {
          if (packageName === kit) problems.push(`${where} imports ${kit}, which only tests may`);
          if (mayImport !== "*" && !mayImport.includes(packageName)) {
            problems.push(
              `${where} imports ${packageName}; ${manifest.name} may import ${mayImport.join(", ") || "none of our packages"}`,
            );
          }
          if (!isPublic(target, packageName))
            problems.push(`${where} imports ${target}, which is no public entry of ${packageName}`);
        }
      }
    }
    problems.push(...circleProblems(join(root, "src"), edges));
    problems.push(...testProblems(root, manifest.name, [...declared]));
  }
}

for (const problem of problems) process.stdout.write(`${problem}\n`);
process.stdout.write(`imports of ${files} files checked, ${problems.length} problems\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
