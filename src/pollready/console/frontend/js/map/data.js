// What the map is drawn from: columns as the console sends them, unpacked.
export const SIGNS = ["ready", "not_ready", "unknown", "contradicted", "offline", "closed", "plain"];

export async function ask(url) {
  const response = await fetch(url, { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(String(response.status));
  return response.json();
}

// Undo the steps: each number is the difference from the last one that was known.
function unstepped(steps) {
  let last = 0;
  return steps.map((step) => (step === null ? null : (last += step)));
}

const degrees = (steps, part) =>
  unstepped(steps).map((whole) => (whole === null ? null : whole / part));

export function stationsOf(raw) {
  const lats = degrees(raw.lats, raw.per_degree);
  const lons = degrees(raw.lons, raw.per_degree);
  const ids = unstepped(raw.ids);
  return { ...raw, ids, lats, lons, size: ids.length, placed: lats.filter((lat) => lat !== null).length };
}

export function stopsOf(raw) {
  return {
    stations: unstepped(raw.stations),
    ordinals: raw.ordinals,
    lats: degrees(raw.lats, raw.per_degree),
    lons: degrees(raw.lons, raw.per_degree),
  };
}

export function componentsOf(raw) {
  return {
    kinds: raw.kinds,
    ofKind: raw.of_kind,
    names: raw.names,
    ids: unstepped(raw.ids),
    lats: degrees(raw.lats, raw.per_degree),
    lons: degrees(raw.lons, raw.per_degree),
  };
}

// How a colouring reads a station: the legend's column, and the letter of station i.
export function reading(stations, by) {
  const [what, name] = [by.split(".")[0], by.slice(by.indexOf(".") + 1)];
  if (what === "criterion") {
    const place = CRITERIA.indexOf(name);
    return { column: "criterion", letter: (i) => stations.criteria[i * CRITERIA.length + place] };
  }
  if (what === "rule" || what === "cause") {
    return { column: "found", letter: (i) => stations.found[i] ?? "0" };
  }
  if (what === "fall") return { column: name, letter: (i) => stations.fall[name][i] };
  return { column: by, letter: (i) => stations[by][i] };
}

// The order of the letters in `criteria`, as the page's choices list them.
const CRITERIA = [...document.querySelectorAll("#map-by option")]
  .map((option) => option.value)
  .filter((value) => value.startsWith("criterion."))
  .map((value) => value.slice("criterion.".length));

// For each station the number of its sign, and how many stations have each letter.
export function signsOf(stations, by, legends) {
  const { column, letter } = reading(stations, by);
  const legend = legends[column];
  const numbers = Object.fromEntries(
    Object.entries(legend).map(([each, entry]) => [each, SIGNS.indexOf(entry.sign)]),
  );
  const signs = new Uint8Array(stations.size);
  const counts = Object.fromEntries(Object.keys(legend).map((each) => [each, 0]));
  for (let i = 0; i < stations.size; i++) {
    const found = letter(i);
    signs[i] = numbers[found];
    counts[found] += 1;
  }
  return { legend, signs, counts };
}

// The box around the bulk of the stations: a coordinate far from all others is a data fault.
export function boxOf(stations) {
  const reach = (values) => {
    const sorted = new Float64Array(values.filter((value) => value !== null)).sort();
    if (!sorted.length) return null;
    const edge = Math.floor(sorted.length / 20);
    const [first, last] = [sorted[edge], sorted[sorted.length - 1 - edge]];
    const slack = Math.max(last - first, 2);
    const near = sorted.filter((value) => value >= first - slack && value <= last + slack);
    return [near[0], near[near.length - 1]];
  };
  const [lats, lons] = [reach(stations.lats), reach(stations.lons)];
  return lats && [[lons[0], lats[0]], [lons[1], lats[1]]];
}

// The stations of each county that stand somewhere.
function byCounty(stations) {
  const points = stations.county_names.map(() => []);
  stations.counties.forEach((county, i) => {
    if (county !== null && stations.lats[i] !== null) points[county].push([stations.lons[i], stations.lats[i]]);
  });
  return points;
}

const middleOf = (values) => new Float64Array(values).sort()[Math.floor(values.length / 2)];

// Each county's name at the middle of its stations.
export function countyLabels(stations) {
  const points = byCounty(stations);
  return stations.county_names.flatMap((name, county) => {
    const here = points[county];
    return here.length
      ? [{ name, lat: middleOf(here.map((each) => each[1])), lon: middleOf(here.map((each) => each[0])), size: here.length }]
      : [];
  });
}

// Where no borders are in: a line around each county's stations, so that a place can be told.
const FAR = 2; // times as far from the middle as nearly all of them: a fault in the data, not a place
export function hullsOf(stations) {
  const features = byCounty(stations).flatMap((points, county) => {
    if (points.length < 3) return [];
    const [lon, lat] = [0, 1].map((part) => middleOf(points.map((each) => each[part])));
    const far = (each) => Math.hypot((each[0] - lon) * Math.cos((lat * Math.PI) / 180), each[1] - lat);
    const reach = FAR * new Float64Array(points.map(far)).sort()[Math.floor((points.length - 1) * 0.95)];
    const ring = around(points.filter((each) => far(each) <= reach));
    if (ring.length < 3) return [];
    return [{
      type: "Feature", properties: { level: 2, hull: true, name: stations.county_names[county] },
      geometry: { type: "Polygon", coordinates: [[...ring, ring[0]]] },
    }];
  });
  return { type: "FeatureCollection", features };
}

// The corners of the smallest polygon without dents around points.
function around(points) {
  const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const turn = (a, b, c) => (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
  const half = (each) => {
    const corners = [];
    for (const point of each) {
      while (corners.length > 1 && turn(corners.at(-2), corners.at(-1), point) <= 0) corners.pop();
      corners.push(point);
    }
    return corners.slice(0, -1);
  };
  return [...half(sorted), ...half(sorted.reverse())];
}

// The longest round length, in metres, that is at most so long.
export function roundLength(metres) {
  const power = 10 ** Math.floor(Math.log10(metres));
  return [5, 2, 1].find((times) => times * power <= metres) * power;
}
