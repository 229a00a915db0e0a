// Whether the shapes of a scene can be drawn.
import { show } from "@throughline/torch/checks";
import { EnvError } from "../errors.js";
import { GEOM_TYPES, type GeomType, type SceneShapes } from "./scene.js";

/** Numbers of a type's sizes that must lie above 0. */
const SIZES: Readonly<Record<Exclude<GeomType, "mesh">, number>> = {
  plane: 0,
  sphere: 1,
  capsule: 2,
  ellipsoid: 3,
  cylinder: 2,
  box: 3,
};

/** @throws EnvError `envs/scene` for a scene that cannot be drawn */
export function checkShapes({ count, types, sizes, colors, cameras, names }: SceneShapes): void {
  const refuse = (problem: string): EnvError => new EnvError("scene", `ScenePainter: ${problem}`);
  if (types.length !== count || sizes.length !== 3 * count || colors.length !== 4 * count) {
    const given = `${types.length} types, ${sizes.length} sizes and ${colors.length} numbers of colours are given`;
    throw refuse(`${given}, accepted: ${count}, ${3 * count} and ${4 * count} for ${count} shapes`);
  }
  if (cameras.length === 0) throw refuse("no cameras are given, accepted: at least one");
  for (const { name, fieldOfView } of cameras) {
    if (fieldOfView >= 1 && fieldOfView <= 170) continue;
    const given = `the field of view of ${name} is ${show(fieldOfView)}`;
    throw refuse(`${given}, accepted: 1 to 170 degrees from top to bottom`);
  }
  for (let at = 0; at < count; at++) {
    const type = GEOM_TYPES[types[at]!];
    const called = `shape ${at}${names[at] ? ` (${names[at]})` : ""}`;
    if (type === undefined || type === "mesh") {
      const accepted = Object.keys(SIZES).join(", ");
      throw refuse(`${called} is of type ${type ?? types[at]}, accepted: ${accepted}`);
    }
    const own = [...sizes.subarray(3 * at, 3 * at + 3)];
    if (!own.every((size, i) => Number.isFinite(size) && (i < SIZES[type] ? size > 0 : size >= 0)))
      throw refuse(`the sizes of ${called}, a ${type}, are ${own.join(", ")}, accepted: lengths above 0`);
    const color = [...colors.subarray(4 * at, 4 * at + 4)];
    if (!color.every((share) => share >= 0 && share <= 1)) {
      const accepted = "red, green, blue and opacity from 0 to 1";
      throw refuse(`the colour of ${called} is ${color.join(", ")}, accepted: ${accepted}`);
    }
  }
}
