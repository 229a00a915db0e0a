// A sheet of an environment: several episodes, each with its map from above and pictures along the planner's way.
import { type Context2d as Context, type Surface, shippedCanvas } from "@throughline/lab";
import type { Frame } from "../env.js";
import type { MazeKind, ViewOptions } from "../mazes/kinds.js";
import { heightAt, type Layout } from "../mazes/layout.js";
import { drawAgent, drawBadge, MAP_COLOURS, MazeMap } from "../mazes/map.js";
import { MazeEnv } from "../mazes/maze-env.js";
import { Oracle } from "../mazes/oracle.js";
import { textureTile } from "../mazes/pictures/atlas.js";
import type { Pose } from "../mazes/simulation.js";
import { dialText } from "./words.js";

/** Options of a sheet. */
export interface SheetOptions {
  /** Number of episodes, each the first of a seed. Default: 4. */
  readonly seeds?: number;
  /** The first seed. Default: 0. */
  readonly seed?: number;
}

/** Sizes in pixels. */
const MAP = 392;
const VIEW = 248;
const GAP = 10;
const CAPTION = 24;
const MARGIN = 28;
const HEAD = 92;
const FOOT = 54;

/** A picture along the way. */
interface View {
  readonly caption: string;
  readonly pose: Pose;
  readonly frame: Frame;
}

/**
 * Draws a sheet as PNG: for each episode the map, and what is seen at the start, on the way, with the goal in sight, and the last
 * again in the agent's own pixels.
 * @throws TorchError `torch/argument` for an option that is not accepted
 */
export function previewSheet<Options extends ViewOptions>(
  kind: MazeKind<Options>,
  options: Options | undefined,
  { seeds = 4, seed = 0 }: SheetOptions = {},
): Uint8Array {
  const env = new MazeEnv(kind, options);
  try {
    const { height, width } = env.options;
    // Pictures of a strange shape are squeezed, so that the sheet stays one.
    const tall = Math.min(2 * VIEW, Math.max(VIEW / 4, Math.round((VIEW * height) / width)));
    const columns = seeds === 1 ? 1 : 2;
    const rows = Math.ceil(seeds / columns);
    const blockWide = MAP + GAP + 2 * VIEW + GAP;
    const blockTall = CAPTION + Math.max(MAP, 2 * (tall + CAPTION) + GAP);
    const wide = 2 * MARGIN + columns * blockWide + (columns - 1) * MARGIN;
    const canvas = shippedCanvas().createCanvas(wide, HEAD + rows * (blockTall + GAP) + FOOT);
    const context = canvas.getContext("2d");
    context.fillStyle = "#fbfaf7";
    context.fillRect(0, 0, canvas.width, canvas.height);
    const first = env as unknown as MazeEnv;
    first.reset({ seed });
    drawHead(context, first, kind.purpose);
    drawLegend(context, first.layout, canvas.height - FOOT + 20);
    for (let at = 0; at < seeds; at++) {
      const x = MARGIN + (at % columns) * (blockWide + MARGIN);
      const y = HEAD + Math.floor(at / columns) * (blockTall + GAP);
      drawEpisode(context, first, seed + at, { x, y, tall });
    }
    return canvas.encodeSync("png");
  } finally {
    env.close();
  }
}

function text(
  context: Context,
  words: string,
  x: number,
  y: number,
  size: number,
  { weight = 400, colour = MAP_COLOURS.ink as string } = {},
): number {
  context.font = `${weight} ${size}px 'Noto Sans'`;
  context.fillStyle = colour;
  context.textAlign = "left";
  context.textBaseline = "alphabetic";
  context.fillText(words, x, y);
  return context.measureText(words).width;
}

function drawHead(context: Context, env: MazeEnv, purpose: string): void {
  const title = text(context, env.spec.id, MARGIN, 44, 28, { weight: 700 });
  text(context, dialText(env), MARGIN + title + 16, 44, 20, { colour: "#5a5f6b" });
  const { height, width, actions, horizon } = env.options;
  const facts = [
    `${purpose}`,
    `${env.actionSpace.n} actions (${actions})`,
    `pictures ${height} × ${width}`,
    `reward ${env.reward}`,
    `at most ${horizon} steps`,
  ];
  text(context, facts.join("   ·   "), MARGIN, 72, 15, { colour: "#5a5f6b" });
}

/** The signs on the maps of this kind of layout. */
function drawLegend(context: Context, layout: Layout, y: number): void {
  let x = MARGIN;
  const entry = (words: string, draw: (middle: number) => void): void => {
    draw(x + 10);
    x += 26;
    x += text(context, words, x, y + 5, 14, { colour: "#3a3f4a" }) + 26;
  };
  const dots = (colour: string): ((middle: number) => void) => {
    return (middle) => {
      for (const away of [-8, 0, 8]) {
        context.beginPath();
        context.arc(middle + away, y, 3, 0, 2 * Math.PI);
        context.fillStyle = colour;
        context.fill();
        context.strokeStyle = MAP_COLOURS.ink;
        context.lineWidth = 1;
        context.stroke();
      }
    };
  };
  entry("start, and where it looks", (middle) =>
    drawAgent(context, { x: middle, y, heading: 0 }, MAP_COLOURS.start, 10),
  );
  if (layout.arena !== null) {
    entry("platform, which cannot be seen", (middle) => {
      context.beginPath();
      context.arc(middle, y, 8, 0, 2 * Math.PI);
      context.fillStyle = MAP_COLOURS.goal;
      context.fill();
      context.strokeStyle = MAP_COLOURS.ink;
      context.lineWidth = 1.4;
      context.setLineDash([3, 2]);
      context.stroke();
      context.setLineDash([]);
    });
  } else {
    entry("gem, the goal", (middle) => {
      const sprite = layout.sprites[0]!;
      drawTexture(context, sprite.texture, middle - 11, y - 11, 22);
    });
  }
  entry("the planner's way", dots(MAP_COLOURS.way));
  entry("places of the pictures", (middle) => drawBadge(context, middle, y, 10, "1"));
  if (layout.plain !== null)
    entry("numbers: levels above the ground; arrows: steps that lead down only", (middle) => {
      context.fillStyle = "#20263a";
      context.beginPath();
      context.moveTo(middle + 8, y);
      context.lineTo(middle - 6, y - 8);
      context.lineTo(middle - 6, y + 8);
      context.fill();
    });
}

function drawTexture(context: Context, texture: number, x: number, y: number, size: number): void {
  const tile = shippedCanvas().createCanvas(64, 64);
  const own = tile.getContext("2d");
  const image = own.createImageData(64, 64);
  image.data.set(textureTile(texture).pixels);
  own.putImageData(image, 0, 0);
  context.drawImage(tile, x, y, size, size);
}

interface Block {
  readonly x: number;
  readonly y: number;
  /** Height of a picture. */
  readonly tall: number;
}

function drawEpisode(context: Context, env: MazeEnv, seed: number, { x, y, tall }: Block): void {
  const views = viewsOf(env, seed, tall);
  const { length } = env.way;
  text(context, `seed ${seed}`, x, y + 16, 15, { weight: 700 });
  text(context, `shortest way ${length.toFixed(1)} cells`, x + 62, y + 16, 14, { colour: "#5a5f6b" });
  const map = new MazeMap(env.layout, { side: MAP, way: env.way });
  context.drawImage(map.paint({ views: views.map(({ pose }) => pose) }), x, y + CAPTION);
  const last = views.at(-1)!;
  // The last one as the agent gets it: its own pixels, made larger.
  env.reset({ seed });
  const { height, width } = env.options;
  env.place(last.pose);
  const own = { caption: `${views.length} in the agent's ${height} × ${width} pixels`, pose: last.pose };
  const all = [...views, { ...own, frame: env.picture(height, width) }];
  all.forEach(({ caption, frame }, at) => {
    const left = x + MAP + GAP + (at % 2) * (VIEW + GAP);
    const top = y + CAPTION + Math.floor(at / 2) * (tall + CAPTION + GAP);
    context.imageSmoothingEnabled = at < views.length;
    context.drawImage(surfaceOf(frame), left, top, VIEW, tall);
    context.imageSmoothingEnabled = true;
    context.imageSmoothingQuality = "high";
    const number = at < views.length ? at + 1 : undefined;
    if (number !== undefined) drawBadge(context, left + 11, top + tall + 13, 9, String(number));
    text(context, caption, left + (number === undefined ? 0 : 27), top + tall + 18, 13, {
      colour: "#3a3f4a",
    });
  });
}

/** A frame as a canvas. */
export function surfaceOf({ width, height, pixels }: Frame): Surface {
  const surface = shippedCanvas().createCanvas(width, height);
  const context = surface.getContext("2d");
  const image = context.createImageData(width, height);
  for (let from = 0, to = 0; from < pixels.length; to += 4) {
    image.data[to] = pixels[from++]!;
    image.data[to + 1] = pixels[from++]!;
    image.data[to + 2] = pixels[from++]!;
    image.data[to + 3] = 255;
  }
  context.putImageData(image, 0, 0);
  return surface;
}

/** What the oracle sees at the start, on the way, and with the goal in sight. */
function viewsOf(env: MazeEnv, seed: number, tall: number): View[] {
  env.reset({ seed });
  const oracle = new Oracle(env.way, env.motions);
  const poses = [env.pose];
  const { horizon } = env.options;
  for (let step = 0; step < horizon; step++) {
    const { terminated, truncated } = env.step(oracle.act(env.pose));
    if (terminated || truncated) break;
    poses.push(env.pose);
  }
  const last = poses.length - 1;
  const { fieldOfView, height, width } = env.options;
  const steepest = (0.85 * Math.tan((fieldOfView * Math.PI) / 360) * height) / width;
  const sights = poses.flatMap((pose, at) =>
    at > 0 && isInSight(env.layout, pose, fieldOfView, steepest) ? [at] : [],
  );
  const seen = sights[Math.floor(sights.length / 3)] ?? last;
  const shots: [string, number][] = [
    ["start", 0],
    [`step ${Math.floor(seen / 2)} of ${last + 1}`, Math.floor(seen / 2)],
    [env.layout.arena === null ? `step ${seen}, goal in sight` : `step ${seen}, before the platform`, seen],
  ];
  return shots.map(([caption, at]) => {
    const pose = poses[at]!;
    env.place(pose);
    return { caption, pose, frame: env.picture(tall * 2, VIEW * 2) };
  });
}

/** True if the goal's sprite lies in the picture and nothing higher stands between. @param steepest slope of the picture's edge */
function isInSight(
  { grid, goal, eye, arena }: Layout,
  pose: Pose,
  fieldOfView: number,
  steepest: number,
): boolean {
  const [dx, dy] = [goal.x - pose.x, goal.y - pose.y];
  const away = Math.hypot(dx, dy);
  if (arena !== null) return away < 1.2;
  const turn = (Math.atan2(dy, dx) * 180) / Math.PI - pose.heading;
  const angle = Math.abs(turn - 360 * Math.round(turn / 360));
  if (away > 5 || angle > fieldOfView / 2 - 12) return false;
  const [from, to] = [pose.ground + eye, goal.z + 0.3];
  const slope = (to - from) / (away * Math.cos((angle * Math.PI) / 180));
  if (Math.abs(slope - Math.tan((pose.pitch * Math.PI) / 180)) > steepest) return false;
  for (let t = 0; t < 1; t += 0.04 / away) {
    const [x, y] = [Math.floor(pose.x + dx * t), Math.floor(pose.y + dy * t)];
    if (heightAt(grid, x, y) > from + (to - from) * t) return false;
  }
  return true;
}
