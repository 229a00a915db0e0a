// Which libtorch: the pinned wheel for each platform, and the range of versions that the addon builds against.
import { SetupError } from "./failure.mjs";

/** The version that is fetched and that every published number was made with. */
export const PINNED = "2.13.0";

/** Accepted from a user's own installation: `from` <= version < `below`. */
export const ACCEPTED = { from: [2, 11], below: [3, 0] };

/** Fixed, so that no particular installed Python is assumed; only lib/ and include/ of the wheel are used. */
const PYTHON_TAG = { version: "3.11", abi: "cp311" };

/**
 * On Linux the CPU build is the one with the local version `+cpu`; elsewhere it is PyPI's plain wheel.
 * SHA-256 of the whole wheel where it is known; where it is not, the user has to name it.
 * @type {Record<string, { local: string, platforms: string[], sha256?: string, bytes?: number }>}
 */
const WHEELS = {
  "linux-x64": {
    local: "+cpu",
    platforms: ["manylinux_2_28_x86_64"],
    sha256: "6746dbcbeb526eb61330b76b41ff1b4eb848951103a892eeb080dfa2b264667b",
    bytes: 191_794_682,
  },
  "linux-arm64": { local: "+cpu", platforms: ["manylinux_2_28_aarch64"] },
  "darwin-arm64": {
    local: "",
    platforms: ["macosx_14_0_arm64"],
    sha256: "e76f9bcecc52b8ff711239a2f7547d5353df95878ab232f0773c1d95928b92f8",
    bytes: 111_187_938,
  },
  "win32-x64": {
    local: "",
    platforms: ["win_amd64"],
    sha256: "a0d8b11f16a48d60e2015d8213aa0390744cbebb98e58b62b3514dddc656e330",
    bytes: 122_015_870,
  },
};

/** Tags under which NVIDIA publishes the libraries that a Linux CUDA wheel needs beside it. */
const NVIDIA_TAGS = ["manylinux_2_28", "manylinux_2_27", "manylinux_2_26", "manylinux_2_17", "manylinux2014"];

/**
 * @typedef {object} Pinned
 * @property {string} version "2.13.0+cpu"
 * @property {string} variant "cpu" or "cuda 13.0", as libtorch's own version.py says it; else the build's name
 * @property {string} name folder name in the cache
 * @property {string[]} hashes SHA-256 of the wheels that may be unpacked: the pinned one and those that the user names
 * @property {number} diskBytes space needed for download and unpacked files together
 */

/** The pinned wheel as a download. @typedef {Pinned & import("./pip.mjs").Download} Wheel */

/**
 * The wheel for this machine; `THROUGHLINE_LIBTORCH_VARIANT` (`cpu`, `cu130`, `rocm7.1`, …) picks another build.
 * @param {import("./context.mjs").Context} ctx
 * @returns {Wheel}
 * @throws {SetupError} `unsupported-platform`, `bad-variant` or `bad-hash`
 */
export function pinnedWheel({ env, platform, arch }) {
  const wheel = WHEELS[`${platform}-${arch}`];
  if (!wheel) {
    throw new SetupError(
      "unsupported-platform",
      `There is no ready-made libtorch ${PINNED} for ${platform} ${arch}: build libtorch from source and set LIBTORCH to the folder with its lib/ and include/.`,
    );
  }
  const variant = env.THROUGHLINE_LIBTORCH_VARIANT || "cpu";
  if (!/^(cpu|cu\d{3}|rocm\d+(\.\d+)+|xpu)$/.test(variant) || (variant !== "cpu" && platform === "darwin")) {
    throw new SetupError(
      "bad-variant",
      `THROUGHLINE_LIBTORCH_VARIANT=${variant} does not name a build of libtorch for ${platform}: unset it, or set it to ${platform === "darwin" ? "cpu (which includes MPS)" : "cpu or, for example, cu130"}.`,
    );
  }
  const cpu = variant === "cpu";
  const version = `${PINNED}${cpu ? wheel.local : `+${variant}`}`;
  const withDependencies = variant.startsWith("cu") && platform === "linux";
  const machine = wheel.platforms[0]?.replace(/^manylinux_2_28_/, "");
  const platforms = withDependencies ? NVIDIA_TAGS.map((tag) => `${tag}_${machine}`) : wheel.platforms;
  const named = namedHashes(env);
  return {
    version,
    variant: variant.replace(/^cu(\d+)(\d)$/, "cuda $1.$2"),
    what: `torch ${version}`,
    orElse: "set LIBTORCH to a folder that holds libtorch's lib/ and include/",
    name: `${version}-${platform}-${arch}`,
    pipArguments: [
      ...(withDependencies ? [] : ["--no-deps"]),
      ...["--only-binary=:all:", "--python-version", PYTHON_TAG.version],
      ...["--implementation", "cp", "--abi", PYTHON_TAG.abi],
      ...platforms.flatMap((tag) => ["--platform", tag]),
      `torch==${version}`,
    ],
    ...(version.includes("+") && { index: `https://download.pytorch.org/whl/${variant}` }),
    hashes: [...(cpu && wheel.sha256 ? [wheel.sha256] : []), ...named],
    ...(cpu && named.length === 0 && { bytes: wheel.bytes }),
    diskBytes: cpu ? 1.0e9 : 14e9,
  };
}

/** The user's variable for wheels whose hash is not pinned. */
export const HASH_VARIABLE = "THROUGHLINE_LIBTORCH_SHA256";

/** @param {NodeJS.ProcessEnv} env @throws {SetupError} `bad-hash` */
function namedHashes(env) {
  const named = (env[HASH_VARIABLE] ?? "").split(/[\s,]+/).filter(Boolean);
  const bad = named.find((each) => !/^[0-9a-f]{64}$/i.test(each));
  if (bad === undefined) return named.map((each) => each.toLowerCase());
  throw new SetupError(
    "bad-hash",
    `${HASH_VARIABLE} holds ${JSON.stringify(bad)}, which is no SHA-256: give 64 hexadecimal digits, several with commas between them.`,
  );
}

/**
 * Before anything is downloaded: is there a hash to check it against?
 * @param {Wheel} wheel
 * @throws {SetupError} `no-hash`
 */
export function requireHash({ version, name, hashes, index }) {
  if (hashes.length > 0) return;
  throw new SetupError(
    "no-hash",
    `No hash is pinned for libtorch ${name}: set ${HASH_VARIABLE} to the SHA-256 of the wheel torch ${version}, which its index (${index}/torch) states behind #sha256=, and run \`npm run setup\` again, or set LIBTORCH to a libtorch you trust.`,
  );
}
