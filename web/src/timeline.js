// What has a time, by kind: a bar from the first possible day to the last, open where a source leaves it open.
import { drawn, element, span } from "./dom.js";
import { short } from "./labels.js";

const DAY = 86400000;
const ROW = 20;
const LEFT = 12;
const LETTER = 6.6;
const STEPS = [1, 2, 7, 14, 30, 91, 182, 365, 1826, 3652, 7305, 18262, 36525, 182625, 365250];
const APART = 76; // pixels between two dates

export class TimelineView {
  constructor(model, container) {
    this.model = model;
    this.container = container;
    this.timed = model.nodes.map((node, index) => ({ node, index, begin: day(node.begin), end: day(node.end) }))
      .filter(({ begin, end }) => begin != null || end != null);
    model.listen((what) => { if (this.shown) this.draw(what); });
  }

  show() {
    this.shown = true;
    this.draw();
  }

  draw() {
    const shown = this.timed.filter(({ index }) => this.model.shown(index));
    if (!shown.length) {
      this.container.replaceChildren(element("p", { class: "note" }, "Nothing that is shown has a time."));
      return;
    }
    const moments = shown.flatMap(({ begin, end }) => [begin, end]).filter((moment) => moment != null);
    const first = Math.min(...moments) - DAY;
    const last = Math.max(...moments) + 2 * DAY;
    const width = Math.max(640, this.container.clientWidth - 30);
    const right = width - 190;
    this.right = width - 10;
    const x = (moment) => LEFT + ((moment - first) / (last - first)) * (right - LEFT);
    const parts = [];
    let y = 34;
    for (const [number, kind] of this.model.kinds.entries()) {
      const of = shown.filter(({ node }) => node.kind === number)
        .sort((a, b) => (a.begin ?? a.end) - (b.begin ?? b.end) || a.node.label.localeCompare(b.node.label));
      if (!of.length) continue;
      parts.push(drawn("text", { x: LEFT, y: y + 12, class: "lane" }, `${kind.label} (${of.length})`));
      y += ROW;
      for (const row of lanes(of.map((item) => ({ item, at: this.placed(item, x, first, last) })))) {
        for (const { item, at } of row) parts.push(this.bar(item, at, y));
        y += ROW;
      }
      y += 6;
    }
    const svg = drawn("svg", { class: "timeline", width, height: y + 10, viewBox: `0 0 ${width} ${y + 10}`, role: "group",
      "aria-label": "Timeline" }, ...ticks(first, last, x, y), ...parts);
    const before = this.container.scrollTop;
    this.container.replaceChildren(svg);
    this.container.scrollTop = before;
  }

  // Where a bar and its label stand. What is open goes on to where the page ends; a label stands behind its bar, or before
  // it where there is no room.
  placed({ node, begin, end }, x, first, last) {
    const from = x(begin ?? first);
    const to = Math.max(from + 5, x(end == null ? last : end + DAY));
    const text = short(node.label);
    const long = text.length * LETTER;
    const before = to + 4 + long > this.right && from - 4 - long > LEFT;
    return { from, to, text, before, left: before ? from - 4 - long : from, end: before ? to : to + 4 + long };
  }

  bar({ node, index, begin, end }, { from, to, text, before }, y) {
    const picked = this.model.selected?.node === index;
    const color = this.model.color(node);
    const select = () => this.model.select({ node: index });
    const told = span(node, true);
    const open = begin == null || end == null;
    return drawn("g", { class: picked ? "bar picked" : "bar", tabindex: "0", role: "button", "aria-label": `${node.label}, ${told}`,
      onclick: select, onkeydown: (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); select(); } } },
    drawn("title", {}, `${node.label}\n${told}`),
    drawn("rect", { x: from, y: y + 3, width: to - from, height: ROW - 7, rx: 2, fill: color,
      "fill-opacity": open ? 0.35 : 0.85, stroke: picked ? "#000" : color, "stroke-dasharray": open ? "4 3" : false }),
    drawn("text", { x: before ? from - 4 : to + 4, y: y + 14, "text-anchor": before ? "end" : "start" }, text));
  }
}

// Items share a row where neither bars nor labels meet.
function lanes(items) {
  const rows = [];
  for (const item of items) {
    const row = rows.find((candidate) => candidate.every(({ at }) => at.end + 10 <= item.at.left || item.at.end + 10 <= at.left));
    if (row) row.push(item);
    else rows.push([item]);
  }
  return rows;
}

function ticks(first, last, x, bottom) {
  const most = Math.max(1, (x(last) - x(first)) / APART);
  const days = (last - first) / DAY;
  const step = STEPS.find((candidate) => days / candidate < most) ?? STEPS.at(-1);
  const found = [];
  for (let moment = Math.ceil(first / DAY) * DAY; moment < last; moment += step * DAY) {
    found.push(drawn("line", { class: "degree", x1: x(moment), x2: x(moment), y1: 22, y2: bottom }),
      drawn("text", { class: "degree", x: x(moment) + 2, y: 16 }, written(moment)));
  }
  return found;
}

function day(text) {
  const parts = /^(-?\d{4,})(?:-(\d\d)(?:-(\d\d))?)?/.exec(text ?? "");
  if (!parts) return null;
  const date = new Date(0);
  date.setUTCFullYear(Number(parts[1]), Number(parts[2] ?? 1) - 1, Number(parts[3] ?? 1));
  return date.getTime();
}

// Years of four digits; those before our era have a sign.
function written(moment) {
  return new Date(moment).toISOString().replace(/T.*/, "").replace(/^([+-])00(\d{4})/, (_, sign, year) => (sign === "-" ? `-${year}` : year));
}
