// Drawing an area around stations by pointer; Escape gives up.
const SVG = "http://www.w3.org/2000/svg";
const CORNERS_MAX = 60;

// Leave out points that lie within `slack` pixels of the line between those that stay.
function simpler(points, slack) {
  if (points.length < 3) return points;
  const [[x1, y1], [x2, y2]] = [points[0], points[points.length - 1]];
  const length = Math.hypot(x2 - x1, y2 - y1) || 1;
  let [farthest, at] = [0, 0];
  points.forEach(([x, y], i) => {
    const far = Math.abs((x2 - x1) * (y1 - y) - (x1 - x) * (y2 - y1)) / length;
    if (far > farthest) [farthest, at] = [far, i];
  });
  if (farthest <= slack) return [points[0], points[points.length - 1]];
  return [...simpler(points.slice(0, at + 1), slack).slice(0, -1), ...simpler(points.slice(at), slack)];
}

export function cornersOf(points) {
  if (points.length < 3) return points;
  // Both halves are simplified by themselves: a closed line has no two ends.
  const half = Math.floor(points.length / 2);
  let slack = 1;
  let corners = points;
  do {
    corners = [...simpler(points.slice(0, half + 1), slack).slice(0, -1), ...simpler(points.slice(half), slack)];
    slack *= 1.6;
  } while (corners.length > CORNERS_MAX);
  return corners;
}

export function lasso(frame, { done, ended }) {
  const svg = frame.appendChild(document.createElementNS(SVG, "svg"));
  svg.setAttribute("class", "map__lasso");
  const line = svg.appendChild(document.createElementNS(SVG, "polygon"));
  let points = [];
  const at = (event) => {
    const box = svg.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const stop = () => {
    svg.remove();
    document.removeEventListener("keydown", escape);
    ended();
  };
  const escape = (event) => {
    if (event.key === "Escape") stop();
  };
  svg.addEventListener("pointerdown", (event) => {
    svg.setPointerCapture(event.pointerId);
    points = [at(event)];
  });
  svg.addEventListener("pointermove", (event) => {
    if (!points.length) return;
    points.push(at(event));
    line.setAttribute("points", points.map((each) => each.join(",")).join(" "));
  });
  svg.addEventListener("pointerup", () => {
    const corners = cornersOf(points);
    stop();
    if (corners.length > 2) done(corners);
  });
  document.addEventListener("keydown", escape);
  return stop;
}
