// Programs that run with the kernels of one level of instructions.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/**
 * The JSON that a program of Node's prints, in a process of its own with the kernels of a level.
 * @param program `.mjs` file @param level `baseline`, `avx2` or `avx512`, which this processor must have
 */
export function withKernels<T>(program: URL, level: string): T {
  const env = { ...process.env, THROUGHLINE_KERNELS: level };
  return JSON.parse(execFileSync(process.execPath, [fileURLToPath(program)], { encoding: "utf8", env })) as T;
}
