// The signs of signs.svg as images for a map, in the colours of the page's own tokens.
import { SIGNS } from "./data.js";

const TOKENS = {
  ready: "--ready", not_ready: "--not-ready", unknown: "--unknown", contradicted: "--contradicted",
  offline: "--offline", closed: "--closed", plain: "--line-strong",
};

export function colours() {
  const style = getComputedStyle(document.documentElement);
  const token = (name) => style.getPropertyValue(name).trim();
  return {
    of: (sign) => token(TOKENS[sign] ?? "--ink"),
    page: token("--page"), surface: token("--surface"), sunken: token("--sunken"),
    line: token("--line"), strong: token("--line-strong"), ink: token("--ink"),
    soft: token("--ink-soft"), accent: token("--accent"), focus: token("--focus"),
  };
}

let sprite;

export async function loadSigns(url) {
  const text = await (await fetch(url)).text();
  sprite = new DOMParser().parseFromString(text, "image/svg+xml");
}

function pathOf(shape) {
  const number = (name) => Number(shape.getAttribute(name));
  if (shape.tagName === "path") return new Path2D(shape.getAttribute("d"));
  const path = new Path2D();
  if (shape.tagName === "circle") path.arc(number("cx"), number("cy"), number("r"), 0, 2 * Math.PI);
  if (shape.tagName === "rect") path.rect(number("x"), number("y"), number("width"), number("height"));
  return path;
}

function canvas(size) {
  const context = Object.assign(document.createElement("canvas"), { width: size, height: size })
    .getContext("2d", { willReadFrequently: true });
  return context;
}

const image = (context) =>
  context.getImageData(0, 0, context.canvas.width, context.canvas.height);

// One sign on a rim of the ground's colour, so that it reads over lines and other signs.
export function signImage(name, colour, rim, size) {
  const context = canvas(size);
  const symbol = sprite.getElementById(name);
  context.scale(size / 20, size / 20);
  context.translate(2, 2);
  context.lineJoin = "round";
  for (const pass of ["rim", "sign"]) {
    for (const shape of symbol.children) {
      const path = pathOf(shape);
      const stroke = shape.getAttribute("stroke");
      const width = Number(shape.getAttribute("stroke-width") ?? 0);
      if (pass === "rim") {
        context.strokeStyle = context.fillStyle = rim;
        context.lineWidth = width + 3;
        context.stroke(path);
        if (shape.tagName !== "path" || shape.getAttribute("fill") !== "none") context.fill(path);
      } else {
        context.strokeStyle = context.fillStyle = colour;
        context.lineWidth = width;
        if (shape.getAttribute("fill") !== "none" && !stroke) context.fill(path);
        if (stroke) context.stroke(path);
      }
    }
  }
  return image(context);
}

export const PARTS = 24;

// A ring whose parts are shares of states; what is not ready or closed stands out of the ring.
export function ringImage(shares, colours, size) {
  const context = canvas(size);
  const middle = size / 2;
  const unit = size / 48;
  const total = shares.reduce((sum, share) => sum + share, 0) || 1;
  context.fillStyle = colours.surface;
  context.beginPath();
  context.arc(middle, middle, 20 * unit, 0, 2 * Math.PI);
  context.fill();
  let from = -Math.PI / 2;
  const several = shares.filter(Boolean).length > 1;
  shares.forEach((share, number) => {
    if (!share) return;
    const to = from + (2 * Math.PI * share) / total;
    const gap = several ? 0.06 : 0;
    const stands = SIGNS[number] === "not_ready" || SIGNS[number] === "closed";
    const [inner, outer] = [14 * unit, (stands ? 22.5 : 19.5) * unit];
    context.beginPath();
    context.arc(middle, middle, outer, from + gap, Math.max(to - gap, from + gap + 0.05));
    context.arc(middle, middle, inner, Math.max(to - gap, from + gap + 0.05), from + gap, true);
    context.closePath();
    context.strokeStyle = context.fillStyle = colours.of(SIGNS[number]);
    context.lineWidth = 1.5 * unit;
    const hollow = SIGNS[number] === "unknown" || SIGNS[number] === "plain";
    if (hollow) context.stroke();
    else if (SIGNS[number] === "offline") hatch(context, middle, outer, unit);
    else context.fill();
    from = to;
  });
  return image(context);
}

function hatch(context, middle, outer, unit) {
  context.stroke();
  context.save();
  context.clip();
  context.beginPath();
  for (let at = -2 * outer; at < 2 * outer; at += 4 * unit) {
    context.moveTo(middle + at, middle - outer);
    context.lineTo(middle + at + 2 * outer, middle + outer);
  }
  context.lineWidth = 2 * unit;
  context.stroke();
  context.restore();
}
