// Pictures in a grid, each over its caption.
import type { ImageGridFigure } from "../figure.js";
import { type Box, type Panel, type Part, type Parts, quiet, type Room, textAt, tickSize } from "../parts.js";
import { imagePng } from "../picture.js";
import { wrapText } from "../text.js";

const margin = 16;
const gap = 14;
const captionLine = tickSize + 4;
const largestCell = 200;

interface Arrangement {
  /** Width of a cell, pixels. */
  readonly cell: number;
  /** Pixels of the figure per pixel of an image. */
  readonly scale: number;
  readonly rows: readonly {
    readonly images: ImageGridFigure["images"];
    readonly picture: number;
    readonly height: number;
  }[];
}

export function imagesPanel(figure: ImageGridFigure): Panel {
  const columns = Math.min(figure.columns, figure.images.length);
  return {
    measure: (width): Room => {
      const { cell, rows } = arrange(figure, columns, width - 2 * margin);
      const height = rows.reduce((sum, row) => sum + row.height + gap, -gap);
      return {
        left: margin,
        right: margin,
        bottom: 14,
        height,
        width: columns * (cell + gap) - gap + 2 * margin,
      };
    },
    draw: (box): Parts => {
      const arrangement = arrange(figure, columns, box.width);
      return { grid: [], xAxis: [], yAxis: [], series: [], graphic: place(arrangement, box) };
    },
  };
}

/** One scale for all images, so that sizes compare; enlarged by whole numbers, so that pixels stay square. */
function arrange({ images }: ImageGridFigure, columns: number, width: number): Arrangement {
  const cell = Math.min(largestCell, Math.floor((width - gap * (columns - 1)) / columns));
  const largest = Math.max(...images.flatMap((image) => [image.width, image.height]));
  const scale = cell >= largest ? Math.floor(cell / largest) : cell / largest;
  const rows = Array.from({ length: Math.ceil(images.length / columns) }, (_, row) => {
    const shown = images.slice(row * columns, (row + 1) * columns);
    const picture = scale * Math.max(...shown.map((image) => image.height));
    const lines = Math.max(...shown.map((image) => captionLines(image.caption, cell).length));
    return { images: shown, picture, height: picture + 4 + lines * captionLine };
  });
  return { cell, scale, rows };
}

function captionLines(caption: string, cell: number): string[] {
  return caption === "" ? [] : wrapText(caption, tickSize, cell);
}

function place({ cell, scale, rows }: Arrangement, box: Box): Part[] {
  const parts: Part[] = [];
  let top = box.top;
  for (const row of rows) {
    for (const [at, image] of row.images.entries()) {
      const width = image.width * scale;
      const height = image.height * scale;
      const x = box.left + at * (cell + gap) + Math.floor((cell - width) / 2);
      const y = top + row.picture - height;
      const enlarged = imagePng(image, Math.max(1, Math.ceil(2 * scale)));
      const frame = { x: x - 0.5, y: y - 0.5, width: width + 1, height: height + 1 };
      parts.push(
        { type: "image", silent: true, x, y, style: { image: enlarged, width, height } },
        { type: "rect", silent: true, shape: frame, style: { fill: "none", stroke: quiet, lineWidth: 0.75 } },
        textAt(
          box.left + at * (cell + gap) + cell / 2,
          top + row.picture + 5,
          captionLines(image.caption, cell).join("\n"),
          {
            align: "center",
            lineHeight: captionLine,
          },
        ),
      );
    }
    top += row.height + gap;
  }
  return parts;
}
