// Takes from a wheel only what compiling and running the addon needs, and checks every file on the way.
import { dirname, join } from "node:path";
import { makeFolder } from "./folders.mjs";
import { Zip, ZipError } from "./unzip.mjs";
import { halfDownload, parseRecord, verifyFile } from "./verify.mjs";

/** Python bindings, static archives and PyTorch's own test libraries, by file name. */
const UNWANTED = [
  /^(lib)?(torch_python|shm)\./,
  /\.a$/,
  /^(lib)?(jitbackend_test|torchbind_test|backend_with_compiler|aoti_custom_ops)\./,
  /^(fmt|sleef|cpuinfo|libittnotify)\.lib$/,
];

/**
 * `torch/lib`, `torch/include` and `torch/version.py` of the torch wheel; from NVIDIA's wheels their libraries,
 * which libtorch_cuda.so looks for in `../../nvidia`.
 * @param {string} name path inside a wheel
 */
export function isWanted(name) {
  if (name === "torch/version.py") return true;
  if (/^nvidia\/.*\.so(\.|$)/.test(name)) return true;
  const [top, folder, ...rest] = name.split("/");
  if (top !== "torch") return false;
  if (folder === "include") return true;
  const [file] = rest;
  return (
    folder === "lib" && rest.length === 1 && file !== undefined && !UNWANTED.some((rule) => rule.test(file))
  );
}

/**
 * @param {import("./context.mjs").Context} ctx
 * @param {string} wheel
 * @param {string} folder where to put the files
 * @param {(name: string) => boolean} [wanted] which files, by their path in the wheel; default: libtorch's
 * @returns {Promise<Record<string, import("./verify.mjs").Fingerprint>>} each file by its path in the wheel
 * @throws {import("./failure.mjs").SetupError} `half-download` or `wrong-hash`
 */
export async function unpackWheel(ctx, wheel, folder, wanted = isWanted) {
  /** @type {Zip | undefined} */
  let zip;
  try {
    zip = new Zip(wheel);
    return await unpack(ctx, zip, folder, wanted);
  } catch (error) {
    if (error instanceof ZipError) throw halfDownload(wheel, "it cannot be unpacked", error);
    throw error;
  } finally {
    zip?.close();
  }
}

/**
 * @param {import("./context.mjs").Context} ctx @param {Zip} zip @param {string} folder
 * @param {(name: string) => boolean} isWanted
 */
async function unpack(ctx, zip, folder, isWanted) {
  const recordEntry = zip.entries.find(({ name }) => /^[^/]+\.dist-info\/RECORD$/.test(name));
  if (!recordEntry) throw new ZipError(`${zip.path} has no RECORD`);
  const record = parseRecord(zip.read(recordEntry).toString("utf8"));
  const wanted = zip.entries.filter(
    ({ name }) => isWanted(name) && !name.endsWith("/") && !name.split("/").includes(".."),
  );
  const total = wanted.reduce((sum, { size }) => sum + size, 0);
  const made = new Set();
  /** @type {Record<string, import("./verify.mjs").Fingerprint>} */
  const files = {};
  let done = 0;
  let inTurn = 0;
  for (const entry of wanted) {
    const target = join(folder, entry.name);
    const parent = dirname(target);
    if (!made.has(parent)) makeFolder(parent);
    made.add(parent);
    const found = await zip.extract(entry, target, (bytes) => {
      done += bytes;
      ctx.progress.update("unpacking", done, total);
    });
    verifyFile(zip.path, entry.name, found, record.get(entry.name));
    files[entry.name] = found;
    // Small entries are written synchronously: let timers (the lock's heartbeat) run now and then.
    if (++inTurn % 500 === 0) await new Promise((next) => setImmediate(next));
  }
  ctx.progress.end();
  return files;
}
