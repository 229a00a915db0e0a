// MJCF, MuJoCo's XML, from values.

/** Values of attributes: texts, numbers, and lists of numbers. Those that are undefined are left out. */
export type Attributes = Readonly<Record<string, string | number | readonly number[] | undefined>>;

/** An element with its attributes and what it holds. */
export function element(name: string, attributes: Attributes = {}, ...inside: readonly string[]): string {
  const given = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === "object" ? value.join(" ") : value}"`)
    .join("");
  return inside.length === 0 ? `<${name}${given}/>` : `<${name}${given}>${inside.join("")}</${name}>`;
}
