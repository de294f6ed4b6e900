// The map without WebGL: the same stations and signs drawn by ECharts, thinned to what shows.
import { LinesChart, ScatterChart } from "echarts/charts";
import { GeoComponent } from "echarts/components";
import { init, registerMap, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { SIGNS, countyLabels } from "./data.js";
import { colours } from "./signs.js";

use([CanvasRenderer, GeoComponent, LinesChart, ScatterChart]);

const AREA = "pollready";
const CELL = 5; // pixels within which one sign of a kind stands for all
const SYMBOLS = {
  ready: "circle", not_ready: "triangle", unknown: "emptyCircle",
  contradicted: "path://M8 1.5a6.5 6.5 0 0 1 0 13Z M8 1.5a6.5 6.5 0 0 0 0 13 L8 13 a5 5 0 0 1 0 -10Z",
  offline: "path://M2 2H14V14H2ZM3.5 3.5V12.5H12.5V3.5Z M5 11 11 5l-1-1-6 6Z",
  closed: "path://M2 3.5 3.5 2 8 6.500 12.500 2 14 3.500 9.500 8 14 12.500 12.500 14 8 9.500 3.500 14 2 12.500 6.500 8Z",
  plain: "circle",
};
const SIZES = { plain: 5 };

// A map needs a shape: the borders, or else a box around the stations.
function shapeOf(borders, box) {
  const features = borders?.features.filter((each) => each.properties.level <= 2) ?? [];
  if (features.length) return { type: "FeatureCollection", features };
  const [[west, south], [east, north]] = box ?? [[44, 25], [63, 40]];
  const pad = Math.max(east - west, north - south, 0.02) * 0.05;
  const [w, s, e, n] = [west - pad, south - pad, east + pad, north + pad];
  return {
    type: "FeatureCollection",
    features: [{ type: "Feature", properties: { name: "", box: true },
      geometry: { type: "Polygon", coordinates: [[[w, s], [e, s], [e, n], [w, n], [w, s]]] } }],
  };
}

export async function create(container, { label, onSelect, onMove, camera, box, borders }) {
  container.tabIndex = 0;
  container.setAttribute("role", "region");
  container.setAttribute("aria-label", label);
  const inner = container.appendChild(document.createElement("div"));
  inner.className = "map__chart";
  const shape = shapeOf(borders, box);
  registerMap(AREA, shape);
  const chart = init(inner);
  const home = box ?? [[44, 25], [63, 40]];
  const span = Math.max(home[1][0] - home[0][0], 0.01);
  // What a zoom of 1 is on the scale of web maps, so that addresses mean the same in both.
  const base = Math.log2((360 * inner.clientWidth) / (span * 512));
  const middle = [(home[0][0] + home[1][0]) / 2, (home[0][1] + home[1][1]) / 2];
  let palette = colours();
  let shown = { stations: null, signs: null, counties: [], lines: [], components: [], stops: [], at: null, hulls: [], area: null };

  const position = () => chart.getOption()?.geo?.[0] ?? {};
  chart.setOption({
    animation: false,
    backgroundColor: "transparent",
    textStyle: { fontFamily: "Vazirmatn" },
    geo: {
      map: AREA, roam: true, silent: true, aspectScale: Math.cos((middle[1] * Math.PI) / 180),
      center: camera ? [camera.lon, camera.lat] : middle,
      zoom: camera ? Math.max(2 ** (camera.zoom - base), 0.5) : 1,
      scaleLimit: { min: 0.5, max: 4000 },
      left: 24, right: 24, top: 24, bottom: 24,
      itemStyle: {
        areaColor: shape.features[0].properties.box ? "transparent" : palette.surface,
        borderColor: shape.features[0].properties.box ? "transparent" : palette.strong,
      },
      emphasis: { disabled: true }, label: { show: false },
    },
  });

  // Degrees to pixels, by two corners: the map is neither turned nor bent, and asking ECharts for
  // each of sixty thousand stations takes ten times as long.
  function scales() {
    const [[west, south], [east, north]] = [home[0], [home[1][0] + 1e-6, home[1][1] + 1e-6]];
    const [[x1, y1], [x2, y2]] = [[west, south], [east, north]].map((at) => chart.convertToPixel("geo", at));
    const [acrossScale, downScale] = [(x2 - x1) / (east - west), (y2 - y1) / (north - south)];
    return [(lon) => x1 + (lon - west) * acrossScale, (lat) => y1 + (lat - south) * downScale];
  }

  // By sign, one of each a cell: what would lie under another of its kind is not drawn.
  function thinned() {
    const { stations, signs } = shown;
    const [width, height] = [inner.clientWidth, inner.clientHeight];
    const [across, down] = scales();
    const columns = Math.ceil((width + 40) / CELL) + 1;
    const taken = new Set();
    const kept = SIGNS.map(() => []);
    for (let i = 0; i < stations.size; i++) {
      if (stations.lats[i] === null) continue;
      const [x, y] = [across(stations.lons[i]), down(stations.lats[i])];
      if (x < -20 || y < -20 || x > width + 20 || y > height + 20) continue;
      const cell = (Math.round((y + 20) / CELL) * columns + Math.round((x + 20) / CELL)) * SIGNS.length + signs[i];
      if (taken.has(cell)) continue;
      taken.add(cell);
      kept[signs[i]].push({ value: [stations.lons[i], stations.lats[i]], id: stations.ids[i] });
    }
    return kept;
  }

  function draw() {
    if (!shown.stations) return;
    const scatter = (more) => ({ type: "scatter", coordinateSystem: "geo", emphasis: { disabled: true }, ...more });
    const stations = thinned();
    const order = [6, 0, 2, 3, 4, 5, 1]; // drawn last is seen best: what is not ready
    chart.setOption({
      series: [
        { id: "hulls", type: "lines", coordinateSystem: "geo", polyline: true, silent: true, z: 1,
          lineStyle: { color: palette.strong, width: 1, opacity: 0.7, type: "dashed" }, data: shown.hulls },
        { id: "area", type: "lines", coordinateSystem: "geo", polyline: true, silent: true, z: 4,
          lineStyle: { color: palette.accent, width: 2.5, opacity: 1, type: "dashed" },
          data: shown.area ? [{ coords: [...shown.area, shown.area[0]] }] : [] },
        { id: "lines", type: "lines", coordinateSystem: "geo", silent: true,
          lineStyle: { color: palette.accent, width: 1.2, opacity: 0.7, curveness: 0 },
          data: shown.lines.map(([x1, y1, x2, y2]) => ({ coords: [[x1, y1], [x2, y2]] })) },
        scatter({ id: "stops", symbol: "circle", symbolSize: 6, itemStyle: { color: palette.accent }, data: shown.stops }),
        scatter({ id: "components", symbol: "diamond", symbolSize: 10,
          itemStyle: { color: palette.surface, borderColor: palette.ink, borderWidth: 1.5 }, data: shown.components }),
        ...order.map((sign) => scatter({
          id: `sign-${SIGNS[sign]}`, name: SIGNS[sign], symbol: SYMBOLS[SIGNS[sign]],
          symbolSize: SIZES[SIGNS[sign]] ?? 9, itemStyle: { color: palette.of(SIGNS[sign]) }, data: stations[sign],
        })),
        scatter({ id: "counties", silent: true, symbolSize: 0.1, z: 5,
          label: { show: true, position: "bottom", distance: 8, formatter: ({ name }) => name, color: palette.ink, fontFamily: "Vazirmatn", fontSize: 13,
            textBorderColor: palette.surface, textBorderWidth: 3 },
          labelLayout: { hideOverlap: true },
          data: shown.counties }),
        scatter({ id: "selected", silent: true, symbol: "circle", symbolSize: 26,
          itemStyle: { color: "transparent", borderColor: palette.focus, borderWidth: 3 },
          data: shown.at ? [{ value: shown.at }] : [] }),
      ],
    });
  }

  let waiting;
  const moved = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      draw();
      onMove();
    }, 120);
  };
  chart.on("georoam", moved);
  new ResizeObserver(() => {
    chart.resize();
    draw();
  }).observe(inner);

  function place(center, zoom) {
    chart.setOption({ geo: { center, zoom: Math.min(Math.max(zoom, 0.5), 4000) } });
    moved();
  }

  // What lies within reach of a pixel: one station, several, or nothing.
  function pick([x, y], reach) {
    const { stations } = shown;
    const [across, down] = scales();
    const found = [];
    for (let i = 0; i < stations.size; i++) {
      if (stations.lats[i] === null) continue;
      const far = Math.hypot(across(stations.lons[i]) - x, down(stations.lats[i]) - y);
      if (far <= reach) found.push([far, stations.ids[i]]);
    }
    found.sort((a, b) => a[0] - b[0]);
    return found.slice(0, 50).map(([, id]) => id);
  }
  const select = (ids) => onSelect(ids.length === 1 ? { station: ids[0] } : ids.length ? { stations: ids } : null);

  chart.getZr().on("click", (event) => {
    const component = chart.containPixel("geo", [event.offsetX, event.offsetY]) && nearComponent(event);
    if (component) onSelect({ component });
    else {
      const ids = pick([event.offsetX, event.offsetY], 8);
      if (ids.length) select(ids);
    }
  });
  function nearComponent({ offsetX, offsetY }) {
    const near = shown.components.find(({ value }) => {
      const [x, y] = chart.convertToPixel("geo", value);
      return Math.hypot(x - offsetX, y - offsetY) <= 7;
    });
    return near?.id;
  }
  container.addEventListener("keydown", (event) => {
    const { center, zoom } = position();
    const step = (0.2 * span) / zoom;
    const moves = {
      ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, step], ArrowDown: [0, -step],
    };
    if (moves[event.key]) place([center[0] + moves[event.key][0], center[1] + moves[event.key][1]], zoom);
    else if (event.key === "+" || event.key === "=") place(center, zoom * 2);
    else if (event.key === "-") place(center, zoom / 2);
    else if (event.key === "Enter") select(pick([inner.clientWidth / 2, inner.clientHeight / 2], 60).slice(0, 1));
    else return;
    event.preventDefault();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    palette = colours();
    draw();
  });

  const set = (change) => {
    shown = { ...shown, ...change };
    draw();
  };
  return {
    webgl: false,
    setStations: (stations, signs) => set({ stations, signs }),
    setCounties: (stations) => set({
      counties: countyLabels(stations).map((each) => ({ name: each.name, value: [each.lon, each.lat] })),
    }),
    // Borders are the map's own shape already; only what stands in for them is drawn upon it.
    setBorders: ({ features }) => set({
      hulls: features.filter((each) => each.properties.hull).map((each) => ({ coords: each.geometry.coordinates[0] })),
    }),
    setArea: (area) => set({ area }),
    setStops: (stops) => set({ stops: stops ? stops.lats.map((lat, i) => ({ value: [stops.lons[i], lat] })) : [] }),
    setComponents: (components, kinds) => set({
      components: components ? components.lats.flatMap((lat, i) => kinds.has(components.ofKind[i])
        ? [{ value: [components.lons[i], lat], id: components.ids[i] }] : []) : [],
    }),
    setLines: (lines) => set({ lines }),
    setSelected: (at) => set({ at }),
    fit: ([[west, south], [east, north]]) =>
      place([(west + east) / 2, (south + north) / 2], span / Math.max(east - west, (north - south) * 1.3, 0.005)),
    zoomBy: (steps) => place(position().center, position().zoom * 2 ** steps),
    goTo: (lon, lat) => place([lon, lat], Math.max(position().zoom, 40)),
    camera: () => {
      const { center, zoom } = position();
      return { zoom: base + Math.log2(zoom), lat: center[1], lon: center[0] };
    },
    toDegrees: (at) => chart.convertFromPixel("geo", at),
    view: () => {
      const [a, b] = [[0, inner.clientHeight], [inner.clientWidth, 0]].map((at) => chart.convertFromPixel("geo", at));
      return [a, b];
    },
    still: () => new Promise((resolve) => setTimeout(resolve)),
    hold: (held) => chart.setOption({ geo: { roam: !held } }),
    lost: () => {},
    remove: () => chart.dispose(),
  };
}
