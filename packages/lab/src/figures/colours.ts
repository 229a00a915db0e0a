// Colours that stay apart in grey: lightness rises evenly from the first to the last, in OKLCH
// (Ottosson 2020, https://bottosson.github.io/posts/oklab), and hue changes as well for those who see it.

/** Hues of successive series, in degrees: neighbours far apart, and dark blue against warm first. */
const hues = [265, 32, 172, 80, 322, 228, 130, 5] as const;
const darkest = 0.32;
const lightest = 0.76;

/**
 * `count` colours as `#rrggbb`, from dark to light. Lightness rises by the same amount from each to the next; two or
 * three series do not use the whole range, because light lines are hard to see on white.
 */
export function seriesColours(count: number): string[] {
  const top = Math.min(lightest, darkest + 0.2 * (count - 1));
  return Array.from({ length: count }, (_, index) => {
    const along = count === 1 ? 0 : index / (count - 1);
    return oklch(darkest + (top - darkest) * along, 0.15, hues[index % hues.length]!);
  });
}

/** The colour scale of heat maps: dark violet at 0, through blue and green, to light yellow at 1; lightness is linear. */
export function sequentialColour(fraction: number): string {
  const t = Math.min(1, Math.max(0, fraction));
  const hue = 300 - 200 * t ** 0.9;
  return oklch(0.22 + 0.73 * t, 0.1 + 0.035 * Math.sin(Math.PI * t), hue);
}

/** Lightness 0 to 1, chroma, hue in degrees; chroma is reduced until the colour exists in sRGB. */
export function oklch(lightness: number, chroma: number, hue: number): string {
  const angle = (hue * Math.PI) / 180;
  for (let c = chroma; ; c -= 0.005) {
    const rgb = linearRgb(lightness, Math.max(0, c) * Math.cos(angle), Math.max(0, c) * Math.sin(angle));
    if (c <= 0 || rgb.every((value) => value >= -1e-4 && value <= 1.0001))
      return `#${rgb.map(byte).join("")}`;
  }
}

/** How light a colour looks, from 0 to 1: CIE L* / 100. What is left of it in grey. */
export function greyOf(colour: string): number {
  const channel = (at: number): number => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  const luminance = 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
  return (luminance > 0.008856 ? 116 * Math.cbrt(luminance) - 16 : 903.3 * luminance) / 100;
}

function linearRgb(lightness: number, a: number, b: number): [number, number, number] {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

function byte(linear: number): string {
  const value = Math.min(1, Math.max(0, linear));
  const encoded = value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055;
  return Math.round(255 * encoded)
    .toString(16)
    .padStart(2, "0");
}
