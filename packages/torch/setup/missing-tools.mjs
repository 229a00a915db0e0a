// Programs that set-up needs and does not find: all of them at once, with the commands that install them.
import { SetupError } from "./failure.mjs";

/** @typedef {"compiler" | "cmake" | "ninja" | "pip"} ToolName */

/** What each is called in a sentence, and by the package managers. */
const TOOLS = {
  compiler: { name: "a C++ compiler", apt: "g++", dnf: "gcc-c++", pacman: "gcc", brew: "" },
  cmake: { name: "CMake", apt: "cmake", dnf: "cmake", pacman: "cmake", brew: "cmake" },
  ninja: { name: "ninja or make", apt: "ninja-build", dnf: "ninja-build", pacman: "ninja", brew: "ninja" },
  pip: {
    name: "Python 3 with pip",
    apt: "python3-pip",
    dnf: "python3-pip",
    pacman: "python-pip",
    brew: "python",
  },
};

/**
 * The commands that install some tools on common systems, in words.
 * @param {readonly ToolName[]} tools
 */
export function howToInstall(tools) {
  const packages = (/** @type {"apt" | "dnf" | "pacman" | "brew"} */ manager) =>
    tools.map((tool) => TOOLS[tool][manager]).filter(Boolean);
  const brew = packages("brew");
  const mac = [
    ...(tools.includes("compiler") ? ["xcode-select --install"] : []),
    ...(brew.length > 0 ? [`brew install ${brew.join(" ")}`] : []),
  ];
  return [
    `Debian or Ubuntu: \`apt install ${packages("apt").join(" ")}\``,
    `Fedora: \`dnf install ${packages("dnf").join(" ")}\``,
    `Arch: \`pacman -S ${packages("pacman").join(" ")}\``,
    `macOS: \`${mac.join(" && ")}\``,
  ].join("; ");
}

/**
 * @param {Pick<import("./context.mjs").Context, "env">} ctx
 * @param {readonly ToolName[]} tools those that are missing
 */
export function missingTools({ env }, tools) {
  const names = tools.map((tool) =>
    tool === "compiler" && env.CXX ? `the C++ compiler that CXX=${env.CXX} names` : TOOLS[tool].name,
  );
  const list = names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${names.at(-1)}` : names.join("");
  const own = tools.includes("pip")
    ? "; without pip, set LIBTORCH to a folder that holds libtorch's lib/ and include/"
    : "";
  return new SetupError(
    "missing-tools",
    `Set-up needs ${list}, which ${tools.length > 1 ? "are" : "is"} not on PATH: install what is missing (${howToInstall(tools)}) and run \`npm run setup\` again${own}.`,
  );
}
