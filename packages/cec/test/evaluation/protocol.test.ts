// Which level comes next: promotion by success, by the cap, by number; what is scored.
import { Course, type Protocol, protocols } from "@throughline/cec";
import { expect, test } from "vitest";

const { auto, fixed, learningProgress } = protocols;

/** Levels of the episodes of a run whose successes are given as 1 and 0; the last goes on for ever. */
function levels(protocol: Protocol, count: number, successes: string): string {
  const course = new Course(protocol, count);
  let text = "";
  for (let at = 0; !course.isOver; at++) {
    text += course.isScored ? `${course.level}*` : course.level;
    course.ended(successes[Math.min(at, successes.length - 1)] === "1");
  }
  return text;
}

test("auto promotes after k successes in a row, and only then", () => {
  const protocol = auto({ promoteAfter: 3, cap: 100, testEpisodes: 2 });
  expect(levels(protocol, 2, "111")).toBe("0001*1*");
  expect(levels(protocol, 2, "110111")).toBe("0000001*1*");
  expect(levels(protocol, 2, "1010110111")).toBe("00000000001*1*");
});

test("the row of successes is counted anew at each level", () => {
  // With two in a row: 0 0 | 1 1 | 2 …; were it not cleared, level 1 would last one episode.
  expect(levels(auto({ promoteAfter: 2, testEpisodes: 1 }), 3, "1")).toBe("00112*");
  expect(levels(auto({ promoteAfter: 2, testEpisodes: 1 }), 3, "0110")).toBe(`000${"1".repeat(100)}2*`);
});

test("the cap leads on, counts a level's episodes alone, and clears the row", () => {
  expect(levels(auto({ promoteAfter: 2, cap: 3, testEpisodes: 1 }), 3, "0")).toBe("0001112*");
  // The third episode of level 0 succeeds and is the last by the cap; were it counted on, level 1 would last one.
  expect(levels(auto({ promoteAfter: 2, cap: 3, testEpisodes: 1 }), 3, "001101")).toBe("0001112*");
});

test("no success in the test ends or shortens it", () => {
  expect(levels(auto({ promoteAfter: 1, testEpisodes: 4 }), 2, "1")).toBe("01*1*1*1*");
  expect(levels(auto({ promoteAfter: 1, testEpisodes: 4 }), 1, "1")).toBe("0*0*0*0*");
});

test("fixed plays a number of each level whatever happens; learning progress plays the last alone", () => {
  for (const successes of ["0", "1"]) {
    expect(levels(fixed({ levelEpisodes: 2, testEpisodes: 3 }), 3, successes)).toBe("00112*2*2*");
    expect(levels(fixed({ levelEpisodes: 0, testEpisodes: 2 }), 3, successes)).toBe("2*2*");
    expect(levels(learningProgress({ testEpisodes: 2 }), 3, successes)).toBe("2*2*");
  }
});

test("defaults are the paper's for Goal Maze", () => {
  expect(auto()).toEqual({ kind: "auto", promoteAfter: 3, cap: 100, testEpisodes: 100 });
  expect(fixed()).toEqual({ kind: "fixed", levelEpisodes: 3, testEpisodes: 100 });
  expect(learningProgress()).toEqual({ kind: "learning-progress", testEpisodes: 100 });
});

test("bad numbers are one sentence", () => {
  expect(() => auto({ promoteAfter: 0 })).toThrow(/^auto: promoteAfter is 0, accepted: a whole number/);
  expect(() => fixed({ testEpisodes: 0.5 })).toThrow(/^fixed: testEpisodes is 0.5, accepted: a whole number/);
});
