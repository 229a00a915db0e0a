// Fingerprints of what is in files.
import { createHash } from "node:crypto";
import { type BigIntStats, closeSync, fstatSync, readdirSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { fileRefuser, openRegular, readOnce, reason } from "./open.js";

/** Fingerprints of this process, by path, with the file's size and times when it was read. */
const known = new Map<string, { readonly stamp: string; readonly hash: string }>();
const CHUNK = 2 ** 20;
/** Nanoseconds in which a file may change twice without a trace in its times: some disks count them in twos of seconds. */
const UNSETTLED = 3_000_000_000n;

/** SHA-256 of a text (its UTF-8) or of bytes; 64 hexadecimal digits. */
export function hashOfContent(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/**
 * SHA-256 of a regular file's content, or of the names and contents of all regular files in a folder at any depth; 64
 * hexadecimal digits, of a file those that `sha256sum` prints. A file is read once in a process as long as its size and
 * times stay the same; one that changed in the last 3 seconds is read again.
 * @throws TorchError `io/open`
 */
export function hashOf(path: string): string {
  const refuse = fileRefuser(path, "hashOf");
  const folder = attemptStat(path)?.isDirectory() ?? false;
  if (!folder) return hashOfFile(path);
  const hash = createHash("sha256");
  try {
    for (const file of filesIn(path)) hash.update(`${relative(path, file)}\0${hashOfFile(file)}\n`);
  } catch (cause) {
    if ((cause as { syscall?: string }).syscall === undefined) throw cause;
    throw refuse("open", `cannot read the folder ${path} (${reason(cause)})`, cause);
  }
  return hash.digest("hex");
}

function hashOfFile(path: string): string {
  const refuse = fileRefuser(path, "hashOf");
  const { descriptor, size } = openRegular(path, refuse);
  try {
    const stats = fstatSync(descriptor, { bigint: true });
    const stamp = stampOf(stats);
    const before = known.get(resolve(path));
    if (before?.stamp === stamp) return before.hash;
    const hash = createHash("sha256");
    const chunk = Buffer.alloc(Math.min(CHUNK, size));
    for (let position = 0; position < size; ) {
      const length = Math.min(chunk.length, size - position);
      const count = readOnce(descriptor, chunk, { at: 0, length, position }, refuse);
      if (count === 0)
        throw refuse("truncated", `the file became shorter while it was read, at byte ${position}`);
      hash.update(chunk.subarray(0, count));
      position += count;
    }
    const digest = hash.digest("hex");
    if (isSettled(stats)) known.set(resolve(path), { stamp, hash: digest });
    return digest;
  } finally {
    closeSync(descriptor);
  }
}

function stampOf({ size, ino, mtimeNs, ctimeNs }: BigIntStats): string {
  return [size, ino, mtimeNs, ctimeNs].join();
}

/** True if a change from now on is sure to show in the times. */
function isSettled({ mtimeNs, ctimeNs }: BigIntStats): boolean {
  const now = BigInt(Date.now()) * 1_000_000n;
  return now - ctimeNs > UNSETTLED && now - mtimeNs > UNSETTLED;
}

/** Regular files at any depth, links to such files too, in the order of their paths. */
function filesIn(folder: string): string[] {
  const found: string[] = [];
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) found.push(...filesIn(path));
    else if (entry.isFile() || (entry.isSymbolicLink() && attemptStat(path)?.isFile())) found.push(path);
  }
  return found.sort();
}

function attemptStat(path: string) {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
