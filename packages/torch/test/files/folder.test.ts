// Folders are made, or refused at once, on every kind of path; also where Node's own `recursive` never ends.
import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../../../..", import.meta.url));
const makers = [
  ["torch/files", "@throughline/torch/files"],
  ["set-up", join(root, "packages/torch/setup/folders.mjs")],
] as const;

let here = "";
beforeEach(() => {
  here = mkdtempSync(join(tmpdir(), "throughline-folder-"));
});
afterEach(() => rmSync(here, { recursive: true }));

describe.each(makers)("makeFolder of %s", (_, module) => {
  /** The error's code, or "made"; in a process of its own, which is ended if it does not end. */
  function make(path: string): string {
    const program = `import { makeFolder } from ${JSON.stringify(module)};
      try { makeFolder(process.argv[1]); console.log("made"); } catch (error) { console.log(error.code); }`;
    const args = ["--input-type=module", "-e", program, path];
    const options = { cwd: import.meta.dirname, encoding: "utf8", timeout: 600_000 } as const;
    return execFileSync(process.execPath, args, options).trim();
  }

  test("makes what is missing, and leaves what is there", () => {
    const path = join(here, "a", "b", "c");
    expect(make(path)).toBe("made");
    expect(statSync(path).isDirectory()).toBe(true);
    writeFileSync(join(path, "kept"), "");
    expect(make(path)).toBe("made");
    expect(readdirSync(path)).toEqual(["kept"]);
    symlinkSync(path, join(here, "link"));
    expect(make(join(here, "link", "d"))).toBe("made");
    expect(existsSync(join(path, "d"))).toBe(true);
    expect(make("/")).toBe("made");
  });

  test("refuses a file in its way and a link that leads nowhere", () => {
    writeFileSync(join(here, "file"), "");
    symlinkSync(join(here, "nowhere"), join(here, "link"));
    expect(make(join(here, "file"))).toBe("EEXIST");
    expect(make(join(here, "file", "below"))).toBe("ENOTDIR");
    expect(make(join(here, "link", "below"))).toBe("EEXIST");
  });

  test.skipIf(!existsSync("/proc/self")).each(["/proc/nope", "/proc/nope/a/b", "/proc/self/fd/nope"])(
    "ends on %s",
    (path) => {
      expect(["ENOENT", "EACCES", "EPERM"]).toContain(make(path));
    },
  );
});

test("no source makes folders by Node's own `recursive`", () => {
  const sources = ["packages", "apps", "examples", "bench", "scripts", "docs"].flatMap((top) =>
    readdirSync(join(root, top), { recursive: true, encoding: "utf8" })
      .filter((name) => /\.(ts|mjs|js)$/.test(name) && !/(^|\/)(node_modules|dist|test)\//.test(name))
      .map((name) => join(top, name)),
  );
  expect(sources.length).toBeGreaterThan(300);
  const found = sources.filter((name) =>
    /\bmkdir(Sync)?\([^;]*recursive/.test(readFileSync(join(root, name), "utf8")),
  );
  expect(found).toEqual([]);
});
