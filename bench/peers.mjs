// The Python that runs the peers: a virtual environment made the first time, with the pinned PyTorch in it.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

/** Environment that holds our kernels, PyTorch with its libraries, and JAX to AVX2: `--avx2`. */
export const avx2 = {
  THROUGHLINE_KERNELS: "avx2",
  ATEN_CPU_CAPABILITY: "avx2",
  ONEDNN_MAX_CPU_ISA: "AVX2",
  MKL_ENABLE_INSTRUCTIONS: "AVX2",
  XLA_FLAGS: "--xla_cpu_max_isa=AVX2",
};

const always = ["torch==2.13.0", "numpy", "jax==0.10.2"];

/**
 * The path of a Python that has the peers; makes it if need be.
 * @param {string[]} more packages, with their versions
 * @param {string} [apart] name of a suite whose packages cannot stand beside PyTorch and JAX: it has an environment of its own, without them
 * @returns {string}
 */
export function peerPython(more = [], apart = "") {
  const folder = join("bench", ".venv", apart);
  const packages = apart === "" ? [...always, ...more] : more;
  const names = packages.map((entry) => entry.split("==")[0]);
  const check = `from importlib.metadata import version; [version(name) for name in ${JSON.stringify(names)}]`;
  const python =
    process.platform === "win32" ? join(folder, "Scripts", "python.exe") : join(folder, "bin", "python");
  if (existsSync(python) && spawnSync(python, ["-c", check], { stdio: "ignore" }).status === 0) return python;
  process.stderr.write(`bench: making ${folder} with ${packages.join(", ")} for the peers (once) …\n`);
  const system = process.env.PYTHON ?? "python3";
  run(
    system,
    ["-m", "venv", folder],
    `cannot make a virtual environment with ${system}; install Python 3.11 with venv, or name one in PYTHON`,
  );
  run(
    python,
    ["-m", "pip", "install", "--quiet", ...packages],
    `pip could not install ${packages.join(", ")}; see its message above`,
  );
  return python;
}

/** @param {string} command @param {string[]} args @param {string} advice */
function run(command, args, advice) {
  if (spawnSync(command, args, { stdio: ["ignore", "ignore", "inherit"] }).status === 0) return;
  process.stderr.write(`bench: ${advice}\n`);
  process.exit(1);
}
