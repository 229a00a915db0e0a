// A session in a terminal, from key to key: what is drawn, said and counted. The screen keeps what is shown.
import { type MazeEnv, makeEnv, oraclePlayer, type Player } from "@throughline/envs";
import { checkLeaks, own } from "@throughline/testing/leaks";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { Screen } from "../../dist/show/screen.js";
import { type PlayOptions, Session } from "../../dist/show/session.js";

checkLeaks();

const COLUMNS = 100;

/** A session in a small maze with the last picture that it showed. */
function started(options: PlayOptions = {}, columns = COLUMNS, horizon = 60) {
  const env = own(makeEnv("SmallGoalMaze-v0", { rooms: 1, horizon })) as MazeEnv;
  let shown: readonly string[] = [];
  let count = 0;
  const size = { columns, rows: 30 };
  const screen: Screen = {
    get columns() {
      return size.columns;
    },
    get rows() {
      return size.rows;
    },
    show: (lines) => {
      shown = lines;
      count++;
    },
  };
  const session = new Session(env, screen, options);
  const ended = session.run();
  /** A line without its colours, each of which ends with an m. */
  const plain = (line: string): string =>
    line
      .split("\x1b[")
      .map((part, at) => (at === 0 ? part : part.slice(part.indexOf("m") + 1)))
      .join("");
  return {
    ...{ env, session, ended, size },
    /** The two lines of words. */
    words: () => shown.slice(-2).map(plain),
    /** Rows and columns of the pictures. */
    drawn: () => [shown.length - 2, plain(shown[0]!).length],
    picture: () => shown.slice(0, -2).join("\n"),
    count: () => count,
  };
}

/** Presses the keys of a way to the goal. */
function win({ env, session }: ReturnType<typeof started>): number {
  const oracle = oraclePlayer();
  oracle.begin(env);
  const keys = ["w", "left", "right"];
  for (let steps = 1; ; steps++) {
    session.press(keys[oracle.act(new Uint8Array(), env)]!);
    if (Math.hypot(env.pose.x - env.layout.goal.x, env.pose.y - env.layout.goal.y) < env.layout.goal.radius)
      return steps;
  }
}

afterEach(() => {
  vi.useRealTimers();
});

describe("a person plays", () => {
  test("keys move, are counted, and those without an action say so", () => {
    const { env, session, words, picture } = started({ seed: 4 });
    expect(words()).toEqual([
      "SmallGoalMaze-v0 rooms 1 · seed 4 episode 0 · step 0/60 · reward 0",
      "arrows or WASD move · space waits · n next · r again · m map · q quit",
    ]);
    const [first, before] = [picture(), { ...env.pose }];
    session.press("right");
    expect(env.pose.heading).toBe((before.heading + 45) % 360);
    expect(picture()).not.toBe(first);
    expect(words()[0]).toContain("step 1/60");
    session.press("space");
    expect(words()).toEqual([
      expect.stringContaining("step 1/60"),
      'the actions "coarse" have none for this key',
    ]);
    session.press("left");
    expect(words()).toEqual([
      expect.stringContaining("step 2/60"),
      expect.stringContaining("arrows or WASD"),
    ]);
    expect([env.pose.heading, picture()]).toEqual([before.heading, first]);
  });

  test("r plays the same episode again, n the next one", () => {
    const { session, words, picture } = started({ seed: 2 });
    const first = picture();
    for (const key of ["w", "w", "left"]) session.press(key);
    session.press("r");
    expect([words()[0], picture()]).toEqual([expect.stringContaining("episode 0 · step 0/60"), first]);
    session.press("n");
    expect(words()[0]).toContain("seed 2 episode 1 · step 0/60");
    expect(picture()).not.toBe(first);
    session.press("r");
    expect(words()[0]).toContain("episode 1 · step 0");
  });

  test("an episode that is won is told, moves no more, and q gives what became of all", async () => {
    const one = started({ seed: 3 });
    const steps = win(one);
    expect(one.words()[0]).toMatch(new RegExp(`step ${steps}/60 · reward (?!0$)`));
    expect(one.words()[1]).toMatch(new RegExp(`^reached in ${steps} steps \\([\\d.]+ cells, shortest`));
    one.session.press("w");
    expect(one.words()[0]).toContain(`step ${steps}/60`);
    one.session.press("n");
    for (const _ of Array(60)) one.session.press("left");
    expect(one.words()[1]).toMatch(/^not reached in 60 steps · /);
    one.session.press("n");
    one.session.press("q");
    const ends = await one.ended;
    expect(ends.map(({ episode, success, length }) => [episode, success, length])).toEqual([
      [0, true, steps],
      [1, false, 60],
    ]);
  });

  test("pictures are as large as fits: square pixels, two rows a character, the map beside them by m", () => {
    const one = started({ seed: 1 });
    // 28 rows of characters are 56 pixels; 56 × 4 / 3 columns would be 74.
    expect(one.drawn()).toEqual([28, 74]);
    one.session.press("m");
    // (100 − 2) / (4 / 3 + 1) = 42 rows; 42 × 4 / 3 + 2 + 42 columns.
    expect(one.drawn()).toEqual([21, 56 + 2 + 42]);
    one.size.columns = 40;
    one.session.show();
    expect(one.drawn()).toEqual([8, 21 + 2 + 16]);
    one.session.press("m");
    expect(one.drawn()).toEqual([15, 40]);
    one.size.rows = 3;
    one.session.show();
    // Never smaller than eight pixels.
    expect(one.drawn()).toEqual([4, 10]);
    expect(one.words()[0]!.length).toBe(40);
  });
});

describe("a person watches", () => {
  const watched = (options: PlayOptions = {}) => {
    vi.useFakeTimers();
    return started({ player: oraclePlayer(), speed: 10, seed: 5, ...options });
  };

  test("who plays steps by the clock, and goes on to the next episode after a while", () => {
    const { words } = watched();
    expect(words()[0]).toMatch(/^oracle · SmallGoalMaze-v0 rooms 1 · seed 5 episode 0 · step 0\//);
    vi.advanceTimersByTime(99);
    expect(words()[0]).toContain("step 0/");
    vi.advanceTimersByTime(1);
    expect(words()[0]).toContain("step 1/");
    vi.advanceTimersByTime(100 * 60);
    expect(words()[0]).not.toContain("episode 0 ");
  });

  test("space pauses, + and − change the speed within bounds", () => {
    const { session, words } = watched();
    session.press("space");
    expect(words()[1]).toMatch(/^paused · space pauses · \+ and - speed \(10\.0 steps\/s\)/);
    vi.advanceTimersByTime(5000);
    expect(words()[0]).toContain("step 0/");
    session.press("space");
    for (const _ of Array(9)) session.press("+");
    expect(words()[1]).toContain("(60.0 steps/s)");
    vi.advanceTimersByTime(17);
    expect(words()[0]).toContain("step 1/");
    for (const _ of Array(20)) session.press("-");
    expect(words()[1]).toContain("(0.5 steps/s)");
    vi.advanceTimersByTime(1999);
    expect(words()[0]).toContain("step 1/");
    vi.advanceTimersByTime(1);
    expect(words()[0]).toContain("step 2/");
  });

  test("the map is shown from the beginning, unless it is not wanted", () => {
    expect(watched().drawn()).toEqual([21, 100]);
    expect(watched({ map: false }).drawn()).toEqual([28, 74]);
  });

  test("stop ends the clock; who fails ends the session with that error", async () => {
    const one = watched();
    one.session.stop();
    const count = one.count();
    vi.advanceTimersByTime(10_000);
    expect(one.count()).toBe(count);
    const broken: Player = {
      ...oraclePlayer(),
      act: () => {
        throw new Error("no idea");
      },
    };
    const failing = watched({ player: broken });
    const refused = expect(failing.ended).rejects.toThrow("no idea");
    vi.advanceTimersByTime(100);
    await refused;
  });
});
