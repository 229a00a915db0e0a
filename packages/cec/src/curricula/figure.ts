// A curriculum drawn.
import type { LineSeries, LinesFigure, PanelsFigure } from "@throughline/lab";
import { wholeNumber } from "@throughline/torch/checks";
import type { Curriculum } from "./curriculum.js";
import type { CurriculumEpisode } from "./episode.js";
import { ruleText } from "./sampling.js";

/** Options of a curriculum's figure. */
export interface CurriculumFigureOptions {
  /** Sampled sequences that are drawn. Default: 12. */
  readonly samples?: number;
  /** Seed that they are drawn with. Default: 0. */
  readonly seed?: number;
}

/**
 * A figure in three panels: success over the curriculum's order, level by level, as a running mean; which episodes sampled sequences take
 * from it; and in which order these come.
 */
export function curriculumFigure(
  curriculum: Curriculum,
  { samples = 12, seed = 0 }: CurriculumFigureOptions = {},
): PanelsFigure {
  wholeNumber("curriculumFigure: samples", samples, 1);
  const firsts = firstPlaces(curriculum);
  const placeOf = ({ level, place }: CurriculumEpisode): number => firsts[level]! + place;
  const sequences = Array.from({ length: samples }, (_, number) => {
    const [epoch, index] = [Math.floor(number / curriculum.samples), number % curriculum.samples];
    return curriculum.sequence({ seed, epoch, index });
  });
  const x = { label: "place in the curriculum (episodes)", min: 0, max: curriculum.episodes };
  return {
    kind: "panels",
    title: "Curriculum",
    subtitle: `${ruleText(curriculum.sampling)}${curriculum.order === "rising" ? "" : `, order ${curriculum.order}`}`,
    columns: 1,
    panels: [
      successPanel(curriculum, firsts, x),
      takenPanel(curriculum, sequences, placeOf, x),
      orderPanel(curriculum, sequences, placeOf),
    ],
  };
}

/** Place of each level's first episode in the whole curriculum. */
function firstPlaces({ levels }: Curriculum): number[] {
  const counts = levels.map(({ episodes }) => episodes.length);
  return counts.map((_, level) => counts.slice(0, level).reduce((sum, count) => sum + count, 0));
}

function successPanel({ levels }: Curriculum, firsts: readonly number[], x: LinesFigure["x"]): LinesFigure {
  return {
    ...{ kind: "lines", title: "Success", x, y: { label: "fraction of episodes", min: 0, max: 1 } },
    series: levels.map(({ name, episodes }, level) => ({
      name,
      x: episodes.map((_, place) => firsts[level]! + place + 0.5),
      y: runningMean(episodes.map(({ success }) => Number(success))),
    })),
  };
}

function takenPanel(
  { levels, episodes: all }: Curriculum,
  sequences: readonly (readonly CurriculumEpisode[])[],
  placeOf: (episode: CurriculumEpisode) => number,
  x: LinesFigure["x"],
): LinesFigure {
  // Of many, a single one is drawn wider than it is, or it would not be seen.
  const reach = Math.max(0.5, all / 200);
  const series = levels.map(({ name }, level): LineSeries => {
    const points = sequences.flatMap((sequence, number) =>
      sequence
        .filter((episode) => episode.level === level)
        .flatMap((episode) => {
          const place = placeOf(episode) + 0.5;
          return [[place - reach, number + 1], [place + reach, number + 1], [Number.NaN, Number.NaN]]; // biome-ignore format: one stroke
        }),
    );
    return { name, dashed: false, x: points.map(([at]) => at!), y: points.map(([, row]) => row!) };
  });
  const y = { label: "sequence", min: 0, max: sequences.length + 1 };
  return {
    kind: "lines",
    title: "Episodes of sampled sequences",
    x,
    y,
    series: series.filter((line) => line.x.length > 0),
  };
}

function orderPanel(
  { episodes }: Curriculum,
  sequences: readonly (readonly CurriculumEpisode[])[],
  placeOf: (episode: CurriculumEpisode) => number,
): LinesFigure {
  return {
    ...{ kind: "lines", title: "Order within a sequence" },
    x: { label: "place in the sequence (episodes)", min: 1 },
    y: { label: "place in the curriculum", min: 0, max: episodes },
    series: sequences.slice(0, 4).map((sequence, number) => ({
      name: `sequence ${number + 1}`,
      markers: true,
      x: sequence.map((_, at) => at + 1),
      y: sequence.map(placeOf),
    })),
  };
}

/** Mean of each value and those around it: a tenth of all. */
function runningMean(values: readonly number[]): number[] {
  const reach = Math.max(1, Math.round(values.length / 20));
  return values.map((_, at) => {
    const around = values.slice(Math.max(0, at - reach), at + reach + 1);
    return around.reduce((sum, value) => sum + value, 0) / around.length;
  });
}
