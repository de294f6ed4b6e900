// The map in WebGL: stations gathered into rings, infrastructure, borders, lines.
import { Map as GlMap, setWorkerUrl } from "maplibre-gl";
import { SIGNS, countyLabels } from "./data.js";
import { GATHERED_TO, gathering, inRing, ringsIn } from "./gather.js";
import { PARTS, colours, ringImage, signImage } from "./signs.js";

const NOTHING = { type: "FeatureCollection", features: [] };
const MAX_ZOOM = 18;
const SPOT = 50;
const RATIO = 2;
const FONT = ["Vazirmatn"];
// Where the name of a county may stand beside its rings: close, else farther away.
const AROUND = [1.9, 2.8, 3.8].flatMap((far) => [
  "top", [0, far], "bottom", [0, -far], "left", [far, 0], "right", [-far, 0],
]);

const point = (lon, lat, properties) => ({
  type: "Feature", properties, geometry: { type: "Point", coordinates: [lon, lat] },
});
const collection = (features) => ({ type: "FeatureCollection", features });

// The image of a ring shows the shares of its states.
const SHARES = SIGNS.flatMap((_, sign) => [
  ",",
  ["case", [">", ["get", `c${sign}`], 0],
    ["max", 1, ["round", ["/", ["*", PARTS, ["get", `c${sign}`]], ["get", "point_count"]]]], 0],
]);

function styleOf(state, language, palette) {
  const source = (data, more = {}) => ({ type: "geojson", data, ...more });
  const label = { "text-color": palette.ink, "text-halo-color": palette.surface, "text-halo-width": 1.6 };
  return {
    version: 8,
    sources: {
      borders: source(state.borders),
      counties: source(state.counties),
      lines: source(state.lines),
      stops: source(state.stops, { cluster: true, clusterRadius: 24, clusterMaxZoom: 12 }),
      components: source(state.components),
      stations: source(state.stations),
      selected: source(state.selected),
      area: source(state.area),
    },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": palette.sunken } },
      { id: "land", type: "fill", source: "borders", filter: ["<=", ["get", "level"], 2],
        paint: { "fill-color": palette.surface } },
      { id: "districts", type: "line", source: "borders", minzoom: 7, filter: ["==", ["get", "level"], 3],
        paint: { "line-color": palette.line, "line-width": 1, "line-dasharray": [3, 2] } },
      { id: "borders", type: "line", source: "borders", filter: ["all", ["<=", ["get", "level"], 2], ["!", ["has", "hull"]]],
        paint: { "line-color": palette.strong, "line-width": ["case", ["==", ["get", "level"], 1], 2.2, 1] } },
      { id: "hulls", type: "line", source: "borders", filter: ["has", "hull"],
        paint: { "line-color": palette.strong, "line-width": 1, "line-opacity": 0.7, "line-dasharray": [2, 3] } },
      { id: "area", type: "fill", source: "area", paint: { "fill-color": palette.accent, "fill-opacity": 0.12 } },
      { id: "area-line", type: "line", source: "area",
        paint: { "line-color": palette.accent, "line-width": 2.5, "line-dasharray": [3, 2] } },
      { id: "lines", type: "line", source: "lines",
        paint: { "line-color": palette.accent, "line-width": 1.4, "line-opacity": 0.75 } },
      { id: "stops", type: "circle", source: "stops",
        paint: { "circle-radius": ["case", ["has", "point_count"], 5, 3.5], "circle-color": palette.accent,
          "circle-stroke-color": palette.surface, "circle-stroke-width": 1.5 } },
      { id: "counties", type: "symbol", source: "counties", maxzoom: 11,
        layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": 14,
          "text-variable-anchor-offset": AROUND,
          "symbol-sort-key": ["-", 0, ["get", "size"]] }, paint: { ...label, "text-halo-width": 2 } },
      { id: "components", type: "symbol", source: "components",
        layout: { "icon-image": ["concat", "sign,", ["get", "m"]], "icon-size": 0.5,
          "icon-allow-overlap": true, "icon-ignore-placement": true } },
      { id: "components-names", type: "symbol", source: "components", minzoom: 11,
        layout: { "text-field": ["get", "n"], "text-font": FONT, "text-size": 11, "text-offset": [0, 1.1],
          "text-anchor": "top", "text-optional": true }, paint: label },
      { id: "selected", type: "circle", source: "selected",
        paint: { "circle-radius": 15, "circle-color": palette.focus, "circle-opacity": 0.15,
          "circle-stroke-color": palette.focus, "circle-stroke-width": 3 } },
      { id: "stations", type: "symbol", source: "stations", filter: ["!", ["has", "point_count"]],
        layout: { "icon-image": ["concat", "sign,", ["at", ["get", "s"], ["literal", SIGNS]]],
          "icon-size": 0.5, "icon-allow-overlap": true, "symbol-sort-key": ["case", ["==", ["get", "s"], 1], 9, ["get", "s"]] } },
      { id: "rings", type: "symbol", source: "stations", filter: ["has", "point_count"],
        layout: { "icon-image": ["concat", "ring", ...SHARES],
          "icon-size": ["interpolate", ["linear"], ["log10", ["get", "point_count"]], 0.3, 0.74, 3, 1.3, 4.5, 1.9],
          "icon-allow-overlap": true, "text-allow-overlap": true,
          "text-field": ["number-format", ["get", "point_count"], { locale: language }],
          "text-font": FONT, "text-size": ["interpolate", ["linear"], ["log10", ["get", "point_count"]], 0.3, 11, 3, 14] },
        paint: { "text-color": palette.ink } },
    ],
  };
}

export async function create(container, { language, label, worker, onSelect, onMove, onHover, camera, box }) {
  setWorkerUrl(worker);
  const state = {
    borders: NOTHING, counties: NOTHING, lines: NOTHING, stops: NOTHING, components: NOTHING,
    stations: NOTHING, selected: NOTHING, area: NOTHING,
  };
  let palette = colours();
  const map = new GlMap({
    container,
    style: styleOf(state, language, palette),
    attributionControl: false,
    maxZoom: MAX_ZOOM,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    fadeDuration: 0,
    locale: { "Map.Title": label },
    ...(camera ? { center: [camera.lon, camera.lat], zoom: camera.zoom }
      : { bounds: box ?? [[44, 25], [63, 40]], fitBoundsOptions: { padding: 40, maxZoom: 14 } }),
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.setMissingStyleImageResolver((id) => {
    const [what, ...parts] = id.split(",");
    const picture = what === "ring"
      ? ringImage(parts.map(Number), palette, 48 * RATIO)
      : signImage(parts[0], palette.of(parts[0]), palette.surface, 20 * RATIO * 2);
    if (!map.hasImage(id)) map.addImage(id, picture, { pixelRatio: RATIO });
  });

  const show = (name, data) => {
    state[name] = data;
    map.getSource(name)?.setData(data);
  };

  // What is given to the map: the rings of this zoom, a screen around the view as well.
  let [gathered, coloured, drawn] = [null, null, null];
  function drawStations(anew) {
    if (!gathered) return;
    const level = Math.floor(map.getZoom());
    const [[west, south], [east, north]] = map.getBounds().toArray();
    const inside = drawn && drawn.west <= west && drawn.east >= east && drawn.south <= south && drawn.north >= north;
    if (!anew && inside && drawn.level === level) return;
    const [wide, high] = [east - west, north - south];
    drawn = { level, west: west - wide, east: east + wide, south: Math.max(south - high, -85), north: Math.min(north + high, 85) };
    const box = [[drawn.west, drawn.south], [drawn.east, drawn.north]];
    show("stations", collection(
      ringsIn(gathered.at(level), gathered.stations, coloured, SIGNS.length, box).map((each) => point(each.lon, each.lat,
        each.size === 1 ? { id: each.id, s: each.sign }
          : { ring: each.ring, zoom: level, point_count: each.size, ...Object.fromEntries(each.counts.map((n, sign) => [`c${sign}`, n])) })),
    ));
  }
  const near = (at, reach) =>
    map.queryRenderedFeatures([[at.x - reach, at.y - reach], [at.x + reach, at.y + reach]],
      { layers: ["rings", "stations", "components", "stops"] });

  async function open(features) {
    const ring = features.find((each) => each.layer.id === "rings");
    const stations = [...new Set(features.filter((each) => each.layer.id === "stations").map((each) => each.properties.id))];
    if (stations.length > 1) return onSelect({ stations: stations.slice(0, SPOT) });
    if (stations.length === 1) return onSelect({ station: stations[0] });
    if (ring) {
      enter(ring);
      return true;
    }
    const other = features[0]?.properties;
    if (!other) return false;
    if (other.point_count) map.easeTo({ center: features[0].geometry.coordinates, zoom: map.getZoom() + 2 });
    else onSelect("k" in other ? { component: other.id } : { station: other.station });
    return true;
  }

  // Come closer until the ring falls apart; where it never does, list what stands there.
  function enter({ properties, geometry }) {
    const { stations } = gathered;
    const { members, box } = inRing(gathered.at(properties.zoom), stations, properties.ring);
    const last = gathered.at(GATHERED_TO).of;
    if (members.every((i) => last[i] === last[members[0]])) {
      onSelect({ stations: members.slice(0, SPOT).map((i) => stations.ids[i]) });
      return;
    }
    const { zoom } = map.cameraForBounds(box, { padding: 60 });
    map.easeTo({ center: geometry.coordinates, zoom: Math.min(Math.max(zoom, map.getZoom() + 1), GATHERED_TO + 0.2) });
  }

  map.on("click", (event) => open(near(event.point, 5)));
  map.on("move", () => drawStations(false));
  map.on("moveend", onMove);
  for (const layer of ["rings", "stations", "components", "stops"]) {
    map.on("mousemove", layer, (event) => {
      map.getCanvas().classList.add("over");
      const { properties } = event.features[0];
      onHover(layer === "rings" ? SIGNS.map((_, sign) => properties[`c${sign}`]) : layer === "components" ? properties.n : null);
    });
    map.on("mouseleave", layer, () => {
      map.getCanvas().classList.remove("over");
      onHover(null);
    });
  }
  map.getCanvas().addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    const { clientWidth, clientHeight } = container;
    const middle = { x: clientWidth / 2, y: clientHeight / 2 };
    const distance = (each) => {
      const at = map.project(each.geometry.coordinates);
      return Math.hypot(at.x - middle.x, at.y - middle.y);
    };
    const [nearest] = near(middle, 70).sort((a, b) => distance(a) - distance(b));
    if (nearest) open([nearest]);
    else onSelect(null);
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    palette = colours();
    map.setStyle(styleOf(state, language, palette), { diff: false });
  });
  await new Promise((resolve) => map.once("style.load", resolve));

  return {
    webgl: true,
    setStations(stations, signs) {
      if (gathered?.stations !== stations) gathered = gathering(stations);
      coloured = signs;
      drawStations(true);
    },
    // The names of hundreds of counties take longer to place than the stations.
    setCounties(stations) {
      show("counties", collection(countyLabels(stations).map((each) =>
        point(each.lon, each.lat, { name: each.name, size: each.size }))));
    },
    setBorders: (borders) => show("borders", borders),
    setStops: (stops) => show("stops", stops ? collection(stops.lats.map((lat, i) =>
      point(stops.lons[i], lat, { station: stops.stations[i], o: stops.ordinals[i] }))) : NOTHING),
    setComponents: (components, kinds) => show("components", components ? collection(
      components.lats.flatMap((lat, i) => kinds.has(components.ofKind[i])
        ? [point(components.lons[i], lat, {
          id: components.ids[i], k: components.ofKind[i], n: components.names[i],
          m: components.kinds[components.ofKind[i]].medium,
        })] : [])) : NOTHING),
    setLines: (lines) => show("lines", collection(lines.map(([x1, y1, x2, y2]) => ({
      type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: [[x1, y1], [x2, y2]] },
    })))),
    setArea: (corners) => show("area", corners ? collection([{
      type: "Feature", properties: {}, geometry: { type: "Polygon", coordinates: [[...corners, corners[0]]] },
    }]) : NOTHING),
    setSelected: (at) => show("selected", at ? collection([point(...at, {})]) : NOTHING),
    fit: (bounds, at_once = false) => map.fitBounds(bounds, { padding: 40, maxZoom: 14, animate: !at_once }),
    zoomBy: (steps) => map.easeTo({ zoom: map.getZoom() + steps }),
    goTo: (lon, lat) => map.easeTo({ center: [lon, lat], zoom: Math.max(map.getZoom(), 14) }),
    camera: () => ({ zoom: map.getZoom(), lat: map.getCenter().lat, lon: map.getCenter().lng }),
    toDegrees: ([x, y]) => map.unproject([x, y]).toArray(),
    view: () => map.getBounds().toArray(),
    still: () => new Promise((resolve) => map.once("idle", resolve)),
    hold: (held) => (held ? map.dragPan.disable() : map.dragPan.enable()),
    lost: (callback) => map.getCanvas().addEventListener("webglcontextlost", callback, { once: true }),
    remove: () => map.remove(),
  };
}
