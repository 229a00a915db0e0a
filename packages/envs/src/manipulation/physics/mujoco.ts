// MuJoCo in WebAssembly (Todorov et al. 2012), loaded when it is first asked for.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { MainModule } from "@mujoco/mujoco";

export type MuJoCo = MainModule;

/** Compiled code, which threads can share. */
export type EngineCode = object & { readonly "compiled code": true };

/** What is used of WebAssembly; Node's types leave it out. */
const { WebAssembly: assembly } = globalThis as unknown as {
  readonly WebAssembly: {
    readonly Module: new (bytes: Uint8Array) => EngineCode;
    readonly Instance: new (code: EngineCode, imports: object) => object;
  };
};

let compiled: EngineCode | undefined;

/** The engine's code, compiled once: threads that are given it do not compile it again. */
export function mujocoCode(): EngineCode {
  const file = fileURLToPath(import.meta.resolve("@mujoco/mujoco/mujoco.wasm"));
  compiled ??= new assembly.Module(readFileSync(file));
  return compiled;
}

/** The loader as Emscripten makes it; the package's types leave out what it is given. */
type Loader = (given: {
  instantiateWasm(imports: object, receive: (instance: object, code: EngineCode) => void): object;
}) => Promise<MuJoCo>;

let loading: Promise<MuJoCo> | undefined;

/** The engine: one instance in a thread. @param code what `mujocoCode` gives, here or in another thread */
export function loadMuJoCo(code: EngineCode = mujocoCode()): Promise<MuJoCo> {
  loading ??= import("@mujoco/mujoco").then(({ default: load }) =>
    (load as unknown as Loader)({
      instantiateWasm(imports, receive) {
        receive(new assembly.Instance(code, imports), code);
        return {};
      },
    }),
  );
  return loading;
}
