// The map's page: asks for the layers, keeps legend, card, filters and address in step.
import { ask, boxOf, componentsOf, hullsOf, roundLength, signsOf, stationsOf, stopsOf } from "./data.js";
import { lasso } from "./lasso.js";
import { loadSigns } from "./signs.js";

const page = document.getElementById("map-page");
const frame = page.querySelector("[data-map]");
const canvas = page.querySelector("[data-canvas]");
const told = page.querySelector("[data-told]");
const words = document.getElementById("map-words").dataset;
const legends = JSON.parse(document.getElementById("map-legends").textContent);
const by = page.querySelector("[data-by]");
const card = document.getElementById("map-card");
const language = document.documentElement.lang;
const figures = new Intl.NumberFormat(language === "fa" ? "fa-IR" : "en-US");
// A phrase with its figures; the marks that keep a text apart are of no use around figures.
const fill = (text, fields) =>
  Object.entries(fields).reduce(
    (said, [name, n]) => said.replace(new RegExp(`\\u2068?\\{${name}\\}\\u2069?`), figures.format(n)),
    text,
  );

const state = { view: null, stations: null, counts: null, selected: null, stops: null, components: null, drawing: null };

const found = () => document.getElementById("found");
const address = (layer, more = {}) => {
  const asked = new URLSearchParams(found().dataset.filters);
  asked.set("layer", layer);
  for (const [name, value] of Object.entries(more)) asked.set(name, value);
  return `${page.dataset.dataUrl}?${asked}`;
};
const LISTED = 50; // as many as the card names
const isObstacle = (value) => value.startsWith("rule.") || value.startsWith("cause.");

function tell(text) {
  told.textContent = text;
  told.hidden = !text;
}

// The address after #: zoom/lat/lon, then what is selected.
function readHash() {
  const [zoom, lat, lon, selected] = location.hash.slice(1).split("/");
  const camera = [zoom, lat, lon].map(Number);
  const isCamera = camera.every(Number.isFinite) && lon && Math.abs(camera[1]) <= 85 && Math.abs(camera[2]) <= 180;
  return { camera: isCamera ? { zoom: camera[0], lat: camera[1], lon: camera[2] } : null, selected };
}

function writeHash() {
  const { zoom, lat, lon } = state.view.camera();
  const parts = [zoom.toFixed(2), lat.toFixed(4), lon.toFixed(4)];
  if (state.selected) parts.push(state.selected);
  history.replaceState(history.state, "", `${location.pathname}${location.search}#${parts.join("/")}`);
}

function hasWebgl() {
  try {
    return Boolean(document.createElement("canvas").getContext("webgl2"));
  } catch {
    return false;
  }
}

// The filter of the list that a line of the legend stands for, where there is one.
function filterOf(letter) {
  const [what, name] = [by.value.split(".")[0], by.value.slice(by.value.indexOf(".") + 1)];
  if (what === "readiness") return ["readiness", { r: "ready", n: "not_ready", u: "unknown", c: "contradicted" }[letter]];
  const states = { u: "unmet", "?": "unknown", c: "contradicted" };
  if (what === "criterion" && states[letter]) return ["criterion", `${name}.${states[letter]}`];
  if (isObstacle(by.value) && letter === "1") return [what, name];
  return null;
}

function showLegend(legend, counts) {
  const list = page.querySelector("[data-legend]");
  list.replaceChildren(...Object.entries(legend).map(([letter, { sign, word }]) => {
    const line = document.createElement("li");
    line.className = `is-${sign}`;
    line.innerHTML = `<svg aria-hidden="true"><use href="${page.dataset.signs}#${sign}"/></svg>`;
    const name = line.appendChild(document.createElement("span"));
    name.textContent = word;
    const filter = filterOf(letter);
    const count = line.appendChild(document.createElement(filter && counts[letter] ? "a" : "span"));
    count.className = "maplegend__count";
    count.textContent = fill(counts[letter] === 1 ? words.shownOne : words.shown, { n: counts[letter] });
    if (count.tagName === "A") {
      const asked = new URLSearchParams(found().dataset.filters);
      asked.set(...filter);
      count.href = `${page.dataset.listUrl}?${asked}`;
      count.setAttribute("aria-label", `${word}: ${count.textContent}`);
    }
    return line;
  }));
}

function colour() {
  const { legend, signs, counts } = signsOf(state.stations, by.value, legends);
  state.legend = legend;
  state.view.setStations(state.stations, signs);
  showLegend(legend, counts);
}

function showUnplaced() {
  const line = page.querySelector("[data-unplaced]");
  const unplaced = state.stations.size - state.stations.placed;
  line.hidden = !unplaced;
  line.querySelector("span").textContent = fill(words.unplaced, { n: unplaced });
}

async function loadStations(url) {
  const more = isObstacle(by.value) ? { by: by.value } : {};
  state.stations = stationsOf(await ask(url ?? address("stations", more)));
}

async function reload() {
  frame.setAttribute("aria-busy", "true");
  try {
    await loadStations();
    colour();
    showCounties();
    showUnplaced();
    if (state.stops) await showStops(true);
    tell("");
  } catch {
    tell(words.failed);
  }
  frame.removeAttribute("aria-busy");
}

// ---- what is selected

async function select(chosen, { move = false, view = false } = {}) {
  if (!chosen) {
    tell(words.nothing);
    return;
  }
  tell("");
  const [[what, value]] = Object.entries(chosen);
  const asked = new URLSearchParams({ [what]: Array.isArray(value) ? value.join(",") : value });
  if (view) asked.set("of", "view");
  let text;
  try {
    const response = await fetch(`${page.dataset.cardUrl}?${asked}`, { headers: { "X-Requested-With": "fetch" } });
    if (!response.ok) throw new Error(String(response.status));
    text = await response.text();
  } catch {
    tell(words.failed);
    return;
  }
  card.innerHTML = text;
  window.htmx?.process(card);
  state.selected = what === "stations" ? null : `${what}-${value}`;
  state.view.setLines([]);
  const at = view ? null : placeOf(what, what === "stations" ? value[0] : Number(value));
  state.view.setSelected(at);
  if (move && at) state.view.goTo(...at);
  writeHash();
}

function placeOf(what, id) {
  const among = what === "component" ? state.components : state.stations;
  const i = among?.ids.indexOf(id) ?? -1;
  return i >= 0 && among.lats[i] !== null ? [among.lons[i], among.lats[i]] : null;
}

const emptyCard = card.innerHTML;
function unselect() {
  state.selected = null;
  card.innerHTML = emptyCard;
  state.view.setSelected(null);
  state.view.setLines([]);
  writeHash();
  card.focus();
}

async function toggleLines(button) {
  const note = card.querySelector("[data-lines-told]");
  if (button.getAttribute("aria-pressed") === "true") {
    state.view.setLines([]);
    note.hidden = true;
    mark(button, false);
    return;
  }
  try {
    const { lines, shown, needed } = await ask(`${page.dataset.linesUrl}?${button.dataset.lines}`);
    state.view.setLines(lines);
    note.textContent = fill(words.linesTold, { shown, needed });
    note.hidden = false;
    mark(button, true);
  } catch {
    tell(words.failed);
  }
}

function mark(button, on) {
  button.dataset.show ??= button.textContent;
  button.textContent = on ? button.dataset.hide : button.dataset.show;
  button.setAttribute("aria-pressed", String(on));
}

card.addEventListener("click", (event) => {
  const button = event.target.closest("[data-lines],[data-do='unselect'],[data-show]");
  if (!button) return;
  if (button.dataset.lines) toggleLines(button);
  else if (button.dataset.do === "unselect") unselect();
  else {
    event.preventDefault();
    select({ station: Number(button.dataset.show.split("=")[1]) });
  }
});

// ---- layers

async function showStops(on) {
  state.stops = on ? stopsOf(await ask(address("stops"))) : null;
  state.view.setStops(state.stops);
}

async function showComponents(on) {
  const list = page.querySelector("[data-kinds]");
  list.hidden = !on;
  if (!on) {
    state.view.setComponents(null, new Set());
    return;
  }
  if (!state.components) {
    state.components = componentsOf(await ask(`${page.dataset.dataUrl}?layer=components`));
    list.replaceChildren(...state.components.kinds.map((kind, number) => kindLine(kind, number)));
    if (!state.components.kinds.length) list.textContent = words.componentsNone;
  }
  redrawComponents();
}

function kindLine(kind, number) {
  const count = state.components.ofKind.reduce((sum, each) => sum + (each === number), 0);
  const line = document.createElement("li");
  line.innerHTML = `<label><input type="checkbox" checked data-kind="${number}"><svg aria-hidden="true"><use href="${page.dataset.signs}#${kind.medium}"/></svg> <span></span> <span class="soft"></span></label>`;
  const [name, amount] = line.querySelectorAll("span");
  name.textContent = kind.name;
  amount.textContent = figures.format(count);
  return line;
}

function redrawComponents() {
  const chosen = [...page.querySelectorAll("[data-kind]:checked")].map((box) => Number(box.dataset.kind));
  state.view.setComponents(state.components, new Set(chosen));
}

page.addEventListener("change", async (event) => {
  const { layer, kind } = event.target.dataset;
  try {
    if (layer === "stops") await showStops(event.target.checked);
    else if (layer === "components") await showComponents(event.target.checked);
    else if (kind !== undefined) redrawComponents();
  } catch {
    event.target.checked = false;
    tell(words.failed);
  }
});

by.addEventListener("change", async () => {
  const url = new URL(location.href);
  url.searchParams.set("by", by.value);
  history.replaceState(history.state, "", url);
  if (isObstacle(by.value)) await reload();
  else colour();
});

// ---- areas

function setArea(corners) {
  const form = document.getElementById("filters");
  let input = form.querySelector("input[name=area]");
  if (!input) {
    input = form.querySelector("#filter-fields").appendChild(document.createElement("input"));
    input.type = "hidden";
    input.name = "area";
  }
  input.value = corners ? corners.map((corner) => corner.map((part) => part.toFixed(5)).join(",")).join("~") : "";
  form.requestSubmit();
}

function draw() {
  if (state.drawing) {
    state.drawing();
    return;
  }
  tell(words.drawing);
  press(true);
  state.view.hold(true);
  state.drawing = lasso(frame, {
    done: (corners) => setArea(corners.map((corner) => state.view.toDegrees(corner))),
    ended: () => {
      state.drawing = null;
      state.view.hold(false);
      press(false);
      tell("");
    },
  });
}

// The stations in view, nearest to the middle first, as links beside the map.
async function listView() {
  const [[west, south], [east, north]] = state.view.view();
  const { ids, lats, lons } = state.stations;
  const [lon, lat] = [(west + east) / 2, (south + north) / 2];
  const far = (i) => Math.hypot((lons[i] - lon) * Math.cos((lat * Math.PI) / 180), lats[i] - lat);
  const inside = [];
  ids.forEach((_, i) => {
    if (lats[i] !== null && lons[i] >= west && lons[i] <= east && lats[i] >= south && lats[i] <= north) inside.push([far(i), ids[i]]);
  });
  inside.sort((a, b) => a[0] - b[0]);
  await select(inside.length ? { stations: inside.slice(0, LISTED).map(([, id]) => id) } : null, { view: true });
  if (inside.length) card.focus();
}

function press(on) {
  for (const button of page.querySelectorAll("[data-do='draw']")) button.setAttribute("aria-pressed", String(on));
}

const ACTIONS = {
  in: () => state.view.zoomBy(1),
  out: () => state.view.zoomBy(-1),
  whole: () => {
    const box = boxOf(state.stations);
    if (box) state.view.fit(box);
  },
  draw,
  view: () => {
    const [[west, south], [east, north]] = state.view.view();
    setArea([[west, south], [east, south], [east, north], [west, north]]);
  },
  clear: () => setArea(null),
  list: () => listView(),
};

page.addEventListener("click", (event) => {
  const button = event.target.closest("[data-do]");
  if (button && state.view) ACTIONS[button.dataset.do]?.();
});

// The area that the stations are picked by stays drawn until it is cleared.
function showArea() {
  const { area } = found().dataset;
  page.querySelector("[data-do='clear']").hidden = !area;
  const corners = area ? area.split("~").map((corner) => corner.split(",").map(Number)) : null;
  state.view.setArea(corners?.every((corner) => corner.length === 2 && corner.every(Number.isFinite)) ? corners : null);
}

function showCounties() {
  state.view.setCounties(state.stations);
  if (!page.dataset.borders) state.view.setBorders(hullsOf(state.stations));
}

// How long a stretch of the map is: as long a round length as the bar has room for.
const bar = page.querySelector("[data-scale]");
const BAR = 150; // pixels
function showScale() {
  const middle = canvas.clientHeight / 2;
  const [[lon1, lat], [lon2]] = [state.view.toDegrees([0, middle]), state.view.toDegrees([BAR, middle])];
  const metres = Math.abs(lon2 - lon1) * Math.cos((lat * Math.PI) / 180) * 111_320;
  if (!(metres > 0)) return;
  const length = roundLength(metres);
  bar.querySelector("i").style.inlineSize = `${(BAR * length) / metres}px`;
  bar.querySelector("span").textContent = length < 1000 ? fill(words.scaleM, { n: length }) : fill(words.scaleKm, { n: length / 1000 });
  bar.hidden = false;
}

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target?.id !== "found" && event.target?.id !== "found") return;
  showArea();
  writeHash();
  reload();
});

// ---- start

const hover = page.querySelector("[data-hover]");
function onHover(what) {
  hover.hidden = !what;
  if (Array.isArray(what)) {
    hover.textContent = Object.values(state.legend)
      .map(({ sign, word }) => [what[["ready", "not_ready", "unknown", "contradicted", "offline", "closed", "plain"].indexOf(sign)], word])
      .filter(([amount]) => amount)
      .map(([amount, word]) => `${word}: ${figures.format(amount)}`)
      .join(language === "fa" ? "، " : ", ");
  } else hover.textContent = what ?? "";
}

// Without a box the view opens somewhere, and is moved to the stations once they are known.
async function makeView(webgl, borders) {
  const module = webgl ? await import("./gl.js") : await import("./chart.js");
  const { camera } = readHash();
  return module.create(canvas, {
    language, label: words.label, worker: page.dataset.worker, camera, box: state.stations && boxOf(state.stations), borders,
    onSelect: select, onHover,
    onMove: () => {
      if (!state.view) return;
      writeHash();
      showScale();
    },
  });
}

async function put(webgl, borders, view) {
  if (!webgl) tell(words.noWebgl);
  state.view = view ?? (await makeView(webgl, borders));
  if (borders) state.view.setBorders(borders);
  colour();
  await state.view.still();
  page.dataset.shown = webgl ? "webgl" : "chart";
  performance.mark("map-shown");
  showCounties();
  showArea();
  showScale();
  state.view.lost(async () => {
    state.view.remove();
    canvas.replaceChildren();
    await put(false, borders);
  });
}

// WebGL is made ready while the data is under way; the simpler map takes its shape from the data.
async function start() {
  tell(words.loading);
  const webgl = hasWebgl();
  const [view, , borders] = await Promise.all([
    webgl ? makeView(true) : null,
    loadStations(page.dataset.firstData), // under way since the head of the page was read
    page.dataset.borders ? ask(`${page.dataset.dataUrl}?layer=borders`) : null,
    loadSigns(page.dataset.signs),
    document.fonts.load("14px Vazirmatn", "شعب 1"),
  ]);
  tell("");
  const box = boxOf(state.stations);
  if (view && box && !readHash().camera) view.fit(box, true);
  await put(webgl, borders, view);
  showUnplaced();
  for (const part of page.querySelectorAll("[data-buttons],[data-needs-script]")) part.hidden = false;
  const [what, id] = (readHash().selected ?? "").split("-");
  if ((what === "station" || what === "component") && id) await select({ [what]: Number(id) });
}

start().catch(() => tell(words.failed));
