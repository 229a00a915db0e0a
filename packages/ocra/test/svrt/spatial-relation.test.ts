// The labels of the problems of places and sizes, found again by a checker that knows only the curves.
import { checkProblems } from "./labels.js";

checkProblems("spatial-relation");
