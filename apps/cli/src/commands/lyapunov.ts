// `throughline lyapunov CHECKPOINT`: the Lyapunov spectrum of a trained net, ours or PyTorch's, printed and drawn.
import { basename, extname, join } from "node:path";
import type { Spectrum, TrainedNet } from "@throughline/flossing";
import { type Command, InvalidArgumentError, Option } from "commander";
import { resolveWeights, type Weights } from "../checkpoint-name.js";
import { UsageError } from "../exit.js";
import { freshPath } from "../fresh-path.js";
import { type Drive, type DriveFlags, driveOf } from "../net-drive.js";
import { count, withJson, withRoot } from "../options.js";
import { checkPicture, writePicture } from "../picture.js";
import { shown } from "../run-name.js";
import { spectrumFigure } from "../spectrum-figure.js";
import { table } from "../table.js";
import { note, paint, print, printJson, widthOf } from "../terminal.js";

interface Flags extends DriveFlags {
  readonly root: string;
  readonly k?: number;
  readonly net?: string;
  readonly layer?: number;
  readonly key?: string;
  readonly form?: "pre" | "post";
  readonly activation?: "tanh" | "relu" | "identity";
  readonly out?: string;
  readonly json?: boolean;
}

/** Exponents that are printed one by one. */
const SHOWN = 10;

async function action(typed: string, flags: Flags): Promise<void> {
  checkPicture(flags.out);
  const weights = await resolveWeights(typed, flags.root);
  const { scope } = await import("@throughline/torch");
  const { driven, lyapunovSpectrum } = await import("@throughline/flossing");
  const net = await load(weights, flags);
  checkCount(net, flags.k);
  const drive = await driveOf(net, weights.run, flags);
  const spectrum = scope(() => {
    const system = driven(net.cell, net.drive(drive.inputs));
    const { length = 0 } = system;
    return lyapunovSpectrum(system, {
      ...(flags.k !== undefined && { k: flags.k }),
      ...{ transient: Math.ceil(length / 12), alignment: Math.ceil(length / 12), seed: flags.seed },
    });
  });
  drive.inputs.dispose();
  const subtitle = `${net.name}, driven by ${drive.what}, ${spectrum.steps} steps`;
  const stem = weights.run?.id ?? basename(weights.file, extname(weights.file));
  const usual = weights.run
    ? join(weights.run.path, "figures", "lyapunov.svg")
    : `${freshPath(`${stem}-lyapunov`, [".svg", ".png"])}.svg`;
  const figures = await writePicture(spectrumFigure(spectrum, subtitle), flags.out, usual);
  net.dispose();
  if (flags.json) {
    const { exponents, standardErrors, unit, steps, kaplanYorke, entropyRate, converged, verdict } = spectrum;
    const notes = [...net.notes, ...spectrum.notes];
    const measured = { exponents, standardErrors, unit, steps, kaplanYorke, entropyRate, converged, verdict };
    return printJson({ file: weights.file, net: net.name, inputs: drive.what, ...measured, notes, figures });
  }
  print(text(net, drive, spectrum).join("\n"));
  for (const path of figures.slice(0, 1)) print(`figure  ${shown(path)}`);
  for (const sentence of [...net.notes, ...spectrum.notes]) note(`note: ${sentence}`);
}

async function load({ file, run }: Weights, flags: Flags): Promise<TrainedNet> {
  const { loadNet } = await import("@throughline/flossing");
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

/** @throws UsageError if there are not so many exponents */
function checkCount({ cell: { stateSize } }: TrainedNet, k: number | undefined): void {
  if (k !== undefined && k > stateSize) {
    throw new UsageError(
      `--k is ${k}, but the net's state has ${stateSize} dimensions; give ${stateSize} or less`,
    );
  }
}

/** What a run knows of its net. */
function ofRun(run: Weights["run"]): object {
  if (run?.experiment !== "flossing/train" && run?.experiment !== "flossing/condition") return {};
  const { cell, leak } = run.config;
  const isVanilla = cell === "pre" || cell === "post";
  return isVanilla ? { form: cell, activation: "tanh", leak: Number(leak ?? 1) } : {};
}

function text(net: TrainedNet, drive: Drive, spectrum: Spectrum): string[] {
  const { exponents, standardErrors, steps, kaplanYorke, entropyRate, verdict } = spectrum;
  const last = exponents.length - 1;
  const picked = exponents.flatMap((_, i) => (last < SHOWN || i < SHOWN - 2 || i === last ? [i] : []));
  const number = (value: number): string =>
    Number.isFinite(value) ? value.toFixed(4) : value < 0 ? "−∞" : "∞";
  const rows = picked.flatMap((i) => {
    const row = [`λ${i + 1}`, number(exponents[i]!), `± ${number(standardErrors[i]!)}`];
    return i === last && last >= SHOWN ? [["…", "", ""], row] : [row];
  });
  const lines = table(
    [{ title: "" }, { title: "nats per step", right: true }, { title: "standard error" }],
    rows,
    { width: widthOf(process.stdout), indent: "  ", paintTitle: (line) => paint("dim", line) },
  );
  const dimension = kaplanYorke === null ? `more than ${last + 1} (give a larger --k)` : number(kaplanYorke);
  return [
    `${paint("bold", net.name)}, driven by ${drive.what}, ${steps} steps`,
    ...lines,
    `Kaplan–Yorke dimension  ${dimension}`,
    `entropy rate            ${number(entropyRate)} nats per step`,
    `${verdict}`,
  ];
}

function whole(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("give a whole number from 0");
  return Number(text);
}

export function lyapunov(program: Command): Command {
  const command = program
    .command("lyapunov")
    .description("Lyapunov spectrum of a trained recurrent net, ours or PyTorch's")
    .argument("<checkpoint>", "run, checkpoint's folder, or .safetensors, .pt, .pth file")
    .option("--inputs <file>", "what drives it: .npy [time, features], or the inputs of an .npz")
    .addOption(
      new Option("--drive <what>", "what drives it else; default: a run's task, noise for files").choices([
        ...["task", "noise", "bits", "zeros"],
      ]),
    )
    .option(
      "--steps <n>",
      "steps to drive it for (default: 1200, or all of --inputs); a sixth settles",
      count,
    )
    .option("--seed <n>", "draws the drive and the first tangent vectors", whole, 0)
    .option("--k <n>", "how many exponents, the largest ones (default: all)", count)
    .option("--net <name>", "which net, by the beginning of its weights' names")
    .option("--layer <n>", "which layer of a stack", whole)
    .option("--key <name>", "where in a .pt file the state dict stands")
    .addOption(new Option("--form <form>", "of a vanilla net").choices(["pre", "post"]))
    .addOption(new Option("--activation <name>", "of a vanilla net").choices(["tanh", "relu", "identity"]))
    .option(
      "--out <file>",
      "where the figure goes: .svg or .png (default: with the run, or CHECKPOINT-lyapunov here, never over a file)",
    );
  return withJson(withRoot(command)).action(action);
}
