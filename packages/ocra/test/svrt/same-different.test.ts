// The labels of the problems in which shapes must be compared, found again by a checker that knows only the curves.
import { checkProblems } from "./labels.js";

checkProblems("same-different");
