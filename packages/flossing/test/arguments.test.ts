// Arguments that a user mistypes or forgets: one sentence each, that names what was given and what is accepted.
import {
  advance,
  type DrivenOptions,
  delayedCopy,
  driven,
  Flosser,
  type FlosserOptions,
  finiteTimeExponents,
  flossingLoss,
  flow,
  GruCell,
  henon,
  integrate,
  LstmCell,
  LyapunovStepper,
  loadNet,
  logistic,
  longTermJacobian,
  lorenz,
  lorenz96,
  lyapunovSpectrum,
  map,
  meanField,
  observeDynamics,
  orthonormalFrame,
  psMnist,
  type RecurrentCell,
  randomMatrixProduct,
  recurrentScan,
  SequenceModel,
  type SpectrumOptions,
  type System,
  schedules,
  scsNetwork,
  sequenceTask,
  seriesTask,
  Trainer,
  tangentScan,
  taskFromFile,
  temporalXor,
  triangleLaw,
  VanillaCell,
} from "@throughline/flossing";
import { randn, scope, type Tensor, TorchError, tensor } from "@throughline/torch";
import { describe, expect, test } from "vitest";

/** Value that a program without types may pass. */
const untyped = <T>(value: unknown): T => value as T;
const inputs = (): Tensor => randn([12, 1, 2]);
const cell = (): VanillaCell => new VanillaCell(2, 4);
const flosser = (options: object): Flosser => new Flosser(cell(), { k: 1, inputs, ...options });
const model = (): SequenceModel => new SequenceModel(new VanillaCell(1, 4), { outputSize: 1, batch: 1 });

type Case = readonly [name: string, run: () => unknown, message: RegExp];

function refuses(cases: readonly Case[]): void {
  test.each(cases)("%s", (_name, run, message) => {
    scope(() => {
      let error: unknown;
      try {
        run();
      } catch (thrown) {
        error = thrown;
      }
      expect(error).toBeInstanceOf(TorchError);
      expect(String((error as Error).message)).toMatch(message);
    });
  });
}

describe("options that there are not", () => {
  refuses([
    ["a batch", () => lyapunovSpectrum(henon(), untyped({ steps: 10, bacth: 3 })), /lyapunovSpectrum: there is no option bacth; did you mean batch\?/],
    ["several problems at once", () => lyapunovSpectrum(henon(), untyped({ stepz: 10, k: 0 })), /no option stepz; did you mean steps\?; k is 0/],
    ["a stepper's", () => new LyapunovStepper(henon(), untyped({ intervall: 3 })), /did you mean interval\?/],
    ["a horizon", () => longTermJacobian(henon(), untyped({ steps: 3, horizn: 3 })), /no option horizn; did you mean horizons\?/],
    ["a map's", () => map(untyped({ dimension: 1, step: (x: Tensor) => x, jacobean: 1 })), /did you mean jacobian\?/],
    ["a flow's", () => flow(untyped({ dimension: 1, derivative: (x: Tensor) => x, stepsize: 1 })), /did you mean stepSize\?/],
    ["an integrator's", () => integrate((x) => x, tensor([1], { dtype: "float64" }), [0, 1], untyped({ rtoll: 1 })), /did you mean rtol\?/],
    ["a system's", () => lorenz(untyped({ sgma: 3 })), /lorenz: there is no option sgma; did you mean sigma\?/],
    ["a parameter of another system", () => logistic(untyped({ slope: 3 })), /logistic: there is no option slope; there are r/],
    ["a network's", () => scsNetwork(untyped({ size: 3, noise: 1 })), /no option noise/],
    ["a product's", () => randomMatrixProduct(untyped({ size: 3, gain: 1 })), /no option gain/],
    ["a drive's", () => driven(cell(), randn([5, 2]), untyped({ repeet: "cycle" })), /did you mean repeat\?/],
    ["a cell's", () => new VanillaCell(1, 2, untyped({ frm: "pre" })), /did you mean form\?/],
    ["a GRU's", () => new GruCell(1, 2, untyped({ bais: true })), /did you mean bias\?/],
    ["a flosser's", () => flosser({ skp: 1 }), /Flosser: there is no option skp; did you mean skip\?/],
    ["of exponents", () => finiteTimeExponents(cell(), inputs(), untyped({ stte: 1 })), /did you mean state\?/],
    ["of frames", () => orthonormalFrame(3, 2, untyped({ bacth: 1 })), /did you mean batch\?/],
    ["of dynamics", () => observeDynamics(cell(), inputs(), untyped({ skp: 1 })), /did you mean skip\?/],
    ["of a schedule", () => new schedules.AdaptiveSchedule(untyped({ watch: "gradient", evry: 1 })), /did you mean every\?/],
    ["of a model", () => new SequenceModel(cell(), untyped({ outputSize: 1, batch: 1, readot: 1 })), /did you mean readout\?/],
    ["of a trainer", () => new Trainer(model(), delayedCopy({ delay: 2 }), untyped({ length: 9, genrator: 1 })), /did you mean generator\?/],
    ["of tasks", () => temporalXor(untyped({ delay: 4, levl: 1 })), /did you mean level\?/],
    ["of samples", () => delayedCopy({ delay: 2 }).sample(9, 1, untyped({ dtpe: 1 })), /did you mean dtype\?/],
    ["of mean fields", () => meanField(untyped({ gain: 1, nois: 1 })), /did you mean noise\?/],
    ["of loading", () => loadNet("x.pt", untyped({ layr: 1 })), /did you mean layer\?/],
    ["of MNIST", () => psMnist(untyped({ trian: 1 })), /did you mean train\?/],
    ["of files", () => taskFromFile("x.npz", untyped({ lenght: 1 })), /did you mean length\?/],
    ["of sequences", () => sequenceTask(untyped({ input: inputs(), targets: inputs() })), /no option input; did you mean inputs\?; inputs is undefined/],
    ["of a series", () => seriesTask(untyped({ serie: inputs() })), /did you mean series\?/],
    ["of a scan", () => recurrentScan("pre", inputs(), untyped({ weightIh: inputs(), weightHh: inputs() }), inputs(), untyped({ leek: 1 })), /did you mean leak\?/],
    ["of a tangent scan", () => tangentScan({ kind: "gated", weight: inputs(), left: inputs() }, inputs(), untyped({ intervall: 1 })), /did you mean interval\?/],
    ["options that are no object", () => lyapunovSpectrum(henon(), untyped(5)), /the options are 5, accepted: an object/],
  ]); // biome-ignore format: a table
});

describe("values that are not accepted", () => {
  refuses([
    ["steps of a flow", () => lyapunovSpectrum(lorenz(), { steps: 100 }), /a flow is measured over a time; give duration: 10 for 100 steps of 0.1/],
    ["the duration of a map", () => lyapunovSpectrum(henon(), { duration: 100 }), /measured over steps; give steps: 100, not a duration/],
    ["flossing backwards", () => flosser({}).run(-1), /Flosser.run: steps is -1, accepted: a whole number of at least 0/],
    ["half a flossing step", () => flosser({}).run(1.5), /steps is 1.5/],
    ["epochs that are words", () => schedules.at(untyped([3, "x"]), 1), /schedules.at: an epoch is "x"/],
    ["steps below 0", () => schedules.at([3], -1), /schedules.at: steps is -1/],
    ["no period", () => schedules.periodic(0, 5), /every is 0/],
    ["something else to watch", () => new schedules.AdaptiveSchedule(untyped({ watch: "loss" })), /watch is "loss", accepted: "gradient" or "exponents"/],
    ["a form", () => new VanillaCell(1, 2, untyped({ form: "mid" })), /form is "mid", accepted: "pre" or "post"/],
    ["a gain", () => new VanillaCell(1, 2, { gain: Number.NaN }), /gain is NaN/],
    ["no units", () => new GruCell(1, 0), /GruCell: hiddenSize is 0, accepted: a whole number of at least 1/],
    ["no inputs", () => new LstmCell(0, 1), /LstmCell: inputSize is 0/],
    ["targets", () => flosser({ target: ["x"] }), /target is \["x"\]/],
    ["a learning rate", () => flosser({ lr: -1 }), /lr is -1, accepted: a number above 0/],
    ["values to copy", () => delayedCopy(untyped({ delay: 2, values: "words" })), /values is "words"/],
    ["an empty batch", () => delayedCopy({ delay: 2 }).sample(9, 0, {}), /batch is 0|sequences of a batch is 0/],
    ["more vectors than variables", () => orthonormalFrame(3, 4), /vectors is 4, accepted: a whole number from 1 to 3/],
    ["sites", () => lorenz96({ dimension: 3 }), /dimension is 3, accepted: a whole number of at least 4/],
    ["a rate that is a word", () => logistic(untyped({ r: "x" })), /r is "x", accepted: a number, or a tensor \[batch, 1\]/],
    ["fractions", () => triangleLaw(untyped(3)), /fractions is 3, accepted: a list of numbers/],
    ["a penalty", () => new Trainer(model(), delayedCopy({ delay: 2 }), untyped({ length: 9, penalty: { kind: "x", weight: 1 } })), /generator is undefined/],
    ["relaxing backwards", () => model().relax(-1), /relax: steps is -1/],
    ["a longer readout than the state", () => new SequenceModel(cell(), { outputSize: 1, batch: 1, readSize: 9 }), /readSize is 9, accepted: a whole number from 1 to 4/],
  ]); // biome-ignore format: a table
});

describe("what is missing, or something else", () => {
  const stepless = untyped<RecurrentCell>({ inputSize: 2, stateSize: 4 });
  const hurried = untyped<RecurrentCell>({
    inputSize: 2,
    stateSize: 4,
    step: async (_u: Tensor, h: Tensor) => h,
  });
  const spectrumOf = (step: unknown, options: SpectrumOptions = { steps: 5 }) =>
    lyapunovSpectrum(map({ dimension: 2, step: untyped(step) }), options);
  refuses([
    ["no system", () => lyapunovSpectrum(untyped(undefined)), /the system is undefined; give what `map`, `flow` or `driven` makes/],
    ["a system without step", () => lyapunovSpectrum(untyped<System>({ dimension: 2 }), { steps: 3 }), /the system has no function `step`/],
    ["no options of a flosser", () => new Flosser(cell(), untyped(undefined)), /Flosser: k is undefined.*inputs is undefined, accepted: a function/],
    ["no cell", () => new Flosser(untyped(null), { k: 1, inputs }), /Flosser: the cell is null; give an object with inputSize, stateSize and step/],
    ["a cell without step", () => driven(stepless, randn([5, 2])), /driven: the cell has no function `step`/],
    ["the same elsewhere", () => finiteTimeExponents(stepless, inputs()), /the cell has no function `step`/],
    ["no inputs", () => driven(cell(), untyped<Tensor>(undefined), untyped<DrivenOptions>({})), /inputs is undefined, accepted: a tensor/],
    ["inputs that return nothing", () => flosser({ inputs: () => undefined }).step(), /Flosser: inputs returned undefined; it must return a tensor/],
    ["inputs that promise", () => flosser({ inputs: async () => inputs() }).step(), /inputs returned a Promise; it must not be async/],
    ["a state that is a number", () => flosser({ state: () => 3 } satisfies Partial<Record<keyof FlosserOptions, unknown>>).step(), /state returned 3/],
    ["an async step of a cell", () => lyapunovSpectrum(driven(hurried, randn([20, 2]))), /the cell's step returned a Promise; it must not be async/],
    ["an async step of a map", () => spectrumOf(async (x: Tensor) => x), /map: step returned a Promise/],
    ["a step that returns nothing", () => spectrumOf(() => undefined), /map: step returned undefined/],
    ["an async derivative", () => lyapunovSpectrum(flow({ dimension: 1, derivative: untyped(async (x: Tensor) => x) }), { duration: 1 }), /derivative returned a Promise/],
    ["a step of a system of one's own", () => lyapunovSpectrum({ dimension: 1, dt: 1, unit: "step", step: untyped(() => 3) }, { steps: 5 }), /step returned 3/],
    ["no step of a map", () => map(untyped({ dimension: 1 })), /map: step is undefined, accepted: a function/],
    ["states that are a list", () => advance(henon(), untyped([1, 2]), randn([1, 2, 2]), 0, 1, 1), /states is \[1, 2\], accepted: a tensor/],
    ["exponents that are none", () => flossingLoss(untyped(undefined)), /exponents is undefined, accepted: a tensor/],
    ["a series that is a list", () => seriesTask(untyped({ series: [1, 2, 3] })), /series is \[1, 2, 3\], accepted: a tensor/],
    ["no file", () => taskFromFile(untyped(undefined)), /the path is undefined, accepted: a text/],
    ["no model", () => new Trainer(untyped(undefined), delayedCopy({ delay: 2 }), untyped({})), /the model is undefined, accepted: a SequenceModel/],
  ]); // biome-ignore format: a table
});
