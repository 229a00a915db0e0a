// Numbers as a reader expects them on axes and in tables.

const superscripts = [..."⁰¹²³⁴⁵⁶⁷⁸⁹"];

/** `−5`: a minus sign as wide as a digit. */
export function withMinus(text: string): string {
  return text.replace(/^-/, "−");
}

/** 10 to a whole power: `10⁻³`. */
export function powerOfTen(exponent: number): string {
  const digits = [...String(Math.abs(exponent))].map((digit) => superscripts[Number(digit)]).join("");
  return `10${exponent < 0 ? "⁻" : ""}${digits}`;
}

/** `1.5×10⁻⁷`, or `10⁻⁷` for a mantissa of 1. */
export function scientific(value: number, digits = 3): string {
  const [mantissa, exponent] = value.toExponential(Math.max(0, digits - 1)).split("e") as [string, string];
  const short = mantissa.includes(".") ? mantissa.replace(/\.?0+$/, "") : mantissa;
  const power = powerOfTen(Number(exponent));
  if (short === "1") return power;
  return short === "-1" ? `−${power}` : `${withMinus(short)}×${power}`;
}

/** Commas between thousands, from five digits on: `12,500`. */
export function grouped(text: string): string {
  const [whole, ...rest] = text.split(".") as [string, ...string[]];
  const digits = whole.replace(/^[-−]/, "");
  if (digits.length < 5) return text;
  const sign = whole.slice(0, whole.length - digits.length);
  return [sign + digits.replace(/\B(?=(\d{3})+$)/g, ","), ...rest].join(".");
}

/** A number as it was published: what arithmetic in binary adds at the end (19.49000000000001) is left out. */
export function published(value: number): string {
  return withMinus(String(Number(value.toPrecision(10))));
}

/** A number of this many significant digits, in plain figures where they stay short. */
export function significant(value: number, digits = 3): string {
  if (Number.isNaN(value)) return "not a number";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size < 1e-3 || size >= 1e6) return scientific(value, digits);
  const places = Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
  return grouped(withMinus(value.toFixed(Math.min(places, 20))));
}
