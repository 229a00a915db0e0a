// Values as error messages show them.

/** Key of a method that returns an object's text for messages. */
export const shownAs: unique symbol = Symbol("shownAs");

/** A value as messages show it: tensors as `f32[8,64]`, long lists and texts cut short. Never throws. */
export function show(value: unknown): string {
  try {
    return describe(value);
  } catch {
    return "an object that cannot be read"; // a getter or a proxy that throws
  }
}

function describe(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  if (typeof value === "bigint") return `${value}n`;
  if (Array.isArray(value)) {
    const head = value.slice(0, 8).map((item) => (Array.isArray(item) ? "[…]" : show(item)));
    return `[${head.join(", ")}${value.length > 8 ? `, … ${value.length} in all` : ""}]`;
  }
  if (typeof value === "function") return "a function";
  if (typeof value === "symbol") return "a symbol";
  if (typeof value === "object" && value !== null) {
    const own = (value as { [shownAs]?: () => string })[shownAs];
    return typeof own === "function" ? own.call(value) : `a ${value.constructor?.name ?? "object"}`;
  }
  return Object.is(value, -0) ? "-0" : String(value);
}
