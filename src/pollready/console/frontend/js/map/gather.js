// Stations close together on the screen become one ring: worked out here for one zoom at a time,
// so that the map is given a few hundred points and not all of them.
const RADIUS = 48; // pixels within which stations join the first of them
const TILE = 512; // pixels of the whole world at zoom 0
export const GATHERED_TO = 16;

// Longitude and latitude as parts of the square that web maps draw the world on.
const acrossOf = (lon) => (lon + 180) / 360;
const downOf = (lat) => {
  const sine = Math.sin((lat * Math.PI) / 180);
  return 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
};
const lonOf = (x) => x * 360 - 180;
const latOf = (y) => (Math.atan(Math.exp((1 - 2 * y) * Math.PI)) * 360) / Math.PI - 90;

// Keeps the rings of each zoom; they rest on positions alone, so colours come and go freely.
export function gathering(stations) {
  const { size } = stations;
  const [xs, ys] = [new Float64Array(size), new Float64Array(size)];
  for (let i = 0; i < size; i++) {
    const placed = stations.lats[i] !== null;
    xs[i] = placed ? acrossOf(stations.lons[i]) : NaN;
    ys[i] = placed ? downOf(stations.lats[i]) : NaN;
  }
  const kept = new Map();
  return {
    stations,
    at(zoom) {
      const level = Math.min(Math.max(Math.floor(zoom), 0), GATHERED_TO + 1);
      if (!kept.has(level)) kept.set(level, ringsOf(xs, ys, level > GATHERED_TO ? 0 : RADIUS / TILE / 2 ** level));
      return kept.get(level);
    },
  };
}

// Stations first, then what they became: rings whose middles came close together are one.
function ringsOf(xs, ys, reach) {
  const ones = new Uint32Array(xs.length).fill(1);
  const first = joined(xs, ys, ones, xs.keys(), reach);
  if (!reach) return first;
  const largest = [...first.sizes.keys()].sort((a, b) => first.sizes[b] - first.sizes[a] || a - b);
  const last = joined(first.xs, first.ys, first.sizes, largest, reach);
  return { ...last, of: first.of.map((ring) => (ring < 0 ? ring : last.of[ring])) };
}

// In turn, each that is in no ring yet takes along those within reach that are in none either.
function joined(xs, ys, weights, order, reach) {
  const of = new Int32Array(xs.length).fill(-1);
  const [sumX, sumY, sizes] = [[], [], []];
  const cells = reach ? cellsOf(xs, ys, reach) : null;
  for (const i of order) {
    if (of[i] >= 0 || Number.isNaN(xs[i])) continue;
    const ring = sizes.length;
    sumX.push(0);
    sumY.push(0);
    sizes.push(0);
    const take = (j) => {
      of[j] = ring;
      sumX[ring] += xs[j] * weights[j];
      sumY[ring] += ys[j] * weights[j];
      sizes[ring] += weights[j];
    };
    if (!cells) {
      take(i);
      continue;
    }
    const [column, row] = [Math.floor(xs[i] / reach), Math.floor(ys[i] / reach)];
    for (let y = row - 1; y <= row + 1; y++) {
      for (let x = column - 1; x <= column + 1; x++) {
        for (let j = cells.first.get(cells.key(x, y)) ?? -1; j >= 0; j = cells.next[j]) {
          if (of[j] < 0 && (xs[j] - xs[i]) ** 2 + (ys[j] - ys[i]) ** 2 <= reach * reach) take(j);
        }
      }
    }
  }
  return { of, xs: sumX.map((sum, ring) => sum / sizes[ring]), ys: sumY.map((sum, ring) => sum / sizes[ring]), sizes };
}

function cellsOf(xs, ys, side) {
  const columns = Math.ceil(1 / side) + 2;
  const key = (x, y) => (y + 1) * columns + x + 1;
  const first = new Map();
  const next = new Int32Array(xs.length).fill(-1);
  for (let i = xs.length - 1; i >= 0; i--) {
    if (Number.isNaN(xs[i])) continue;
    const cell = key(Math.floor(xs[i] / side), Math.floor(ys[i] / side));
    next[i] = first.get(cell) ?? -1;
    first.set(cell, i);
  }
  return { key, first, next };
}

// What stands in a box of degrees: rings with how many stations have each sign, and single ones.
export function ringsIn(rings, stations, signs, kinds, [[west, south], [east, north]]) {
  const [left, right, top, bottom] = [acrossOf(west), acrossOf(east), downOf(north), downOf(south)];
  const { of, xs, ys, sizes } = rings;
  const places = new Int32Array(sizes.length).fill(-1);
  const found = [];
  for (let ring = 0; ring < sizes.length; ring++) {
    if (xs[ring] < left || xs[ring] > right || ys[ring] < top || ys[ring] > bottom) continue;
    places[ring] = found.length;
    found.push({ ring, size: sizes[ring], lon: lonOf(xs[ring]), lat: latOf(ys[ring]), id: 0, sign: 0, counts: null });
  }
  for (let i = 0; i < of.length; i++) {
    const each = of[i] >= 0 && places[of[i]] >= 0 ? found[places[of[i]]] : null;
    if (!each) continue;
    if (each.size === 1) [each.id, each.sign] = [stations.ids[i], signs[i]];
    else (each.counts ??= new Array(kinds).fill(0))[signs[i]] += 1;
  }
  return found;
}

// Which stations are in one ring, and the box around them.
export function inRing(rings, stations, ring) {
  const members = [];
  let [west, south, east, north] = [180, 90, -180, -90];
  for (let i = 0; i < rings.of.length; i++) {
    if (rings.of[i] !== ring) continue;
    members.push(i);
    west = Math.min(west, stations.lons[i]);
    east = Math.max(east, stations.lons[i]);
    south = Math.min(south, stations.lats[i]);
    north = Math.max(north, stations.lats[i]);
  }
  return { members, box: [[west, south], [east, north]] };
}
