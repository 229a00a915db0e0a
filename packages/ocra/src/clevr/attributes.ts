// Attributes of CLEVR's objects: colours, shapes, sizes and materials, numbered as in the published tables.

/** Colours by number, with their red, green and blue from 0 to 255. Source: CLEVR's properties. */
export const clevrColours = [
  { name: "cyan", rgb: [41, 208, 208] },
  { name: "brown", rgb: [129, 74, 25] },
  { name: "green", rgb: [29, 105, 20] },
  { name: "gray", rgb: [87, 87, 87] },
  { name: "yellow", rgb: [255, 238, 51] },
  { name: "purple", rgb: [129, 38, 192] },
  { name: "blue", rgb: [42, 75, 215] },
  { name: "red", rgb: [173, 35, 35] },
] as const;

export const clevrShapes = ["cube", "cylinder", "sphere"] as const;

/** Sizes by number. The extent is a sphere's radius, a cube's half side, a cylinder's radius and half height. */
export const clevrSizes = [
  { name: "small", extent: 0.3 },
  { name: "medium", extent: 0.5 },
  { name: "large", extent: 0.7 },
] as const;

export const clevrMaterials = ["rubber", "metal"] as const;

/** An object as a row of the published tables: numbers of colour, shape, size and material. */
export type ClevrObject = readonly [colour: number, shape: number, size: number, material: number];

/** Such as `small cyan rubber cube`. */
export function clevrName([colour, shape, size, material]: ClevrObject): string {
  return [
    clevrSizes[size]!.name,
    clevrColours[colour]!.name,
    clevrMaterials[material],
    clevrShapes[shape],
  ].join(" ");
}

/** All 8 · 3 · 3 · 2 objects. */
export const clevrObjects: readonly ClevrObject[] = clevrColours.flatMap((_, colour) =>
  clevrShapes.flatMap((_, shape) =>
    clevrSizes.flatMap((_, size) =>
      clevrMaterials.map((_, material): ClevrObject => [colour, shape, size, material]),
    ),
  ),
);

/** An object's place in `clevrObjects`. */
export function clevrNumber([colour, shape, size, material]: ClevrObject): number {
  return (
    ((colour * clevrShapes.length + shape) * clevrSizes.length + size) * clevrMaterials.length + material
  );
}

/** The 8 objects of training problems: cyan, brown, green and gray cubes of rubber, small and medium. Source: paper fig. S4. */
export const clevrTrainObjects: readonly ClevrObject[] = clevrObjects.filter(
  ([colour, shape, size, material]) => colour < 4 && shape === 0 && size < 2 && material === 0,
);

/** The 8 of test problems: yellow, purple, blue and red cylinders and spheres of metal, large. */
export const clevrTestObjects: readonly ClevrObject[] = clevrObjects.filter(
  ([colour, shape, size, material]) => colour > 3 && shape > 0 && size === 2 && material === 1,
);
