// Slurm's own commands.
import { execFile } from "node:child_process";
import { LabError } from "../../errors.js";

/** Milliseconds to wait for an answer; a busy controller takes its time. */
const PATIENCE = 60_000;

/** Result of a command. */
export interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Carries out one of Slurm's commands, whatever its exit code. @throws LabError lab/launcher if it cannot be carried out */
export function slurm(command: string, args: readonly string[]): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { timeout: PATIENCE, maxBuffer: 2 ** 28, encoding: "utf8" } as const;
    execFile(command, args, options, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code;
      if (typeof code === "number") return resolve({ code, stdout, stderr });
      const why =
        error?.code === "ENOENT"
          ? "it is not installed here, or not on PATH; --launcher local runs cells as processes of this machine"
          : (error?.message ?? "").split("\n")[0];
      reject(new LabError("lab/launcher", `Slurm's ${command} cannot be run: ${why}`, { cause: error }));
    });
  });
}

/** Error of a command that was refused. */
export function refused(command: string, { code, stderr, stdout }: Answer): LabError {
  const lines = `${stderr}\n${stdout}`.split("\n").map((line) => line.trim());
  const why = lines.filter((line) => line !== "").join("; ") || `exit code ${code}`;
  return new LabError("lab/launcher", `Slurm's ${command} refuses: ${why}`);
}
