// Words on their way out: nothing that a terminal obeys, nothing that a shell reads as anything but a word.
import { execFileSync } from "node:child_process";
import { createReporter } from "@throughline/lab";
import {
  checkName,
  commandLine,
  nameFrom,
  shellQuote,
  visible,
  visibleJson,
  visibleLine,
} from "@throughline/lab/text";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

/** What terminals obey, written out a second time: by Unicode's own categories, line feed and tab aside. */
const obeyed = /(?![\t\n])[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]/u;
const anyText = fc.string({ unit: "binary" });

describe("what is printed", () => {
  test.each([
    ["\u001b[2J", "␛[2J"],
    ["\u001b]0;title\u0007", "␛]0;title␇"],
    ["\u009b31m", "\\x9b31m"],
    ["a\rb\u0000\u007f", "a␍b␀␡"],
    ["\u202eabc\u2028", "\\u202eabc\\u2028"],
    ["two\nlines\tand a tab: ä ≤ 漢 😀", "two\nlines\tand a tab: ä ≤ 漢 😀"],
  ])("%j is shown as %j", (text, shown) => expect(visible(text)).toBe(shown));

  test("holds nothing that a terminal obeys, whatever the text", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(visible(text)).not.toMatch(obeyed);
        expect(visibleLine(text)).not.toMatch(/[\t\n]/);
        const json = visibleJson({ [text]: text }, 2);
        expect(json).not.toMatch(obeyed);
        expect(JSON.parse(json)).toEqual({ [text]: text });
      }),
    );
  });

  test.each(["plain", "line", "json"] as const)("the %s reporter shows names and messages so", (mode) => {
    let text = "";
    const reporter = createReporter(mode, { write: (part: string) => (text += part), columns: 200 });
    const metrics = { "loss\u001b[31m": 1 };
    const event = {
      path: "/r",
      loop: "train\u009b2J",
      step: 1,
      steps: 1,
      unit: "st\u0007ep",
      rate: 1,
      eta: 0,
    };
    reporter.progress({ ...event, metrics, time: 0, isLast: true });
    reporter.message("said\u001b]0;x\u0007");
    reporter.end();
    // The line that is rewritten is cleared and dimmed by the reporter itself.
    const rest = text.replaceAll("\r\u001b[K", "").replaceAll("\u001b[2m", "").replaceAll("\u001b[22m", "");
    expect(rest).toContain(mode === "json" ? "said\\u001b" : "said␛]0;x␇");
    expect(rest).not.toMatch(obeyed);
  });
});

describe("what is pasted", () => {
  test.each([
    ["cell-1a.b_c", "cell-1a.b_c"],
    ["--seeds=0..2", "--seeds=0..2"],
    ["", "''"],
    ["a;touch X", "'a;touch X'"],
    ["it's", "'it'\\''s'"],
    ["~root", "'~root'"],
    ["a\u001b[2J'", "$'a\\033[2J\\''"],
  ])("%j is written %j", (word, quoted) => expect(shellQuote(word)).toBe(quoted));

  test("is read back by a shell as the words that were meant", () => {
    const word = fc
      .string({ unit: "binary" })
      .map((text) => text.replaceAll("\0", "").toWellFormed?.() ?? text);
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 6 }), (words) => {
        const line = commandLine("printf", "%s\\0", ...words);
        expect(visible(line)).toBe(line);
        const read = execFileSync("bash", ["--norc", "-c", line], { env: { LC_ALL: "C.UTF-8" } });
        expect(read.toString("utf8").split("\0").slice(0, -1)).toEqual(words);
      }),
      { numRuns: 60 },
    );
  });
});

describe("names of runs and sweeps", () => {
  test.each(["a", "cell-0123456789ab", "20261122-202601-3fa9c1", "v1.2_x", "x".repeat(100)])(
    "%s is accepted",
    (name) => expect(() => checkName("a run", name)).not.toThrow(),
  );

  test.each([
    "",
    ".",
    "..",
    ".x",
    "-rf",
    "a b",
    "a;touch X",
    "a/b",
    "a\\b",
    "a\nb",
    "é",
    "a\u001b[2J",
    "$(id)",
    "x".repeat(101),
  ])("%j is refused in one sentence", (name) => {
    expect(() => checkName("a run", name)).toThrow(
      /^".*" cannot name a run: give letters .*, 100 characters at most$/,
    );
    expect(() => checkName("a run", nameFrom(name))).not.toThrow();
  });
});
