// What set-up is doing, on stderr: a line that rewrites itself on a terminal, a few plain lines elsewhere.

/**
 * @typedef {object} Progress
 * @property {(text: string) => void} say a line that stays
 * @property {(text: string, done: number, total?: number) => void} update bytes or steps so far; shown at most a few times a second
 * @property {() => void} end finishes the line that `update` rewrites
 */

const PLAIN_EVERY_MS = 10_000;
const TERMINAL_EVERY_MS = 100;

/**
 * @param {{ write(text: string): unknown, isTTY?: boolean, columns?: number }} stream
 * @param {() => number} [now] clock in milliseconds, for tests
 * @returns {Progress}
 */
export function createProgress(stream, now = Date.now) {
  const terminal = stream.isTTY === true;
  const pause = terminal ? TERMINAL_EVERY_MS : PLAIN_EVERY_MS;
  let last = now();
  let open = false;

  function end() {
    if (open) stream.write("\n");
    open = false;
  }

  return {
    say(text) {
      end();
      stream.write(`  ${text}\n`);
      last = now();
    },
    update(text, done, total) {
      if (now() - last < pause) return;
      last = now();
      const line = `  ${text} ${amount(done, total)}`;
      if (!terminal) stream.write(`${line}\n`);
      else stream.write(`\r\u001b[2K${line.slice(0, (stream.columns ?? 80) - 1)}`);
      open = terminal;
    },
    end,
  };
}

/** A progress that shows nothing. @type {Progress} */
export const silent = { say() {}, update() {}, end() {} };

/**
 * "87 of 192 MB (45 %)" for bytes, "3 of 10" for small counts, "87 MB" when the total is unknown.
 * @param {number} done
 * @param {number} [total]
 */
function amount(done, total) {
  const counts = (total ?? done) < 10_000;
  const show = (/** @type {number} */ x) => (counts ? `${x}` : (x / 1e6).toFixed(0));
  const unit = counts ? "" : " MB";
  if (!total) return `${show(done)}${unit}`;
  return `${show(Math.min(done, total))} of ${show(total)}${unit} (${Math.min(100, Math.floor((100 * done) / total))} %)`;
}

/** Bytes as people read them: "1.5 GB". @param {number} bytes */
export function formatBytes(bytes) {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`;
  if (bytes >= 1e6) return `${(bytes / 1e6).toFixed(0)} MB`;
  return bytes >= 1e3 ? `${(bytes / 1e3).toFixed(0)} kB` : `${bytes} bytes`;
}
