// A part of a picture as a model sees it.
import type { Picture } from "../glyphs/picture-file.js";
import { bilinearTaps, resample } from "../glyphs/resample.js";

/** Rule that turns a part of a picture into a view. */
export interface ViewOptions {
  /** Pixels of the view's side. */
  readonly size: number;
  /** 1: brightness, 0.299 red + 0.587 green + 0.114 blue; 3: colours. */
  readonly channels: 1 | 3;
  /** Treatment of a part that is not square: white is added to its shorter sides, or it is stretched. */
  readonly fit: "pad" | "stretch";
}

/** Whole pixels of a picture. */
export interface Area {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const brightness = [0.299, 0.587, 0.114];

/** [channels, size, size], 0 to 1: resized bilinearly, with antialiasing. */
export function viewOf({ width: wide, rgba }: Picture, area: Area, options: ViewOptions): Float32Array {
  const { size, channels, fit } = options;
  const square = Math.max(area.width, area.height);
  const [width, height] = fit === "pad" ? [square, square] : [area.width, area.height];
  const left = Math.floor((width - area.width) / 2);
  const top = Math.floor((height - area.height) / 2);
  const [vertical, horizontal] = [bilinearTaps(height, size, true), bilinearTaps(width, size, true)];
  const view = new Float32Array(channels * size * size);
  for (let channel = 0; channel < channels; channel++) {
    const plane = new Float32Array(width * height).fill(1);
    for (let y = 0; y < area.height; y++) {
      for (let x = 0; x < area.width; x++) {
        const at = 4 * ((area.top + y) * wide + area.left + x);
        const value =
          channels === 3
            ? rgba[at + channel]!
            : brightness[0]! * rgba[at]! + brightness[1]! * rgba[at + 1]! + brightness[2]! * rgba[at + 2]!;
        plane[(top + y) * width + left + x] = Math.min(1, value / 255);
      }
    }
    view.set(resample(plane, width, vertical, horizontal), channel * size * size);
  }
  return view;
}
