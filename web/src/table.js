// All that is shown, as a table that can be sorted; the whole page can be read and used through it.
import { element, moment, named, swatch } from "./dom.js";

const AT_ONCE = 300;

export class TableView {
  constructor(model, container) {
    this.model = model;
    this.container = container;
    this.order = { by: "begin", down: false };
    this.many = AT_ONCE;
    model.listen((what) => {
      if (what === "filters") this.many = AT_ONCE;
      if (this.shown) this.draw();
    });
  }

  show() {
    this.shown = true;
    this.draw();
  }

  columns() {
    const { model } = this;
    return [
      ["label", "Name", (index) => model.nodes[index].label],
      ["kind", "Kind", (index) => model.kinds[model.nodes[index].kind].label],
      ["side", "Side", (index) => (model.nodes[index].side == null ? "" : model.sides[model.nodes[index].side].label)],
      ["begin", "From", (index) => model.nodes[index].begin ?? ""],
      ["end", "To", (index) => model.nodes[index].end ?? ""],
      ["links", "Links", (index) => model.edgesAt[index].filter((edge) => model.edgeVisible[edge]).length],
      ["sources", "Sources", (index) => model.sources(model.nodes[index])],
    ];
  }

  draw() {
    const columns = this.columns();
    const value = columns.find(([name]) => name === this.order.by)[2];
    const rows = [...this.model.nodes.keys()].filter((index) => this.model.shown(index)).sort((a, b) => {
      const [left, right] = [value(a), value(b)];
      if (left === "" || right === "") return (left === "") - (right === "") || a - b;
      const compared = typeof left === "number" ? left - right : left.localeCompare(right);
      return (this.order.down ? -compared : compared) || a - b;
    });
    const head = columns.map(([name, title]) => element("th", { scope: "col",
      "aria-sort": this.order.by === name ? (this.order.down ? "descending" : "ascending") : "none" },
    element("button", { type: "button", onclick: () => this.sort(name) }, title,
      this.order.by === name ? (this.order.down ? " ▼" : " ▲") : "")));
    const body = rows.slice(0, this.many).map((index) => this.row(index, columns));
    const more = rows.length > this.many && element("button", { type: "button", class: "more", onclick: () => {
      this.many += 1000;
      this.draw();
    } }, `Show more of ${rows.length.toLocaleString("en")}`);
    const before = this.container.scrollTop;
    this.container.replaceChildren(element("table", {}, element("thead", {}, element("tr", {}, ...head)),
      element("tbody", {}, ...body)), ...(more ? [more] : []));
    this.container.scrollTop = before;
  }

  row(index, columns) {
    const node = this.model.nodes[index];
    const select = () => this.model.select({ node: index });
    const cells = columns.slice(1).map(([, , value]) => element("td", {}, moment(String(value(index)))));
    const name = element("td", {}, element("div", { class: "thing" }, swatch(this.model.color(node)),
      element("button", { type: "button", class: "name", onclick: select }, named(node.label))));
    return element("tr", { class: this.model.selected?.node === index ? "picked" : "", onclick: select }, name, ...cells);
  }

  sort(name) {
    this.order = { by: name, down: this.order.by === name && !this.order.down };
    this.draw();
  }
}
