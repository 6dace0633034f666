// Filters, which are the legend too: kinds, sides, kinds of links, time, number of sources.
import { element, swatch } from "./dom.js";

export class Filters {
  constructor(model, container) {
    this.model = model;
    const count = (items, field) => {
      const counts = new Map();
      for (const item of items) counts.set(item[field] ?? -1, (counts.get(item[field] ?? -1) ?? 0) + 1);
      return counts;
    };
    const days = model.nodes.flatMap((node) => [node.begin, node.end]).filter(Boolean).map((text) => text.slice(0, 10)).sort();
    const bySide = count(model.nodes, "side");
    const sides = model.sides.map((side, number) => ({ ...side, number }));
    if (sides.length && bySide.get(-1)) sides.push({ label: "no side", number: -1, color: "" });
    this.count = element("p", { class: "quiet", role: "status" });
    container.append(
      sides.length ? this.boxes("Sides", sides, bySide, "sides", false) : "",
      this.boxes("Kinds", model.kinds.map((kind, number) => ({ ...kind, number })), count(model.nodes, "kind"), "kinds", false),
      this.boxes("Links", model.edgeKinds.map((label, number) => ({ label, number })), count(model.edges, "kind"), "edgeKinds", true),
      days.length ? this.time(days[0], days.at(-1)) : "", this.sources(), this.count);
    model.listen(() => this.tell());
    this.tell();
  }

  boxes(title, options, counts, name, plain) {
    const off = this.model.filters[name];
    const box = (option) => element("label", {}, element("input", { type: "checkbox", checked: true,
      onchange: (event) => {
        if (event.target.checked) off.delete(option.number);
        else off.add(option.number);
        this.model.filter({});
      } }), plain || !option.color ? null : swatch(option.color),
    element("span", {}, option.label), element("span", { class: "quiet" }, ` ${counts.get(option.number) ?? 0}`));
    const boxes = options.filter((option) => counts.get(option.number)).map(box);
    const all = (on) => element("button", { type: "button", class: "why", onclick: () => {
      boxes.forEach((label) => { label.firstChild.checked = on; });
      options.forEach((option) => (on ? off.delete(option.number) : off.add(option.number)));
      this.model.filter({});
    } }, on ? "all" : "none");
    return element("fieldset", {}, element("legend", {}, title, " ", all(true), " ", all(false)), ...boxes);
  }

  time(first, last) {
    const field = (name, label) => element("label", {}, `${label} `, element("input", { type: "date", min: first, max: last,
      onchange: (event) => this.model.filter({ [name]: event.target.value }) }));
    return element("fieldset", {}, element("legend", {}, "Time"), field("from", "from"), field("to", "to"));
  }

  sources() {
    return element("fieldset", {}, element("legend", {}, "Sources"), element("label", {}, "at least ",
      element("input", { type: "number", min: 1, max: this.model.documents.length || 1, value: 1,
        onchange: (event) => this.model.filter({ sources: Number(event.target.value) || 1 }) })));
  }

  tell() {
    const { model } = this;
    const nodes = model.nodes.filter((_, index) => model.shown(index)).length;
    const edges = model.edgeVisible.filter(Boolean).length;
    this.count.textContent = `${nodes.toLocaleString("en")} of ${model.nodes.length.toLocaleString("en")} things, `
      + `${edges.toLocaleString("en")} of ${model.edges.length.toLocaleString("en")} links`;
  }
}
