// Colours that stay apart in grey: how light they look rises evenly from the first to the last, and hue changes as well
// for those who see it. Hues and chroma are those of OKLCH (Ottosson 2020, https://bottosson.github.io/posts/oklab).

/** Hues of successive series, in degrees: neighbours far apart, and dark blue against warm first. */
const hues = [265, 32, 172, 80, 322, 228, 130, 5] as const;
/** L* / 100 of the first series and of the last of many: lighter lines are hard to see on white. */
const darkest = 0.19;
const lightest = 0.72;
/** Between neighbours, where there is room. */
const largestStep = 0.24;

/** `count` colours as `#rrggbb`, from dark to light, each lighter than the one before by the same amount. */
export function seriesColours(count: number): string[] {
  const step = Math.min(largestStep, (lightest - darkest) / Math.max(1, count - 1));
  return Array.from({ length: count }, (_, index) =>
    asLight(darkest + step * index, hues[index % hues.length]!),
  );
}

/** The colour of this hue whose L* / 100 is `grey`. */
function asLight(grey: number, hue: number): string {
  let low = 0;
  let high = 1;
  for (let halving = 0; halving < 30; halving++) {
    const middle = (low + high) / 2;
    if (greyOf(oklch(middle, 0.15, hue)) < grey) low = middle;
    else high = middle;
  }
  return oklch(high, 0.15, hue);
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

/** Lightness of a colour, from 0 to 1: CIE L* / 100. It remains when the colour is shown in grey. */
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
