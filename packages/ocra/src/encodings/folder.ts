// Encodings on disk: made once, part by part, and read by every run that asks for the same.
import { PartCache } from "@throughline/lab";
import { cat, data, dispose, Generator, io, keep, scope, type Tensor } from "@throughline/torch";
import { loadProblems } from "../catalogue/load.js";
import { dataset } from "../catalogue/worker-entry.js";
import { collateProblems, type ProblemBatch } from "../datasets/collate.js";
import type { NamedDataSet, TaskSet } from "../datasets/types.js";
import type { Pretrained } from "../pretrained/pretrained.js";
import type { SlotEncoding } from "../slots/slot-attention.js";
import { contentsOf, editionIn } from "./contents.js";
import { type EncodedInput, encodeProblems } from "./encode.js";
import { type EncodingKey, partSeed, VERSION } from "./key.js";

/** Problems in a part: a file, and what an interruption loses at most. */
const PART = 512;
/** Pictures that are encoded at once. */
const PICTURES = 64;
const FIELDS = ["slots", "z", "m"] as const;

/** Draws of a task's problems, ready for training. */
export interface Encodings {
  /** Each [draws · problems, P, K, D], float16: draw by draw. */
  readonly encoding: SlotEncoding;
  /** [problems], int64. */
  readonly target: Tensor;
  readonly problems: number;
  readonly draws: number;
}

function fileOf(draw: number, part: number): string {
  const digits = (value: number): string => String(value).padStart(4, "0");
  return `draw-${digits(draw)}-${digits(part)}.safetensors`;
}

/** One data set, encoded by one encoder. A draw is one access to all problems, with its own jitter and initial slots. */
export class EncodingFolder {
  readonly set: TaskSet;
  readonly #cache: PartCache;
  readonly #key: EncodingKey;
  readonly #encoder: Pretrained;
  readonly #workers: number;

  private constructor(
    cache: PartCache,
    set: TaskSet,
    key: EncodingKey,
    encoder: Pretrained,
    workers: number,
  ) {
    this.#cache = cache;
    this.set = set;
    this.#key = key;
    this.#encoder = encoder;
    this.#workers = workers;
  }

  /**
   * @param folder where folders of encodings are
   * @param workers threads that draw pictures ahead; the encodings are the same for any number. Default 0
   * @throws OcraDataError for a data set that is not accepted; LabError lab/disk
   */
  static async open(
    encoder: Pretrained,
    input: EncodedInput,
    named: NamedDataSet,
    folder: string,
    workers = 0,
  ): Promise<EncodingFolder> {
    const set = (await dataset(named)) as TaskSet;
    const contents = { ...contentsOf(named.options ?? {}), ...editionIn(set) };
    const key: EncodingKey = { weights: encoder.hash, pixels: encoder.pixels, input, data: named, contents };
    const name = named.name.replaceAll("/", "-");
    const cache = new PartCache({ folder, name, key: { ...key }, version: VERSION });
    return new EncodingFolder(cache, set, key, encoder, workers);
  }

  get path(): string {
    return this.#cache.path;
  }

  /** Parts of one draw. */
  get parts(): number {
    return Math.ceil(this.set.length / PART);
  }

  /** Makes a part unless it is there; waits for a process that is making it. */
  async make(draw: number, part: number): Promise<void> {
    await this.#cache.make(fileOf(draw, part), (path) => this.#write(path, draw, part));
  }

  /** Makes a part unless it is there or a process is making it. @returns whether it is there */
  tryMake(draw: number, part: number): Promise<boolean> {
    return this.#cache.tryMake(fileOf(draw, part), (path) => this.#write(path, draw, part));
  }

  has(draw: number, part: number): boolean {
    return this.#cache.has(fileOf(draw, part));
  }

  /** The first `draws` draws; what is missing is made. The caller owns the tensors. */
  async load(draws: number): Promise<Encodings> {
    for (let draw = 0; draw < draws; draw++) {
      for (let part = 0; part < this.parts; part++) await this.make(draw, part);
    }
    return scope(() => {
      const files = Array.from({ length: draws * this.parts }, (_, at) =>
        io.loadSafetensors(this.#cache.file(fileOf(Math.floor(at / this.parts), at % this.parts))),
      );
      const joined = (name: string, from = files): Tensor => cat(from.map((file) => file[name]!));
      const [slots, z, m] = FIELDS.map((name) => joined(name)) as [Tensor, Tensor, Tensor];
      const target = joined("target", files.slice(0, this.parts));
      return keep({ encoding: { slots, z, m }, target, problems: this.set.length, draws });
    });
  }

  async #write(path: string, draw: number, part: number): Promise<void> {
    const seed = partSeed(this.#key, draw, part);
    const generator = Generator.create({ seed });
    const made: (SlotEncoding & { readonly target: Tensor })[] = [];
    try {
      for await (const batch of await this.#batches(part, seed)) {
        made.push(scope(() => keep(this.#encode(batch, generator))));
      }
      scope(() => {
        const files = [...FIELDS, "target" as const].map(
          (name) => [name, cat(made.map((one) => one[name]))] as const,
        );
        io.saveSafetensors(path, Object.fromEntries(files));
      });
    } finally {
      dispose(made);
      generator.dispose();
    }
  }

  /** The problems of a part. @param seed of their jitter */
  async #batches(part: number, seed: number): Promise<AsyncIterable<ProblemBatch>> {
    const { data: named } = this.#key;
    const sampler = new Range(part * PART, Math.min((part + 1) * PART, this.set.length));
    const batchSize = Math.max(1, Math.floor(PICTURES / this.set.views));
    const options = { sampler, batchSize, seed };
    return this.#workers > 0
      ? loadProblems(named, { ...options, workers: this.#workers })
      : new data.DataLoader(this.set, { ...options, collate: collateProblems });
  }

  #encode(
    { images, target }: ProblemBatch,
    generator: Generator,
  ): SlotEncoding & { readonly target: Tensor } {
    const { slots, z, m } = encodeProblems(this.#encoder, this.#key.input, images, { generator });
    const half = (x: Tensor): Tensor => x.to({ device: "cpu", dtype: "float16" }).contiguous();
    return { slots: half(slots), z: half(z), m: half(m), target: target.clone() };
  }
}

/** The numbers from `first` to before `end`, in their order. */
class Range extends data.Sampler {
  readonly length: number;
  readonly #first: number;

  constructor(first: number, end: number) {
    super();
    this.#first = first;
    this.length = end - first;
  }

  *order(): Iterable<number> {
    for (let at = 0; at < this.length; at++) yield this.#first + at;
  }
}
