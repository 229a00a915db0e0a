// A maze from above, drawn for people: ground in the textures that the agent sees, walls and doors, platforms with their levels,
// the pool with its landmarks, start, goal, the planner's way, the way walked, and the agent.
import { type Context2d as Context, type Surface, shippedCanvas } from "@throughline/lab";
import type { Frame } from "../env.js";
import { HEIGHT_UNIT, heightAt, isBlocked, type Layout, type Place } from "./layout.js";
import { textureNumber, textureTile } from "./pictures/atlas.js";
import type { Way } from "./planner.js";
import type { Pose } from "./simulation.js";

/** Parts of a map that change during an episode. */
export interface MapMarks {
  /** The agent's place and heading. */
  readonly pose?: Pick<Pose, "x" | "y" | "heading">;
  /** Places that the agent has walked through, in order. */
  readonly path?: readonly Place[];
  /** Places with numbers, and the direction in which something was seen from them. */
  readonly views?: readonly Pick<Pose, "x" | "y" | "heading">[];
}

/** Options of a map. */
export interface MapOptions {
  /** Pixels a side. Default: 384. */
  readonly side?: number;
  /** The planner's way, drawn as dots. Default: none. */
  readonly way?: Way;
}

type Rgb = readonly [number, number, number];

/** Colours of what is drawn over the ground; legends use them too. */
export const MAP_COLOURS = {
  rock: "#2a2d35",
  way: "#ffffff",
  path: "#ff7a1a",
  agent: "#e4002b",
  start: "#1f7ae0",
  goal: "#ffd23f",
  ink: "#14161b",
  low: [58, 78, 120],
  high: [246, 226, 170],
} as const;

const css = ([red, green, blue]: Rgb, factor = 1): string =>
  `rgb(${[red, green, blue].map((part) => Math.min(255, Math.round(part * factor))).join(",")})`;

/** The map of one layout, which is drawn once; each picture adds what has changed. */
export class MazeMap {
  readonly side: number;
  readonly #layout: Layout;
  readonly #ground: Surface;
  readonly #surface: Surface;
  /** Pixels of a cell. */
  readonly #cell: number;

  constructor(layout: Layout, { side = 384, way }: MapOptions = {}) {
    const canvas = shippedCanvas();
    this.side = side;
    this.#layout = layout;
    this.#cell = side / Math.max(layout.grid.columns, layout.grid.rows);
    this.#ground = canvas.createCanvas(side, side);
    this.#surface = canvas.createCanvas(side, side);
    const context = this.#ground.getContext("2d");
    context.imageSmoothingQuality = "high";
    context.scale(this.#cell, this.#cell);
    if (layout.arena !== null) drawPool(context, layout);
    else if (layout.plain !== null) drawPlatforms(context, layout, this.#cell);
    else drawMaze(context, layout);
    if (way !== undefined) drawWay(context, way.places);
    drawGoal(context, layout);
    drawStart(context, layout.start);
  }

  /** The map as it is now. @returns `side` × `side` pixels */
  draw(marks: MapMarks = {}): Frame {
    const context = this.paint(marks).getContext("2d");
    const { data } = context.getImageData(0, 0, this.side, this.side);
    return { width: this.side, height: this.side, pixels: withoutAlpha(data) };
  }

  /** The same on a canvas, which the next picture overwrites. */
  paint({ path = [], pose, views = [] }: MapMarks = {}): Surface {
    const context = this.#surface.getContext("2d");
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.drawImage(this.#ground, 0, 0);
    context.scale(this.#cell, this.#cell);
    const wide = this.#layout.grid.columns / 15;
    drawPath(context, path, wide);
    views.forEach((view, at) => {
      drawView(context, view, String(at + 1), wide);
    });
    if (pose !== undefined) drawAgent(context, pose, MAP_COLOURS.agent, 0.42 * Math.max(0.8, wide));
    return this.#surface;
  }
}

/** Red, green and blue of pixels with four parts. */
export function withoutAlpha(data: ArrayLike<number>): Uint8Array {
  const pixels = new Uint8Array((data.length / 4) * 3);
  for (let from = 0, to = 0; from < data.length; from += 4) {
    pixels[to++] = data[from]!;
    pixels[to++] = data[from + 1]!;
    pixels[to++] = data[from + 2]!;
  }
  return pixels;
}

const tiles = new Map<number, Surface>();

/** A texture as a picture. */
function tileOf(texture: number): Surface {
  const known = tiles.get(texture);
  if (known !== undefined) return known;
  const tile = shippedCanvas().createCanvas(64, 64);
  const context = tile.getContext("2d");
  const image = context.createImageData(64, 64);
  image.data.set(textureTile(texture).pixels);
  context.putImageData(image, 0, 0);
  tiles.set(texture, tile);
  return tile;
}

const meanOf = (texture: number): Rgb => {
  const [red, green, blue] = textureTile(texture).mean as unknown as Rgb;
  return [red, green, blue];
};

interface Cell {
  readonly x: number;
  readonly y: number;
  readonly height: number;
  readonly side: number;
  readonly top: number;
}

function* cellsOf({ grid }: Layout): Generator<Cell> {
  for (let y = 0; y < grid.rows; y++) {
    for (let x = 0; x < grid.columns; x++) {
      const [height, side, top] = grid.cells.subarray((y * grid.columns + x) * 4) as unknown as number[];
      yield { x, y, height: height!, side: side!, top: top! };
    }
  }
}

/** A little larger than the cell, so that no seam shows between two. */
function fillCell(context: Context, x: number, y: number, width = 1, height = 1): void {
  context.fillRect(x - 0.01, y - 0.01, width + 0.02, height + 0.02);
}

function drawMaze(context: Context, layout: Layout): void {
  const { grid } = layout;
  const closed = textureNumber("closedDoor");
  const step = textureNumber("doorstep");
  const rock = textureNumber("greyBlocks");
  const at = (x: number, y: number): number =>
    x < 0 || y < 0 || x >= grid.columns || y >= grid.rows ? 1 : grid.cells[(y * grid.columns + x) * 4]!;
  const isDoor = ({ height, side, top }: Cell): boolean => (height > 0 && side === closed) || top === step;
  const sideAt = (x: number, y: number): number => grid.cells[(y * grid.columns + x) * 4 + 1]!;
  const isWall = (x: number, y: number): boolean =>
    at(x, y) > 0 && (x < 0 || y < 0 || x >= grid.columns || y >= grid.rows || sideAt(x, y) !== closed);
  context.fillStyle = MAP_COLOURS.rock;
  context.fillRect(0, 0, grid.columns, grid.rows);
  for (const cell of cellsOf(layout)) {
    const { x, y, height, top } = cell;
    if (isDoor(cell) || height > 0) continue;
    context.drawImage(tileOf(top), x - 0.01, y - 0.01, 1.02, 1.02);
  }
  for (const cell of cellsOf(layout)) {
    const { x, y, height, side } = cell;
    if (height === 0 || isDoor(cell)) continue;
    const isSeen = [-1, 0, 1].some((dy) => [-1, 0, 1].some((dx) => at(x + dx, y + dy) === 0));
    if (!isSeen) continue;
    context.fillStyle = css(meanOf(side), side === rock ? 0.5 : 0.72);
    fillCell(context, x, y);
    if (isWall(x, y + 1)) continue;
    // What faces the south is seen, in its texture, and throws a shadow.
    context.drawImage(tileOf(side), 0, 8, 64, 28, x - 0.01, y + 0.62, 1.02, 0.39);
    context.fillStyle = "rgba(0,0,0,0.28)";
    fillCell(context, x, y + 0.62, 1, 0.38);
  }
  for (const { x, y, height } of cellsOf(layout)) {
    if (height > 0 || !isWall(x, y - 1)) continue;
    const shade = context.createLinearGradient(0, y, 0, y + 0.4);
    shade.addColorStop(0, "rgba(10,10,20,0.42)");
    shade.addColorStop(1, "rgba(10,10,20,0)");
    context.fillStyle = shade;
    fillCell(context, x, y, 1, 0.4);
  }
  for (const cell of cellsOf(layout))
    if (isDoor(cell)) drawDoor(context, cell, isWall(cell.x - 1, cell.y) && isWall(cell.x + 1, cell.y));
}

/** @param isAcross true if its leaf runs from west to east */
function drawDoor(context: Context, { x, y, height, side, top }: Cell, isAcross: boolean): void {
  context.save();
  context.translate(x + 0.5, y + 0.5);
  if (!isAcross) context.rotate(Math.PI / 2);
  context.drawImage(tileOf(height > 0 ? textureNumber("cobble") : top), -0.51, -0.51, 1.02, 1.02);
  context.fillStyle = css(meanOf(textureNumber("greyBlocks")), 0.5);
  for (const post of [-0.51, 0.33]) context.fillRect(post, -0.28, 0.18, 0.56);
  if (height > 0) {
    context.fillStyle = css(meanOf(side), 1.1);
    context.strokeStyle = MAP_COLOURS.ink;
    context.lineWidth = 0.07;
    context.fillRect(-0.34, -0.17, 0.68, 0.34);
    context.strokeRect(-0.34, -0.17, 0.68, 0.34);
  }
  context.restore();
}

function drawPlatforms(context: Context, layout: Layout, pixels: number): void {
  const { grid } = layout;
  const cells = [...cellsOf(layout)].filter(({ x, y }) => !isBlocked(grid, x, y));
  const heights = cells.map(({ height }) => height);
  // The start stands on a tower; the colours are for what is below it.
  const tower = heightAt(grid, Math.floor(layout.start.x), Math.floor(layout.start.y)) / HEIGHT_UNIT;
  const others = heights.filter((height) => height < tower);
  const [low, high] = [Math.min(...heights), Math.max(...(others.length === 0 ? heights : others))];
  const sea = context.createLinearGradient(0, 0, 0, grid.rows);
  sea.addColorStop(0, "#141c2b");
  sea.addColorStop(1, "#1d293d");
  context.fillStyle = sea;
  context.fillRect(0, 0, grid.columns, grid.rows);
  const tint = (height: number): Rgb => {
    const t = high === low ? 1 : Math.min(1, (height - low) / (high - low));
    return MAP_COLOURS.low.map((part, at) => part + (MAP_COLOURS.high[at]! - part) * t) as unknown as Rgb;
  };
  // From north to south, so that what is nearer to the reader covers the feet of what is behind it.
  for (const { x, y, height, top } of cells) {
    const colour = tint(height);
    const deep = 0.12 + 0.5 * ((height * HEIGHT_UNIT) / Math.max(1, high * HEIGHT_UNIT));
    const side = context.createLinearGradient(0, y + 1, 0, y + 1 + deep);
    side.addColorStop(0, css(colour, 0.62));
    side.addColorStop(1, css(colour, 0.2));
    context.fillStyle = side;
    if (isBlocked(grid, x, y + 1)) fillCell(context, x, y + 1, 1, deep);
    context.fillStyle = css(colour);
    fillCell(context, x, y);
    context.globalAlpha = 0.13;
    context.drawImage(tileOf(top), x - 0.01, y - 0.01, 1.02, 1.02);
    context.globalAlpha = 1;
  }
  for (const cell of cells) drawDrops(context, layout, cell);
  if (pixels < 11) return;
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (const { x, y, height } of cells) {
    if (x % 2 === 0 || y % 2 === 0) continue;
    const level = Math.round((height * HEIGHT_UNIT) / 0.25);
    context.font = "700 0.42px 'Noto Sans'";
    context.fillStyle = height - low > (high - low) / 2 ? "rgba(30,25,10,0.8)" : "rgba(255,255,255,0.9)";
    context.fillText(String(level), x + 0.28, y + 0.27);
  }
}

/** A dark edge and an arrow where the ground falls to a neighbour. */
function drawDrops(context: Context, { grid }: Layout, { x, y, height }: Cell): void {
  for (const [dx, dy] of [
    [1, 0],
    [0, 1],
    [-1, 0],
    [0, -1],
  ] as const) {
    if (isBlocked(grid, x + dx, y + dy)) continue;
    const there = grid.cells[((y + dy) * grid.columns + x + dx) * 4]!;
    if (there >= height) continue;
    context.save();
    context.translate(x + 0.5 + dx * 0.5, y + 0.5 + dy * 0.5);
    context.rotate(Math.atan2(dy, dx));
    context.fillStyle = "rgba(15,18,30,0.8)";
    context.fillRect(-0.05, -0.5, 0.1, 1);
    context.beginPath();
    context.moveTo(0.32, 0);
    context.lineTo(0.04, -0.24);
    context.lineTo(0.04, 0.24);
    context.fill();
    context.restore();
  }
}

function drawPool(context: Context, layout: Layout): void {
  const { x, y, radius } = layout.arena!;
  context.fillStyle = "#efe9dc";
  context.fillRect(0, 0, layout.grid.columns, layout.grid.rows);
  context.save();
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.clip();
  for (const { x: column, y: row, top } of cellsOf(layout))
    context.drawImage(tileOf(top), column - 0.01, row - 0.01, 1.02, 1.02);
  const shade = context.createRadialGradient(x, y, radius * 0.6, x, y, radius);
  shade.addColorStop(0, "rgba(10,40,60,0)");
  shade.addColorStop(1, "rgba(10,40,60,0.38)");
  context.fillStyle = shade;
  context.fillRect(0, 0, layout.grid.columns, layout.grid.rows);
  context.restore();
  context.strokeStyle = css(meanOf(layout.arena!.texture), 0.8);
  context.lineWidth = 0.22;
  context.beginPath();
  context.arc(x, y, radius + 0.1, 0, 2 * Math.PI);
  context.stroke();
  for (const { place, texture } of layout.panels) {
    const [cosine, sine] = directionOf(place);
    context.save();
    context.translate(x + (radius + 0.42) * cosine, y + (radius + 0.42) * sine);
    context.rotate(Math.atan2(sine, cosine) + Math.PI / 2);
    context.drawImage(tileOf(texture), -0.46, -0.46, 0.92, 0.92);
    context.restore();
  }
}

/** Direction of a pseudo-angle: 0 east, 1 south, 2 west, 3 north, straight between them. */
function directionOf(place: number): [cosine: number, sine: number] {
  const p = place % 4;
  const x = p < 2 ? 1 - p : p - 3;
  const y = p < 1 ? p : p < 3 ? 2 - p : p - 4;
  const length = Math.hypot(x, y);
  return [x / length, y / length];
}

function line(context: Context, places: readonly Place[]): void {
  context.beginPath();
  places.forEach(({ x, y }, at) => {
    if (at === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  });
}

function drawWay(context: Context, places: readonly Place[]): void {
  context.save();
  context.lineCap = "round";
  context.lineJoin = "round";
  line(context, places);
  for (const [colour, width] of [
    ["rgba(10,12,20,0.55)", 0.24],
    [MAP_COLOURS.way, 0.14],
  ] as const) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.setLineDash([0.001, 0.36]);
    context.stroke();
  }
  context.restore();
}

function drawPath(context: Context, path: readonly Place[], wide: number): void {
  if (path.length < 2) return;
  context.save();
  context.lineCap = "round";
  context.lineJoin = "round";
  line(context, path);
  for (const [colour, width] of [
    ["rgba(20,10,0,0.7)", 0.22],
    [MAP_COLOURS.path, 0.13],
  ] as const) {
    context.strokeStyle = colour;
    context.lineWidth = width * Math.max(0.8, wide);
    context.stroke();
  }
  context.restore();
}

function drawGoal(context: Context, { goal, sprites, arena }: Layout): void {
  const { x, y, radius } = goal;
  context.save();
  if (arena !== null) {
    context.fillStyle = "rgba(255,210,63,0.55)";
    context.strokeStyle = MAP_COLOURS.ink;
    context.lineWidth = 0.07;
    context.setLineDash([0.16, 0.12]);
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  } else {
    const glow = context.createRadialGradient(x, y, 0.1, x, y, 0.75);
    glow.addColorStop(0, "rgba(255,225,90,0.95)");
    glow.addColorStop(1, "rgba(255,225,90,0)");
    context.fillStyle = glow;
    context.fillRect(x - 0.8, y - 0.8, 1.6, 1.6);
    const gem = sprites[0];
    if (gem !== undefined) context.drawImage(tileOf(gem.texture), x - 0.5, y - 0.52, 1, 1);
  }
  context.restore();
}

function drawStart(context: Context, start: Layout["start"]): void {
  drawAgent(context, start, MAP_COLOURS.start, 0.4);
}

/** An arrow head that looks along the heading. */
export function drawAgent(
  context: Context,
  { x, y, heading }: Pick<Pose, "x" | "y" | "heading">,
  colour: string,
  size: number,
): void {
  context.save();
  context.translate(x, y);
  context.rotate((heading * Math.PI) / 180);
  context.lineJoin = "round";
  context.beginPath();
  context.moveTo(size, 0);
  context.lineTo(-0.75 * size, -0.72 * size);
  context.lineTo(-0.35 * size, 0);
  context.lineTo(-0.75 * size, 0.72 * size);
  context.closePath();
  context.strokeStyle = "#ffffff";
  context.lineWidth = 0.34 * size;
  context.stroke();
  context.fillStyle = colour;
  context.fill();
  context.restore();
}

/** A numbered place with the cone that was seen from it. */
function drawView(
  context: Context,
  { x, y, heading }: Pick<Pose, "x" | "y" | "heading">,
  number: string,
  wide: number,
): void {
  const size = Math.max(0.34, 0.36 * wide);
  const angle = (heading * Math.PI) / 180;
  context.save();
  context.fillStyle = "rgba(255,255,255,0.3)";
  context.beginPath();
  context.moveTo(x, y);
  context.arc(x, y, 3.6 * size, angle - Math.PI / 4, angle + Math.PI / 4);
  context.fill();
  // The number stands behind the place, so that neither hides the other.
  drawBadge(context, x - 1.15 * size * Math.cos(angle), y - 1.15 * size * Math.sin(angle), size, number);
  context.restore();
}

/** A disc with a number. */
export function drawBadge(context: Context, x: number, y: number, radius: number, number: string): void {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = "#ffffff";
  context.strokeStyle = MAP_COLOURS.ink;
  context.lineWidth = 0.16 * radius;
  context.fill();
  context.stroke();
  context.fillStyle = MAP_COLOURS.ink;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.font = `700 ${1.35 * radius}px 'Noto Sans'`;
  context.fillText(number, x, y + 0.06 * radius);
}
