// Names on the graph, written by the browser: it joins letters and turns directions as each script needs. None covers another.
import { element } from "./dom.js";

const AT_MOST = 300;
const LONGEST = 48;
const FROM_RIGHT = /^[^\p{L}]*[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

export class Labels {
  // `view` is the graph's view: it says which nodes and edges are lit and picked.
  constructor(view) {
    this.view = view;
    this.canvas = element("canvas", { class: "labels", "aria-hidden": "true" });
    view.container.append(this.canvas);
    this.pen = this.canvas.getContext("2d");
    this.family = getComputedStyle(view.container).fontFamily;
    this.order = [...view.model.nodes.keys()].sort((a, b) => view.model.nodes[b].size - view.model.nodes[a].size || a - b);
    this.widths = new Map();
  }

  draw() {
    const { width, height } = this.view.sigma.getDimensions();
    const scale = devicePixelRatio || 1;
    Object.assign(this.canvas, { width: width * scale, height: height * scale });
    Object.assign(this.canvas.style, { width: `${width}px`, height: `${height}px` });
    this.pen.scale(scale, scale);
    this.taken = [];
    this.inside = { width, height };
    for (const index of this.nodes()) {
      if (this.taken.length >= AT_MOST) break;
      this.node(index);
    }
    if (this.view.model.selected) this.view.model.edges.forEach((_, index) => this.view.edgePicked(index) && this.edge(index));
  }

  // What is pointed at and what is selected come first, then whatever is larger.
  nodes() {
    const { model, hovered } = this.view;
    const first = [hovered, model.selected?.node].filter((index) => index != null);
    return [...new Set([...first, ...this.order.filter((index) => this.view.lit(index))])].filter((index) => model.nodeVisible[index]);
  }

  node(index) {
    const { view } = this;
    const at = view.at(index);
    if (!at || at.x < -20 || at.y < 0 || at.x > this.inside.width || at.y > this.inside.height) return;
    const bold = view.picked(index) || view.hovered === index;
    this.write(short(view.model.nodes[index].label), at.x, at.y, { size: 12, color: "#1d1d1b", bold, beside: view.model.nodes[index].size + 4, must: bold });
  }

  edge(index) {
    const { view } = this;
    const edge = view.model.edges[index];
    const [from, to] = [view.at(edge.s), view.at(edge.t)];
    if (!view.model.edgeVisible[index] || !from || !to) return;
    this.write(short(edge.label), (from.x + to.x) / 2, (from.y + to.y) / 2, { size: 11, color: "#555550", beside: null });
  }

  // At the right of a point, at its left where the window ends, or upon it.
  write(text, x, y, { size, color, bold = false, beside, must = false }) {
    const font = `${bold ? "600 " : ""}${size}px ${this.family}`;
    const width = this.width(text, font);
    const left = beside === null ? x - width / 2 : x + beside + width > this.inside.width && x - beside > width ? x - beside - width : x + beside;
    const box = { left, right: left + width, top: y - size * 0.7, bottom: y + size * 0.6 };
    if (!must && this.taken.some((other) => box.left < other.right && box.right > other.left && box.top < other.bottom && box.bottom > other.top)) return;
    this.taken.push(box);
    Object.assign(this.pen, { font, direction: FROM_RIGHT.test(text) ? "rtl" : "ltr", textAlign: "left", textBaseline: "middle",
      lineWidth: 3, lineJoin: "round", strokeStyle: "#fffffbe0", fillStyle: color });
    this.pen.strokeText(text, left, y);
    this.pen.fillText(text, left, y);
  }

  width(text, font) {
    const key = `${font}\n${text}`;
    if (!this.widths.has(key)) {
      this.pen.font = font;
      this.widths.set(key, this.pen.measureText(text).width);
    }
    return this.widths.get(key);
  }
}

export function short(label) {
  const letters = [...label.replace(/\s+/g, " ")];
  return letters.length > LONGEST ? `${letters.slice(0, LONGEST - 2).join("")}…` : letters.join("");
}
