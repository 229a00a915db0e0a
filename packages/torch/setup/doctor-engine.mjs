// The doctor's view of libtorch and the addon: found, matching each other, loading, computing.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { explain } from "./failure.mjs";
import { findPresentLibtorch } from "./find-libtorch.mjs";
import { checkLoads } from "./load-check.mjs";
import { describePart } from "./part.mjs";
import { reasonFile } from "./set-up.mjs";
import { run, which } from "./tools.mjs";

/** @typedef {import("./context.mjs").Context} Context */
/** @typedef {import("./doctor.mjs").Check} Check */
/** @typedef {import("./inspect-libtorch.mjs").Libtorch & { key: string }} Built what libtorch.json says */

/**
 * @param {Context} ctx
 * @param {string} packageFolder `packages/torch`
 * @returns {Promise<{ checks: Check[], ready: boolean }>} `ready`: the addon loads
 */
export async function checkEngine(ctx, packageFolder) {
  const libtorch = await checkLibtorch(ctx);
  const addon = await checkAddon(ctx, packageFolder, libtorch.path);
  const checks = [libtorch.check, addon.check];
  if (addon.works)
    checks.push(...(await tryAddon(ctx, addon.file)), await tryGroup(ctx, packageFolder, addon.file));
  const built = existsSync(join(packageFolder, "dist", "index.js"));
  if (built) checks.push({ name: "package", status: "ok", detail: "compiled" });
  else
    checks.push({
      name: "package",
      status: "problem",
      detail: "not compiled",
      advice: "run `npm run setup`",
    });
  return { checks, ready: addon.works };
}

/** @param {Context} ctx @returns {Promise<{ check: Check, path?: string }>} */
async function checkLibtorch(ctx) {
  try {
    const found = await findPresentLibtorch(ctx);
    if (!found) {
      return {
        check: { name: "libtorch", status: "problem", detail: "not here yet", advice: "run `npm run setup`" },
      };
    }
    const detail = `${found.version}, ${found.variant}, from ${found.source}: ${found.path}`;
    return { check: { name: "libtorch", status: "ok", detail }, path: found.path };
  } catch (error) {
    return { check: { name: "libtorch", status: "problem", detail: explain(error).message } };
  }
}

/**
 * @param {Context} ctx @param {string} packageFolder @param {string} [libtorchPath]
 * @returns {Promise<{ check: Check, file: string, works: boolean }>}
 */
async function checkAddon(ctx, packageFolder, libtorchPath) {
  const file = join(packageFolder, "build", "throughline_torch.node");
  const built = readBuilt(join(packageFolder, "build", "libtorch.json"));
  const advice = "run `npm run setup`";
  if (!built || !existsSync(file)) {
    return { check: { name: "addon", status: "problem", detail: "not built", advice }, file, works: false };
  }
  const detail = `built for libtorch ${built.version} (${built.variant}): ${file}`;
  try {
    await checkLoads(ctx, [file], built);
  } catch (error) {
    return {
      check: { name: "addon", status: "problem", detail: explain(error).message, advice },
      file,
      works: false,
    };
  }
  if (libtorchPath === undefined || libtorchPath === built.path) {
    return { check: { name: "addon", status: "ok", detail: `loads, ${detail}` }, file, works: true };
  }
  const other = `${detail}, but ${libtorchPath} is chosen now`;
  return { check: { name: "addon", status: "warning", detail: other, advice }, file, works: true };
}

/** @param {string} file @returns {Built | undefined} */
function readBuilt(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

/** Runs in a child: a product of two 2×2 matrices (float32 is 6 in ATen), then what the addon says of itself. */
const TRIAL = `
const addon = require(process.argv[1]);
const matrix = addon.fromBytes(new Float32Array([1, 2, 3, 4]), [2, 2], 6);
const product = addon.callOperator(addon.findOperator("aten::mm", "").id, matrix, matrix);
const values = [...new Float32Array(addon.toBytes(Array.isArray(product) ? product[0] : product))];
console.log(JSON.stringify({
  values, version: addon.libtorchVersion(), threads: addon.getNumThreads(), accelerator: addon.accelerator(),
}));`;

/** @param {Context} ctx @param {string} file @returns {Promise<Check[]>} */
async function tryAddon(ctx, file) {
  const { code, signal, output } = await run(ctx, [process.execPath, "-e", TRIAL, file]);
  const answer = code === 0 ? JSON.parse(output.trim().split("\n").at(-1) ?? "{}") : undefined;
  if (String(answer?.values) !== "7,10,15,22") {
    const line = output.split("\n").find((text) => /error/i.test(text)) ?? output.trim().split("\n").at(-1);
    const detail = answer
      ? `2×2 matrix product gave ${answer.values}`
      : `${line} (${signal ?? `exit ${code}`})`;
    return [
      {
        name: "operator",
        status: "problem",
        detail,
        advice: "run `npm run setup`, and report it if that does not help",
      },
    ];
  }
  return [
    { name: "operator", status: "ok", detail: `2×2 matrix product is right, libtorch ${answer.version}` },
    { name: "threads", status: "ok", detail: `${answer.threads} per operator` },
    checkAccelerator(ctx, answer.accelerator),
  ];
}

/**
 * Makes a group of one process. Without groups all else works.
 * @param {Context} ctx @param {string} packageFolder @param {string} engine file of the addon @returns {Promise<Check>}
 */
async function tryGroup(ctx, packageFolder, engine) {
  const name = "distributed";
  const { file, trial = "" } = describePart(ctx, join(packageFolder, "native-distributed"));
  const path = join(packageFolder, "build", file);
  if (!existsSync(path)) {
    const why = existsSync(reasonFile(path)) ? readFileSync(reasonFile(path), "utf8").trim() : "not built";
    return { name, status: "warning", detail: `off: ${why}`, advice: "run `npm run setup`" };
  }
  const { code, output } = await run(ctx, [process.execPath, trial, path, engine]);
  if (code === 0) return { name, status: "ok", detail: "a group of one process works (gloo)" };
  const line = output.split("\n").find((text) => text.trim()) ?? "no message";
  return { name, status: "warning", detail: `off: ${line.trim()}`, advice: "run `npm run setup`" };
}

/** @param {Context} ctx @param {{ type: string, count: number } | null} found @returns {Check} */
function checkAccelerator(ctx, found) {
  if (found) return { name: "accelerator", status: "ok", detail: `${found.type}, ${found.count} device(s)` };
  if (!which(ctx, "nvidia-smi")) return { name: "accelerator", status: "ok", detail: "none" };
  const advice =
    "for the GPU, run `THROUGHLINE_LIBTORCH_VARIANT=cu130 npm run setup`, or set LIBTORCH to a CUDA build";
  return {
    name: "accelerator",
    status: "warning",
    detail: "an NVIDIA driver is here, but libtorch sees no GPU",
    advice,
  };
}
