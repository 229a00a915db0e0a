// Figures as SVG, by ECharts without a document.
import type { Figure } from "./figure.js";
import type { Chart } from "./options.js";

/**
 * Draws a figure as an SVG document: the same bytes for the same figure. Its ids begin with a hash of its content, so
 * that several can stand in one page.
 * @throws FigureError for a figure that cannot be drawn
 */
export async function renderSvg(figure: Figure): Promise<string> {
  const { chartOf } = await import("./options.js");
  const chart = chartOf(figure);
  const draw = await renderer();
  const { portable } = await import("./portable.js");
  return portable(draw(chart), figure.title);
}

let loading: Promise<(chart: Chart) => string> | undefined;

function renderer(): Promise<(chart: Chart) => string> {
  loading ??= load();
  return loading;
}

async function load(): Promise<(chart: Chart) => string> {
  const [core, charts, components, renderers, { marks }, { textWidth }] = await Promise.all([
    import("echarts/core"),
    import("echarts/charts"),
    import("echarts/components"),
    import("echarts/renderers"),
    import("./options.js"),
    import("./text.js"),
  ]);
  const { GridComponent, TitleComponent, LegendComponent, GraphicComponent, MarkLineComponent } = components;
  core.use([charts.LineChart, charts.ScatterChart, charts.CustomChart, renderers.SVGRenderer]);
  core.use([GridComponent, TitleComponent, LegendComponent, GraphicComponent, MarkLineComponent]);
  for (const [name, mark] of Object.entries(marks)) core.registerCustomSeries(name, mark);
  core.setPlatformAPI({
    measureText: (text, font = "12px") => ({
      width: textWidth(text, Number(/([\d.]+)px/.exec(font)?.[1] ?? 12), /bold|[6-9]00/.test(font)),
    }),
  });
  return ({ width, height, option }) => {
    const chart = core.init(null, null, { renderer: "svg", ssr: true, width, height });
    try {
      chart.setOption(option);
      return chart.renderToSVGString();
    } finally {
      chart.dispose();
    }
  };
}
