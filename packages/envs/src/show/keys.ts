// Keys that a terminal sends, and the actions that they mean.
import type { Motion } from "../mazes/actions.js";

/** A key by name: a letter in lower case, `space`, or one of these. */
export type Key = string;

const sequences: Readonly<Record<string, Key>> = {
  "[A": "up",
  "[B": "down",
  "[C": "right",
  "[D": "left",
  OA: "up",
  OB: "down",
  OC: "right",
  OD: "left",
  "[5~": "page up",
  "[6~": "page down",
};

/** The keys in what a terminal has sent; sequences that mean nothing here are left out. */
export function keysIn(text: string): Key[] {
  const keys: Key[] = [];
  for (let at = 0; at < text.length; at++) {
    const sign = text[at]!;
    if (sign === "\x1b") {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: terminals send them
      const sequence = /^\x1b(O[A-Z]|\[[0-9;]*[A-Za-z~])/.exec(text.slice(at))?.[1];
      if (sequence === undefined) continue;
      at += sequence.length;
      const key = sequences[sequence];
      if (key !== undefined) keys.push(key);
    } else if (sign === "\x03" || sign === "\x04") keys.push("end");
    else if (sign === " ") keys.push("space");
    else keys.push(sign.toLowerCase());
  }
  return keys;
}

/** The action that a key means among motions; undefined if there is none. */
export function actionOf(key: Key, motions: readonly Motion[]): number | undefined {
  const best = (measure: (motion: Motion) => number): number | undefined => {
    const values = motions.map(measure);
    const most = Math.max(...values);
    return most > 0 ? values.indexOf(most) : undefined;
  };
  // A pure motion of its kind; of several, the largest.
  const pure = (of: "forward" | "right" | "turn" | "look", sign: 1 | -1): number | undefined =>
    best((motion) => {
      const others = (["forward", "right", "turn", "look"] as const).filter((one) => one !== of);
      return others.every((one) => motion[one] === 0) ? sign * motion[of] : 0;
    });
  switch (key) {
    case "up":
    case "w":
      return pure("forward", 1);
    case "down":
    case "s":
      return pure("forward", -1);
    case "left":
      return pure("turn", -1);
    case "right":
      return pure("turn", 1);
    case "a":
      return pure("right", -1) ?? pure("turn", -1);
    case "d":
      return pure("right", 1) ?? pure("turn", 1);
    case "page up":
      return pure("look", 1);
    case "page down":
      return pure("look", -1);
    case "space":
      return best(({ name }) => (name === "wait" ? 1 : 0));
    default:
      return undefined;
  }
}
