// @ts-check
// Writes docs/coverage.md: every public name of PyTorch (pytorch-names.json) and where it is here, looked up in the built
// package. Run: npm run coverage -w packages/torch (after npm run build); a test compares the result.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gone, goneReason, notPlanned, renames } from "./coverage-rules.mjs";

/** @typedef {{ kind: "same" | "place" | "renamed" | "ops" | "left" | "missing", here: string }} Finding */
/** @typedef {{ names: number, supported: number, ops: number, left: number, missing: number }} Counts */

const target = fileURLToPath(new URL("../../../docs/coverage.md", import.meta.url));
/** @type {{ pytorch: string, names: Record<string, string[]>, aliases: Record<string, Record<string, string>> }} */
const pytorch = JSON.parse(readFileSync(new URL("pytorch-names.json", import.meta.url), "utf8"));

/** Where the names of a namespace of PyTorch are looked for here, the best place first. @type {Record<string, string[]>} */
const places = {
  "torch.Tensor": ["Tensor", "", "linalg", "nn.functional"],
  torch: ["", "Tensor", "nn.functional", "linalg", "amp", "special"],
  "torch.special": ["special", "Tensor", "", "nn.functional"],
  "torch.linalg": ["linalg", "Tensor", ""],
  "torch.fft": ["fft"],
  "torch.nn": ["nn"],
  "torch.nn.functional": ["nn.functional"],
  "torch.nn.init": ["nn.init"],
  "torch.nn.utils": ["nn.utils", "optim"],
  "torch.optim": ["optim"],
  "torch.optim.lr_scheduler": ["optim.lrScheduler"],
  "torch.distributions": ["distributions"],
  "torch.utils.data": ["data"],
  "torch.amp": ["amp"],
  "torch.autograd": [""],
  "torch.autograd.functional": [""],
  "torch.random": [""],
};

/** How ATen names the operators of a namespace. @type {Record<string, string>} */
const prefixes = {
  "torch.Tensor": "",
  torch: "",
  "torch.special": "special_",
  "torch.linalg": "linalg_",
  "torch.fft": "fft_",
  "torch.nn.functional": "",
};

/** Names of a prototype and those before it, or of a module. @param {object} value @returns {Set<string>} */
function namesOf(value) {
  const names = new Set(Object.getOwnPropertyNames(value));
  const before = Object.getPrototypeOf(value);
  if (before !== null && before !== Object.prototype) for (const name of namesOf(before)) names.add(name);
  return names;
}

/**
 * What PyTorch calls the same thing: what its documentation calls the name an alias of, and what is an alias of the name;
 * an in-place variant shares its operator's aliases.
 * @param {string} space @param {string} name @returns {[space: string, name: string][]}
 */
function synonyms(space, name) {
  /** @type {[string, string][]} */
  const found = [];
  /** @param {string} alias @param {string} from @param {string} suffix */
  const add = (alias, from, suffix) => {
    const dot = alias.lastIndexOf(".");
    const module = dot < 0 ? from : alias.slice(0, dot);
    const target = module === "Tensor" || suffix === "_" ? "torch.Tensor" : module;
    found.push([target, alias.slice(dot + 1) + suffix]);
  };
  const plain = space === "torch" || space === "torch.Tensor";
  const alias = pytorch.aliases[space]?.[name] ?? (plain ? pytorch.aliases.torch?.[name] : undefined);
  if (alias !== undefined) add(alias, space, "");
  const operator = plain && name.endsWith("_") ? pytorch.aliases.torch?.[name.slice(0, -1)] : undefined;
  if (operator !== undefined) add(operator, "torch", "_");
  for (const [other, of] of Object.entries(pytorch.aliases.torch ?? {}))
    if (of === `${space}.${name}`) found.push(["torch", other]);
  return found;
}

/** @param {number} part @param {number} whole */
const percent = (part, whole) => `${whole === 0 ? 100 : Math.floor((100 * part) / whole)} %`;

/**
 * The page, and what it counts, by PyTorch's namespace.
 * @returns {Promise<{ text: string, counts: Record<string, Counts> }>}
 */
export async function generateCoverage() {
  /** @type {Record<string, unknown>} */
  const api = await import("../dist/index.js");
  const { native } = await import("../dist/native.js");
  const { toCamel } = await import("../dist/ops/names.js");
  const { refusalOf } = await import("../dist/ops/refused.js");
  const { generate } = await import("./generate-ops.mjs");
  const { typed, unsupported, refused } = await generate();
  const reachable = new Set(typed.map((name) => name.slice("aten::".length).split(".")[0] ?? ""));

  /** @type {Map<string, Set<string>>} */
  const exported = new Map();
  /** @param {string} place @returns {Set<string>} */
  const namesAt = (place) => {
    let names = exported.get(place);
    if (names === undefined) {
      /** @type {any} */
      let value = api;
      for (const part of place === "" ? [] : place.split(".")) value = value[part];
      names =
        typeof value === "function"
          ? new Set([
              ...namesOf(value.prototype),
              ...(place === "Tensor" ? [] : Object.getOwnPropertyNames(value)),
            ])
          : new Set(Object.keys(value));
      exported.set(place, names);
    }
    return names;
  };

  /** Whether an interface is exported. @param {string} place @param {string} name */
  const declared = (place, name) =>
    new RegExp(`\\b${name}\\b`).test(
      readFileSync(new URL(`../dist/${place.replaceAll(".", "/")}/index.d.ts`, import.meta.url), "utf8"),
    );

  for (const [theirs, ours] of Object.entries(renames)) {
    const space = theirs.slice(0, theirs.lastIndexOf("."));
    if (!pytorch.names[space]?.includes(theirs.slice(space.length + 1)))
      throw new Error(`coverage-rules.mjs: PyTorch has no ${theirs}.`);
    const path = ours.replace(/^type /, "").split(/[ ([,]/)[0] ?? "";
    const dot = path.lastIndexOf(".");
    const place = path.slice(0, Math.max(dot, 0));
    const name = path.slice(dot + 1);
    if (ours.startsWith("type ") ? !declared(place, name) : !namesAt(place).has(name))
      throw new Error(`coverage-rules.mjs: ${theirs} is ${ours}, which is not exported.`);
  }

  /** @param {string} space @param {string} name @param {string[]} seen @returns {Finding | undefined} */
  function supported(space, name, seen = [`${space}.${name}`]) {
    const renamed = renames[`${space}.${name}`];
    if (renamed !== undefined) return { kind: "renamed", here: renamed.replace(/^type /, "") };
    const camel = toCamel(name);
    const [own, ...others] = places[space] ?? [];
    if (own !== undefined && namesAt(own).has(camel)) return { kind: "same", here: own };
    const place = others.find((other) => namesAt(other).has(camel));
    if (place !== undefined) return { kind: "place", here: place };
    for (const [from, of] of synonyms(space, name)) {
      const key = `${from}.${of}`;
      if (seen.includes(key)) continue;
      const found = supported(from, of, [...seen, key]);
      if (found?.kind === "renamed") return found;
      if (found !== undefined)
        return { kind: "renamed", here: `${found.here}${found.here && "."}${toCamel(of)}` };
    }
    return undefined;
  }

  /** @param {string} space @param {string} name @returns {Finding} */
  function find(space, name) {
    if (gone.test(`${space}.${name}`)) return { kind: "left", here: goneReason };
    const found = supported(space, name);
    if (found !== undefined) return found;
    const prefix = prefixes[space];
    if (prefix !== undefined && reachable.has(prefix + name))
      return { kind: "ops", here: toCamel(prefix + name) };
    const reason = notPlanned.find(([pattern]) => pattern.test(`${space}.${name}`))?.[1];
    return reason === undefined ? { kind: "missing", here: "" } : { kind: "left", here: reason };
  }

  /** @type {Record<string, Counts>} */
  const counts = {};
  /** @type {string[]} */
  const sections = [];
  for (const [space, names] of Object.entries(pytorch.names)) {
    /** @type {Map<string, string[]>} */
    const groups = new Map();
    const count = { names: names.length, supported: 0, ops: 0, left: 0, missing: 0 };
    for (const name of names) {
      const { kind, here } = find(space, name);
      count[kind === "ops" || kind === "left" || kind === "missing" ? kind : "supported"] += 1;
      const key = kind === "place" || kind === "left" ? `${kind} ${here}` : kind;
      const entry = kind === "renamed" ? `\`${name}\` → \`${here}\`` : `\`${name}\``;
      groups.set(key, [...(groups.get(key) ?? []), entry]);
    }
    counts[space] = count;
    const own = places[space]?.[0] ?? "";
    const label = (/** @type {string} */ place) =>
      place === "Tensor"
        ? "as methods of `Tensor`"
        : place === ""
          ? "as functions of the package"
          : `in \`${place}\``;
    /** @type {string[]} */
    const lines = [`## ${space}`, "", `${count.supported} of ${count.names} supported.`, ""];
    const same = groups.get("same");
    if (same) lines.push(`**The same name**, ${label(own)}: ${same.join(", ")}.`, "");
    for (const place of places[space]?.slice(1) ?? []) {
      const found = groups.get(`place ${place}`);
      if (found) lines.push(`**The same name, ${label(place)}**: ${found.join(", ")}.`, "");
    }
    const renamed = groups.get("renamed");
    if (renamed)
      lines.push(
        `**Another name** (here, after the arrow; methods as Tensor.name): ${renamed.join(", ")}.`,
        "",
      );
    /** @type {string[]} */
    const rows = [];
    const missing = groups.get("missing");
    if (missing) rows.push(`| missing | ${missing.join(", ")} |`);
    const through = groups.get("ops");
    if (through)
      rows.push(
        `| only through \`ops.aten.${toCamel(`${prefixes[space]}x`).slice(0, -1)}…\` | ${through.join(", ")} |`,
      );
    for (const reason of new Set([goneReason, ...notPlanned.map(([, reason]) => reason)])) {
      const left = groups.get(`left ${reason}`);
      if (left) rows.push(`| not planned: ${reason} | ${left.join(", ")} |`);
    }
    if (rows.length > 0) lines.push("| the rest | names |", "| --- | --- |", ...rows, "");
    sections.push(...lines);
  }

  const sum = { names: 0, supported: 0, ops: 0, left: 0, missing: 0 };
  for (const count of Object.values(counts))
    for (const key of /** @type {(keyof Counts)[]} */ (Object.keys(sum))) sum[key] += count[key];
  /** @param {string} title @param {Counts} count */
  const row = (title, count) =>
    `| ${title} | ${count.names} | ${count.supported} | ${count.ops} | ${count.left} | ${count.missing} | ${percent(count.supported, count.names)} | ${percent(count.supported + count.ops, count.names - count.left)} |`;

  /** @type {Map<string, number>} */
  const reasons = new Map();
  for (const name of refused) {
    const reason = refusalOf(name) ?? "";
    const text = reason.startsWith("it trusts its arguments")
      ? "it trusts its arguments; a public operator does the same"
      : reason;
    reasons.set(text, (reasons.get(text) ?? 0) + 1);
  }
  const libtorch = native.libtorchVersion().split("+")[0];
  const text = [
    "# Coverage",
    "",
    "<!-- Generated by packages/torch/scripts/generate-coverage.mjs; do not edit. -->",
    "",
    `Every public name of PyTorch ${pytorch.pytorch}, and what it is here (libtorch ${libtorch}). Made by`,
    "`npm run coverage -w packages/torch` from PyTorch's own lists (`scripts/pytorch-names.py`), the exports of the built",
    "package, and a table of other names and of what is left out on purpose (`scripts/coverage-rules.mjs`).",
    "",
    "Names below are PyTorch's. Here they are in camelCase: `log_softmax` is `logSoftmax`, `add_` stays `add_`. What acts on",
    "one tensor is a method (`torch.exp(x)` is `x.exp()`); what makes or joins tensors is a function. The page compares",
    "names only: a supported function may lack one of its options.",
    "",
    "Not on PyTorch's lists: `torch.nn.utils.prune` is left out, because its masks keep every weight and make nothing smaller or",
    "faster; a mask of one's own is a `Parametrization` (`nn.utils.parametrize`). `torch.func.vmap` is missing: libtorch has its",
    "batching rules in C++, but the addon does not open their levels; `jacobian`, `jvp` and batched operators stand in for most uses.",
    "",
    "| namespace | names | supported | only through `ops.aten` | not planned | missing | share supported | share with `ops`, of what is planned |",
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ...Object.entries(counts).map(([space, count]) => row(space, count)),
    row("**all**", sum),
    "",
    ...sections,
    "## Operators",
    "",
    `Of the ${typed.length + unsupported.length + refused.length} overloads of operators in libtorch's namespace \`aten\`, ${typed.length} (of ${reachable.size} operators) can be called through`,
    `\`ops.aten\` ([operators.md](operators.md)); ${unsupported.length} have arguments or results that cannot cross the bridge (storages, custom`,
    `classes, dictionaries …), and ${refused.length} are refused:`,
    "",
    "| why | overloads |",
    "| --- | ---: |",
    ...[...reasons]
      .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
      .map(([reason, n]) => `| ${reason} | ${n} |`),
    "",
  ].join("\n");
  return { text, counts };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { text, counts } = await generateCoverage();
  writeFileSync(target, text);
  for (const [space, { supported, names }] of Object.entries(counts))
    console.log(`${space}: ${supported} of ${names} (${percent(supported, names)})`);
  console.log(target);
}
