// `npm init throughline FOLDER`: from words on the command line to a new project, and what to type next.
import { parseArgs } from "node:util";
import { makeProject, Refusal } from "./project.js";

const USAGE = `usage: npm init throughline FOLDER [-- --from PACKED]

Makes a project with one experiment and one test in FOLDER, which is new or empty.
--from PACKED  takes Throughline's packages from the .tgz files in this folder, not from the registry
`;

/** Carries out a command line; the exit code is left in `process.exitCode`. */
export function main(argv: readonly string[]): void {
  try {
    const { values, positionals } = read(argv);
    if (values.help) return void process.stdout.write(USAGE);
    const [folder, ...more] = positionals;
    if (folder === undefined || more.length > 0)
      throw new Refusal(`give one folder for the project: npm init throughline my-project`);
    const { name } = makeProject(folder, { from: values.from });
    process.stdout.write(
      `Made ${name}: an experiment in src/remember.ts, a test of it, a README.\n\nNext:\n  cd ${quoted(folder)}\n  npm install\n  npm start\n  npm test\n`,
    );
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    process.stderr.write(`create-throughline: ${error.message}\n`);
    process.exitCode = 2;
  }
}

function read(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: { from: { type: "string" }, help: { type: "boolean", short: "h" } },
    });
  } catch (error) {
    throw new Refusal(`${(error as Error).message.split(". ")[0]}; see --help`);
  }
}

/** The word as a shell takes it. */
const quoted = (word: string): string =>
  /^[\w./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
