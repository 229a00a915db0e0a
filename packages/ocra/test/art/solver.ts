// Solves ART problems from the identities of the objects in each view, by role alone: written from the rules of the tasks,
// without a look at how the problems are made.
import type { PlacedObject } from "@throughline/ocra";

/** What a solver sees of a view: which object stands where for what. */
export type View = readonly Pick<PlacedObject, "object" | "role">[];

/** The answer, and the rule that it follows. @throws if no answer, or more than one, is right */
export function solve(task: string, views: readonly View[]): { target: number; rule: string } {
  switch (task) {
    case "art/same-different": {
      const [first, second] = views[0]!;
      const same = first!.object === second!.object;
      return { target: same ? 0 : 1, rule: same ? "same" : "different" };
    }
    case "art/rmts": {
      const relation = (view: View, role: string): boolean => {
        const [first, second] = by(view, role);
        return first === second;
      };
      const source = relation(views[0]!, "source");
      const target = only(views.map((view) => relation(view, "choice") === source));
      return { target, rule: source ? "same" : "different" };
    }
    case "art/distribution-of-3": {
      const target = only(views.map((view) => sorted(by(view, "row 1")) === sorted(secondRow(view))));
      return { target, rule: "distribution of 3" };
    }
    case "art/identity-rules": {
      const pattern = shape(by(views[0]!, "row 1"));
      return { target: only(views.map((view) => shape(secondRow(view)) === pattern)), rule: pattern };
    }
    default:
      throw new Error(`no rule for ${task}`);
  }
}

const by = (view: View, role: string): number[] =>
  view.filter((placed) => placed.role === role).map((placed) => placed.object);

const secondRow = (view: View): number[] => [...by(view, "row 2"), ...by(view, "choice")];

const sorted = (objects: readonly number[]): string => [...objects].sort((a, b) => a - b).join();

/** `ABA` for [7, 3, 7]: letters in the order in which the objects appear. */
function shape(objects: readonly number[]): string {
  const met = [...new Set(objects)];
  return objects.map((object) => "ABC"[met.indexOf(object)]).join("");
}

function only(right: readonly boolean[]): number {
  const answers = right.flatMap((yes, at) => (yes ? [at] : []));
  if (answers.length !== 1) throw new Error(`${answers.length} answers are right`);
  return answers[0]!;
}
