// A map without tiles: places where they are, events on them, degrees around them.
import { drawn, element } from "./dom.js";

const WIDTH = 1000;
const mercator = (latitude) => Math.log(Math.tan(Math.PI / 4 + (Math.max(-85, Math.min(85, latitude)) * Math.PI) / 360));

export class MapView {
  constructor(model, container) {
    this.model = model;
    this.container = container;
    const placed = model.nodes.map((node, index) => [node, index]).filter(([node]) => node.lat != null);
    this.spots = new Map();
    for (const [node, index] of placed) {
      const key = `${node.lat} ${node.lon}`;
      if (!this.spots.has(key)) this.spots.set(key, { lat: node.lat, lon: node.lon, all: [] });
      this.spots.get(key).all.push(index);
    }
    model.listen(() => { if (this.svg) this.draw(); });
  }

  show() {
    if (this.spots.size === 0) {
      this.container.replaceChildren(element("p", { class: "note" }, "Nothing in this view has coordinates."));
    } else if (!this.svg) {
      this.frame();
      this.draw();
    }
  }

  frame() {
    const spots = [...this.spots.values()];
    const cut = cutOf(spots.map((spot) => spot.lon));
    const onward = (longitude) => (longitude < cut ? longitude + 360 : longitude);
    const [west, east] = padded(spots.map((spot) => onward(spot.lon)), 0.4);
    const [south, north] = padded(spots.map((spot) => spot.lat), 0.4);
    this.bounds = { west, east, south, north };
    const [low, high] = [mercator(south), mercator(north)];
    const scale = WIDTH / (((east - west) * Math.PI) / 180);
    this.height = Math.max(200, (high - low) * scale);
    this.x = (longitude) => ((longitude - west) / (east - west)) * WIDTH;
    for (const spot of spots) spot.lon = onward(spot.lon);
    this.y = (latitude) => (high - mercator(latitude)) * scale;
    this.svg = drawn("svg", { class: "map", role: "group", "aria-label": "Map of the places", tabindex: "0",
      preserveAspectRatio: "xMidYMid meet" });
    this.container.replaceChildren(this.svg, element("p", { class: "caption" },
      "Filled: events told at this very place. Dashed: somewhere around it. Grey: a place. No borders are drawn."));
    this.box = this.all();
    this.svg.addEventListener("wheel", (event) => {
      event.preventDefault();
      this.zoom(event.deltaY > 0 ? 1.15 : 1 / 1.15, event);
    }, { passive: false });
    this.svg.addEventListener("pointerdown", (event) => this.drag(event));
    this.svg.addEventListener("keydown", (event) => this.key(event));
  }

  // The box of all places, as wide or as high as the window is, with room for the labels at the right.
  all() {
    const window = (this.container.clientHeight || 600) / (this.container.clientWidth || 900);
    const width = Math.max(WIDTH * 1.12, this.height / window);
    const height = Math.max(this.height * 1.15, width * window);
    return { x: (WIDTH * 1.1 - width) / 2, y: (this.height - height) / 2, width, height };
  }

  key(event) {
    const step = this.box.width / 10;
    const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
    if (event.key === "+" || event.key === "-") this.zoom(event.key === "+" ? 1 / 1.4 : 1.4);
    else if (event.key === "0") this.zoom(null);
    else if (event.key in moves) {
      this.box.x += moves[event.key][0];
      this.box.y += moves[event.key][1];
      this.draw();
    } else return;
    event.preventDefault();
  }

  zoom(factor, event) {
    if (!factor) this.box = this.all();
    else {
      const width = Math.max(WIDTH / 200, Math.min(WIDTH * 4, this.box.width * factor));
      const by = width / this.box.width;
      const at = event ? this.point(event) : { x: this.box.x + this.box.width / 2, y: this.box.y + this.box.height / 2 };
      this.box = { x: at.x - (at.x - this.box.x) * by, y: at.y - (at.y - this.box.y) * by, width, height: this.box.height * by };
    }
    this.draw();
  }

  point(event) {
    const matrix = this.svg.getScreenCTM().inverse();
    return new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix);
  }

  drag(down) {
    if (down.target.closest(".spot")) return;
    const start = this.point(down);
    const move = (event) => {
      const now = this.point(event);
      this.box.x += start.x - now.x;
      this.box.y += start.y - now.y;
      this.svg.setAttribute("viewBox", this.viewBox());
    };
    const up = () => {
      removeEventListener("pointermove", move);
      removeEventListener("pointerup", up);
      this.draw();
    };
    addEventListener("pointermove", move);
    addEventListener("pointerup", up);
  }

  viewBox() {
    return `${this.box.x} ${this.box.y} ${this.box.width} ${this.box.height}`;
  }

  draw() {
    this.svg.setAttribute("viewBox", this.viewBox());
    const unit = this.box.width / Math.max(300, this.svg.clientWidth || WIDTH);
    const taken = [];
    const spots = [...this.spots.values()].map((spot) => ({ ...spot, shown: spot.all.filter((index) => this.model.shown(index)) }))
      .filter((spot) => spot.shown.length).sort((a, b) => this.weight(b) - this.weight(a));
    const circles = spots.map((spot) => this.spot(spot, unit));
    const labels = spots.map((spot) => this.label(spot, unit, taken));
    this.svg.replaceChildren(...this.degrees(unit), ...circles, ...labels.filter(Boolean));
  }

  weight(spot) {
    return spot.shown.filter((index) => this.model.nodes[index].timed).length;
  }

  spot(spot, unit) {
    const nodes = spot.shown.map((index) => this.model.nodes[index]);
    const events = this.weight(spot);
    const exact = nodes.some((node) => !node.near && node.timed) || !events;
    const picked = spot.shown.includes(this.model.selected?.node);
    const color = events ? "#b3261e" : "#77776f";
    const title = `${this.name(spot)}: ${events || "no"} event${events === 1 ? "" : "s"}${exact ? "" : ", none told exactly here"}`;
    const select = () => {
      const lasting = spot.shown.find((index) => !this.model.nodes[index].timed);
      this.model.select(spot.shown.length > 1 ? { spot: spot.shown } : { node: spot.shown[0] ?? lasting });
    };
    const group = drawn("g", { class: "spot", tabindex: "0", role: "button", "aria-label": title, onclick: select,
      onkeydown: (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); select(); } } });
    const place = { cx: this.x(spot.lon), cy: this.y(spot.lat), r: (events ? 4 + 3 * Math.sqrt(events) : 2.5) * unit };
    group.append(drawn("title", {}, title), drawn("circle", { ...place, fill: color, "fill-opacity": exact ? 0.65 : 0.12,
      stroke: picked ? "#000" : color, "stroke-width": (picked ? 3 : 1.2) * unit,
      "stroke-dasharray": exact ? false : `${3 * unit} ${2 * unit}` }));
    if (events > 1) group.append(drawn("text", { x: place.cx, y: place.cy, class: "count", "font-size": 10 * unit }, String(events)));
    return group;
  }

  name(spot) {
    const lasting = spot.shown.map((index) => this.model.nodes[index]).filter((node) => !node.timed);
    return lasting.length ? lasting.map((node) => node.label).sort((a, b) => a.length - b.length)[0]
      : this.model.nodes[spot.shown[0]].label;
  }

  // Labels stand where they cover no other; the more happened at a place, the sooner it gets one.
  label(spot, unit, taken) {
    const name = this.name(spot);
    const events = this.weight(spot);
    const size = (events ? 12 : 10) * unit;
    const x = this.x(spot.lon) + ((events ? 4 + 3 * Math.sqrt(events) : 2.5) + 3) * unit;
    const y = this.y(spot.lat) + size * 0.35;
    const box = { left: x, right: x + name.length * size * 0.56, top: y - size, bottom: y + size * 0.3 };
    if (taken.some((other) => box.left < other.right && box.right > other.left && box.top < other.bottom && box.bottom > other.top)) {
      return null;
    }
    taken.push(box);
    return drawn("text", { x, y, "font-size": size, class: events ? "place" : "place quiet" }, name);
  }

  degrees(unit) {
    const span = (this.box.width / WIDTH) * (this.bounds.east - this.bounds.west);
    const step = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 45].find((candidate) => span / candidate < 9) ?? 90;
    const lines = [];
    const { x, y, width, height } = this.box;
    for (let lon = Math.ceil(this.bounds.west / step - 60) * step; lon < this.bounds.east + 60 * step; lon += step) {
      const at = this.x(lon);
      if (at < x || at > x + width) continue;
      lines.push(drawn("line", { class: "degree", x1: at, x2: at, y1: y, y2: y + height, "stroke-width": unit }),
        drawn("text", { class: "degree", x: at + 2 * unit, y: y + 11 * unit, "font-size": 10 * unit }, degree(((((lon + 180) % 360) + 360) % 360) - 180, "E", "W", step)));
    }
    for (let lat = Math.ceil(this.bounds.south / step - 60) * step; lat < this.bounds.north + 60 * step; lat += step) {
      const at = this.y(lat);
      if (Math.abs(lat) > 85 || at < y || at > y + height) continue;
      lines.push(drawn("line", { class: "degree", x1: x, x2: x + width, y1: at, y2: at, "stroke-width": unit }),
        drawn("text", { class: "degree", x: x + 2 * unit, y: at - 2 * unit, "font-size": 10 * unit }, degree(lat, "N", "S", step)));
    }
    return lines;
  }
}

function degree(value, positive, negative, step) {
  const digits = step < 0.1 ? 2 : step < 1 ? 1 : 0;
  return `${Math.abs(value).toFixed(digits)}°${value < 0 ? negative : positive}`;
}

// Where the world is cut open: at 180 degrees, or inside the widest gap between places where they lie on both sides of that.
function cutOf(longitudes) {
  const sorted = [...longitudes].sort((a, b) => a - b);
  const around = sorted[0] + 360 - sorted.at(-1);
  let [widest, cut] = [around, -180];
  for (let at = 1; at < sorted.length; at += 1) {
    if (sorted[at] - sorted[at - 1] > widest) [widest, cut] = [sorted[at] - sorted[at - 1], sorted[at]];
  }
  return cut;
}

function padded(values, least) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const margin = Math.max(least, (high - low) * 0.08);
  return [low - margin, high + margin];
}
