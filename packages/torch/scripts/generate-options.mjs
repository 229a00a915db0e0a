// @ts-check
// Writes src/options.generated.ts: which options each public function, constructor and method has, read from the types of
// the built package. Run: npm run generate -w packages/torch (after npm run build); a test compares the result.
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";

// The compiler's programming interface comes with the documentation's generator; TypeScript 7 has none.
/** @type {typeof import("typescript")} */
const ts = createRequire(new URL("../../../docs/package.json", import.meta.url))("typescript");

const entry = fileURLToPath(new URL("../dist/index.d.ts", import.meta.url));
const target = fileURLToPath(new URL("../src/options.generated.ts", import.meta.url));
// Callees that look at all of their options themselves, by a table of rules.
const ownChecks = /^new (optim\.(?!lrScheduler)|amp\.GradScaler|data\.DataLoader$)/;
// As boundary.ts names what many classes inherit.
const bases = ["Module", "Optimizer", "Sampler", "LRScheduler", "Distribution"];

/** @typedef {import("typescript").Type} Type @typedef {import("typescript").Symbol} Symbol */

/** The text of options.generated.ts. */
export function generateOptions() {
  const program = ts.createProgram([entry], {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    strict: true,
  });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(entry);
  const root = source && checker.getSymbolAtLocation(source);
  if (source === undefined || root === undefined) throw new Error(`${entry} is missing; run npm run build`);
  /** Options by callee and by position of the argument. @type {Map<string, Map<number, Set<string>>>} */
  const found = new Map();
  /** Methods that have been looked at. @type {Set<import("typescript").Declaration>} */
  const seen = new Set();

  /** @param {Type} type @returns {string[]} the names, if it is a type of options */
  const optionsOf = (type) => {
    if (type.isUnion()) return type.types.flatMap(optionsOf);
    if (!(type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection))) return [];
    const symbol = type.aliasSymbol ?? type.getSymbol();
    if (type.isClass() || checker.isArrayLikeType(type) || checker.isTupleType(type)) return [];
    if (symbol && symbol.flags & ts.SymbolFlags.Class) return [];
    if (type.getCallSignatures().length > 0 || type.getConstructSignatures().length > 0) return [];
    if (checker.getIndexInfosOfType(type).length > 0) return [];
    const properties = type.getProperties();
    const isOurs = properties.every(({ declarations = [] }) =>
      declarations.every((at) => !program.isSourceFileDefaultLibrary(at.getSourceFile())),
    );
    const isOptional = properties.every(({ flags }) => flags & ts.SymbolFlags.Optional);
    if (properties.length === 0 || !isOurs || !(isOptional || symbol?.name.endsWith("Options"))) return [];
    return properties.map(({ name }) => name);
  };

  /** @param {string} name @param {readonly import("typescript").Signature[]} signatures */
  const record = (name, signatures) => {
    if (ownChecks.test(name)) return;
    for (const { parameters } of signatures) {
      for (const [at, parameter] of parameters.entries()) {
        const declaration = /** @type {import("typescript").ParameterDeclaration} */ (
          parameter.valueDeclaration
        );
        if (declaration === undefined || declaration.dotDotDotToken) continue;
        const names = optionsOf(checker.getTypeOfSymbol(parameter));
        if (names.length === 0) continue;
        const byPlace = found.get(name) ?? new Map();
        byPlace.set(at, new Set([...(byPlace.get(at) ?? []), ...names]));
        found.set(name, byPlace);
      }
    }
  };

  /** @param {Type} type @param {string} name */
  const recordMethods = (type, name) => {
    for (const method of type.getProperties()) {
      // What classes share has the name of the first of them, as in boundary.ts.
      if (method.valueDeclaration === undefined || seen.has(method.valueDeclaration)) continue;
      seen.add(method.valueDeclaration);
      const declared = /** @type {{ name?: import("typescript").Identifier } | undefined} */ (
        method.valueDeclaration.parent
      );
      const base = declared?.name?.text ?? "";
      const owner = bases.includes(base) ? base : name;
      record(`${owner}.${method.name}`, checker.getTypeOfSymbol(method).getCallSignatures());
    }
  };

  /** @param {Symbol} module @param {string} prefix */
  const walk = (module, prefix) => {
    const all = checker.getExportsOfModule(module);
    for (const exported of all.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
      const name = prefix + exported.name;
      if (symbol.flags & ts.SymbolFlags.ValueModule) walk(symbol, `${name}.`);
      else if (symbol.flags & ts.SymbolFlags.Value) {
        const type = checker.getTypeOfSymbol(symbol);
        record(name, type.getCallSignatures());
        record(`new ${name}`, type.getConstructSignatures());
        if (symbol.flags & ts.SymbolFlags.Class) {
          recordMethods(checker.getDeclaredTypeOfSymbol(symbol), name);
          recordMethods(type, name);
        }
      }
    }
  };
  walk(root, "");

  const lines = [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, places]) => {
      const entries = [...places].sort(([a], [b]) => a - b);
      const shown = entries.map(([at, names]) => `${at}: ${JSON.stringify([...names].sort().join(" "))}`);
      return `  ${JSON.stringify(name)}: { ${shown.join(", ")} },`;
    });
  return [
    "// Generated by scripts/generate-options.mjs from the types of index.ts; do not edit.",
    "/** The names of the options that a callee accepts, by the position of the argument, separated by spaces. */",
    "export const optionNames: Readonly<Record<string, Readonly<Record<number, string>>>> = {",
    ...lines,
    "};",
    "",
  ].join("\n");
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  writeFileSync(target, generateOptions());
  console.log(target);
}
