// `throughline lyapunov CHECKPOINT`: the Lyapunov spectrum of a trained net, ours or PyTorch's, printed and drawn.
import { basename, extname, join } from "node:path";
import {
  type CommandCall,
  type CommandResult,
  checkPicture,
  freshPath,
  writePicture,
} from "@throughline/lab";
import { scope } from "@throughline/torch";
import { loadNet, type TrainedNet } from "../checkpoints/load.js";
import { lyapunovSpectrum } from "../spectrum/lyapunov.js";
import type { Spectrum } from "../spectrum/summary.js";
import { driven } from "../systems/driven.js";
import { type Drive, type DriveFlags, driveOf } from "./drive.js";
import { refuse } from "./refuse.js";
import { spectrumFigure } from "./spectrum-figure.js";
import { resolveWeights, type Weights } from "./weights.js";

interface Flags extends DriveFlags {
  readonly k?: number;
  readonly net?: string;
  readonly layer?: number;
  readonly key?: string;
  readonly form?: "pre" | "post";
  readonly activation?: "tanh" | "relu" | "identity";
  readonly out?: string;
}

/** Exponents that are printed one by one. */
const SHOWN = 10;

export async function lyapunov({ operands, flags: given, findRun }: CommandCall): Promise<CommandResult> {
  const flags = given as unknown as Flags;
  checkPicture(flags.out);
  const weights = await resolveWeights(operands[0]!, findRun);
  const net = load(weights, flags);
  try {
    return await answer(net, weights, flags);
  } finally {
    net.dispose();
  }
}

/** Measures and draws. */
async function answer(net: TrainedNet, weights: Weights, flags: Flags): Promise<CommandResult> {
  checkCount(net, flags.k);
  const drive = driveOf(net, weights.run, flags);
  const spectrum = measure(net, drive, flags);
  const subtitle = `${net.name}, driven by ${drive.what}, ${spectrum.steps} steps`;
  const stem = weights.run?.id ?? basename(weights.file, extname(weights.file));
  const usual = weights.run
    ? join(weights.run.path, "figures", "lyapunov.svg")
    : `${freshPath(`${stem}-lyapunov`, [".svg", ".png"])}.svg`;
  const figures = await writePicture(spectrumFigure(spectrum, subtitle), flags.out, usual);
  const notes = [...net.notes, ...spectrum.notes];
  const { exponents, standardErrors, unit, steps, kaplanYorke, entropyRate, converged, verdict } = spectrum;
  const measured = { exponents, standardErrors, unit, steps, kaplanYorke, entropyRate, converged, verdict };
  return {
    heading: net.name,
    detail: `, driven by ${drive.what}, ${steps} steps`,
    lines: linesOf(spectrum),
    files: figures.slice(0, 1).map((path) => ({ what: "figure", path })),
    notes,
    json: { file: weights.file, net: net.name, inputs: drive.what, ...measured, notes, figures },
  };
}

function measure(net: TrainedNet, drive: Drive, { k, seed }: Flags): Spectrum {
  using inputs = drive.inputs;
  return scope(() => {
    const system = driven(net.cell, net.drive(inputs));
    const { length = 0 } = system;
    const settling = Math.ceil(length / 12);
    return lyapunovSpectrum(system, {
      ...(k !== undefined && { k }),
      ...{ transient: settling, alignment: settling, seed },
    });
  });
}

function load({ file, run }: Weights, flags: Flags): TrainedNet {
  const { net, layer, key, form, activation } = flags;
  try {
    return loadNet(file, {
      ...ofRun(run),
      ...Object.fromEntries(
        Object.entries({ net, layer, key, form, activation }).filter(([, value]) => value !== undefined),
      ),
    });
  } catch (error) {
    throw withFlags(error as Error);
  }
}

/** Rewrites a sentence about options in backticks for the flags as they are typed. */
function withFlags(error: Error): Error {
  error.message = error.message.replaceAll(/`(net|layer|key|form|activation)`/g, "--$1");
  return error;
}

/** @throws FlossingError flossing/argument if there are not so many exponents */
function checkCount({ cell: { stateSize } }: TrainedNet, k: number | undefined): void {
  if (k !== undefined && k > stateSize) {
    throw refuse(`--k is ${k}, but the net's state has ${stateSize} dimensions; give ${stateSize} or less`);
  }
}

/** Options of `loadNet` that a run knows of its net. */
function ofRun(run: Weights["run"]): object {
  if (run?.experiment !== "flossing/train" && run?.experiment !== "flossing/condition") return {};
  const { cell, leak } = run.config;
  const isVanilla = cell === "pre" || cell === "post";
  return isVanilla ? { form: cell, activation: "tanh", leak: Number(leak ?? 1) } : {};
}

function linesOf({ exponents, standardErrors, kaplanYorke, entropyRate, verdict }: Spectrum): string[] {
  const last = exponents.length - 1;
  const picked = exponents.flatMap((_, i) => (last < SHOWN || i < SHOWN - 2 || i === last ? [i] : []));
  const number = (value: number): string =>
    Number.isFinite(value) ? value.toFixed(4) : value < 0 ? "−∞" : "∞";
  const rows = picked.flatMap((i) => {
    const row = [`λ${i + 1}`, number(exponents[i]!), `± ${number(standardErrors[i]!)}`] as const;
    return i === last && last >= SHOWN ? [["…", "", ""] as const, row] : [row];
  });
  const [name, value] = [Math.max(...rows.map(([text]) => text.length)), "nats per step".length];
  const dimension = kaplanYorke === null ? `more than ${last + 1} (give a larger --k)` : number(kaplanYorke);
  return [
    `  ${"".padEnd(name)}  nats per step  standard error`,
    ...rows.map(([a, b, c]) => `  ${a.padEnd(name)}  ${b.padStart(value)}  ${c}`.trimEnd()),
    `Kaplan–Yorke dimension  ${dimension}`,
    `entropy rate            ${number(entropyRate)} nats per step`,
    verdict,
  ];
}
