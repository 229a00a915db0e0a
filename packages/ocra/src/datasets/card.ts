// The README.md of a data set that was written to disk.
import type { DatasetDescription } from "./description.js";

/** Files and checksums, as Markdown. */
function fileTable(files: DatasetDescription["files"]): string {
  const rows = files.map(({ name, samples, sha256 }) => `| ${name} | ${samples} | ${sha256} |`);
  return ["| file | samples | SHA-256 |", "| --- | ---: | --- |", ...rows].join("\n");
}

/** `1K<n<10K`, the way data set cards say how large a set is. */
export function sizeCategory(count: number): string {
  const steps = [1e3, 1e4, 1e5, 1e6, 1e7];
  const names = ["1K", "10K", "100K", "1M", "10M"];
  const at = steps.findIndex((step) => count < step);
  if (at === 0) return "n<1K";
  return at < 0 ? "n>10M" : `${names[at - 1]}<n<${names[at]}`;
}

/** The README.md of a data set: a card with YAML front matter. */
export function datasetCard(description: DatasetDescription): string {
  const { name, kind, form, shape, count, seed, precision, generator, config, files } = description;
  const picture = `${shape.channels} × ${shape.height} × ${shape.width}`;
  const arrays =
    kind === "displays"
      ? "`image` [n, channels, height, width] and `owners` [n, height, width]: 0 where no object is, else its number"
      : "`images` [n, views, channels, height, width] and `target` [n]; `problems.jsonl` says what is in each problem";
  const range = precision === "uint8" ? "0 to 255, to be divided by 255" : "0 to 1";
  return `---
license: other
license_name: see-generator
pretty_name: ${name}
tags: [synthetic, visual-reasoning, object-centric]
task_categories: [${kind === "displays" ? "image-segmentation" : "image-classification"}]
size_categories: ["${sizeCategory(count)}"]
configs:
  - config_name: default
    data_files: "part-*.npz"
---

# ${name}

${count} ${kind === "displays" ? "displays" : `problems (${form})`} of ${picture} pixels (channels × height × width), ${precision},
${range}; 1 is white.

Each \`part-….npz\` holds ${arrays}. \`dataset.json\` says the same for programs.

- Generator: ${generator}
- Options: \`${JSON.stringify(config)}\`
- ${config.flips === true ? "Pictures are to be flipped across and down at random, as our reader does at every access." : `Jitter drawn from seed ${seed}, once: every reading gives the same pictures.`}
- Glyphs of the built-in objects are from Noto fonts, © The Noto Project Authors, SIL Open Font License 1.1.

${fileTable(files)}
`;
}
