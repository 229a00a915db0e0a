// A terminal is given back however the process ends: at a real pseudo-terminal, which Python opens.
import { execFileSync } from "node:child_process";
import { constants } from "node:os";
import { join } from "node:path";
import { hasModules } from "@throughline/testing/python";
import { describe, expect, test } from "vitest";
import { onScreen } from "../../dist/show/screen.js";

interface Ended {
  readonly written: string;
  /** Flags of line editing and echo while it ran. */
  readonly raw: number;
  /** True if both were back before it ended. */
  readonly cooked: boolean;
  /** As `waitpid` tells. */
  readonly status: number;
}

const ENTER = "\x1b[?1049h\x1b[?25l\x1b[2J";
const LEAVE = "\x1b[0m\x1b[?25h\x1b[?1049l";

describe.skipIf(!hasModules("python3", ["pty", "termios"]))(
  "at a terminal (or skipped: there is no python3)",
  () => {
    const here = import.meta.dirname;
    const found = JSON.parse(
      execFileSync("python3", [join(here, "screen.py"), process.execPath, join(here, "screen-child.mjs")], {
        encoding: "utf8",
      }),
    ) as Record<string, Ended>;
    const says = (how: string): string =>
      found[how]!.written.slice(found[how]!.written.lastIndexOf(LEAVE) + LEAVE.length).trim();

    test.each(Object.keys(found))("%s: taken over at first, and given back", (how) => {
      const { written, raw, cooked } = found[how]!;
      expect(written.startsWith(ENTER)).toBe(true);
      expect(written.split(LEAVE).length - 1).toBeGreaterThanOrEqual(1);
      // Of these the end may come before the terminal is looked at.
      if (how !== "exit" && how !== "throw") expect(raw).toBe(0);
      expect(cooked).toBe(true);
    });

    test("sizes are the window's, also after it has changed, and keys come as they are typed", () => {
      const { written, status } = found.quit!;
      expect(written).toMatch(/now 50 20/);
      expect(says("quit").split("|").join("")).toBe("w\x1b[Aq");
      expect(status).toBe(0);
    });

    test("errors of the work and of a listener come out of it", () => {
      expect(says("throw")).toBe("error: the work failed");
      expect(says("listener")).toBe("error: the listener failed");
      expect(found.throw!.status).toBe(0);
    });

    test("exit codes and signals are those that it would have had", () => {
      expect(found.exit!.status >> 8).toBe(4);
      for (const name of ["SIGTERM", "SIGHUP", "SIGINT"] as const)
        expect(found[name]!.status & 127, name).toBe(constants.signals[name]);
    });
  },
);

test("without a terminal there is a sentence", async () => {
  await expect(onScreen(async () => "never")).rejects.toMatchObject({
    code: "envs/terminal",
    message: expect.stringMatching(/needs a terminal .* `throughline env record` writes a film instead$/),
  });
});
