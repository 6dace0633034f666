// What is selected, and on what it rests: attributes, links, and the words of each source.
import { element, link, named, span, swatch } from "./dom.js";

export class Details {
  constructor(model, container) {
    this.model = model;
    this.container = container;
    model.listen(() => this.draw());
    this.draw();
  }

  draw() {
    const { selected } = this.model;
    const content = selected?.node != null ? this.node(selected.node)
      : selected?.edge != null ? this.edge(selected.edge)
        : selected?.spot ? this.spot(selected.spot) : this.nothing();
    this.container.replaceChildren(...content.filter(Boolean));
    this.container.scrollTop = 0;
  }

  nothing() {
    const { model } = this;
    const found = model.hits && [...model.hits].slice(0, 200);
    if (!found) {
      return [element("h2", {}, "Nothing selected"), element("p", {}, "Click a node, a line, a place, a bar or a row. "
        + "What is said of it appears here, with the words of each source."), element("p", { class: "quiet" },
        "Keys: / searches, Esc clears, 1 to 4 change the view. In the graph and on the map arrows move, + and − zoom, 0 shows all.")];
    }
    return [element("h2", {}, `${model.hits.size.toLocaleString("en")} found`),
      element("ul", { class: "links" }, ...found.map((index) => element("li", {}, this.to(index))))];
  }

  node(index) {
    const { model } = this;
    const node = model.nodes[index];
    const facts = [["kind", model.kinds[node.kind].label], ...(node.side == null ? [] : [["side", model.sides[node.side].label]]),
      ...(node.begin || node.end ? [["time", span(node, true)]] : []),
      ...(node.attrs ?? [])];
    return [element("h2", {}, swatch(model.color(node)), named(node.label)),
      node.also?.length && element("p", { class: "quiet" }, "also ", ...node.also.flatMap((name, at) => [at ? ", " : "", named(name)])),
      element("dl", {}, ...facts.flatMap(([key, value]) => [element("dt", {}, key), element("dd", { dir: "auto" }, value)])),
      ...this.links(index), ...this.sources(node.claims ?? [])];
  }

  links(index) {
    const { model } = this;
    const groups = new Map();
    for (const number of model.edgesAt[index]) {
      const edge = model.edges[number];
      if (!model.edgeVisible[number]) continue;
      const out = edge.s === index;
      const name = out ? `${edge.label} →` : `← ${edge.label}`;
      if (!groups.has(name)) groups.set(name, []);
      groups.get(name).push([out ? edge.t : edge.s, number]);
    }
    return [...groups].sort(([a], [b]) => a.localeCompare(b)).flatMap(([name, ends]) => [element("h3", {}, name),
      element("ul", { class: "links" }, ...ends.map(([other, number]) => element("li", {}, this.to(other),
        model.edges[number].claims?.length ? element("button", { type: "button", class: "why", "aria-label": "Who says so",
          onclick: () => model.select({ edge: number }) }, "who says so") : null)))]);
  }

  edge(number) {
    const edge = this.model.edges[number];
    return [element("h2", {}, edge.label), element("p", {}, this.to(edge.s), " → ", this.to(edge.t)),
      (edge.begin || edge.end) && element("p", {}, span(edge, true)),
      edge.weight > 1 && element("p", {}, `weight ${edge.weight}`), ...this.sources(edge.claims ?? [])];
  }

  spot(indices) {
    return [element("h2", {}, `${indices.length} here`),
      element("ul", { class: "links" }, ...indices.map((index) => element("li", {}, this.to(index),
        this.model.nodes[index].near ? element("span", { class: "quiet" }, " not exactly here") : null)))];
  }

  to(index) {
    const node = this.model.nodes[index];
    return element("button", { type: "button", class: "to", onclick: () => this.model.select({ node: index }) },
      swatch(this.model.color(node)), named(node.label));
  }

  sources(claims) {
    if (!claims.length) return [element("p", { class: "quiet" }, "No claim of its own.")];
    const { model } = this;
    const documents = new Map();
    for (const number of claims) {
      const claim = model.claims[number];
      if (!documents.has(claim.d)) documents.set(claim.d, []);
      documents.get(claim.d).push(claim);
    }
    const many = `${claims.length} claim${claims.length === 1 ? "" : "s"} in ${documents.size} document${documents.size === 1 ? "" : "s"}`;
    return [element("h3", {}, many), ...[...documents].map(([number, of]) => this.source(model.documents[number], of))];
  }

  source(document, claims) {
    const from = [document.publisher, document.issued].filter(Boolean).join(", ");
    return element("section", { class: "source" }, element("p", { class: "document" }, link(document.url ?? "", named(document.title)),
      from ? element("span", { class: "quiet" }, ` ${from}`) : null),
    ...claims.map((claim) => element("div", { class: "claim" }, element("p", { class: "voice" }, claim.v),
      ...claim.q.map((quote) => element("blockquote", { dir: "auto" }, `“${quote}”`)),
      ...claim.w.map((words) => element("p", { class: "words", dir: "auto" }, words)),
      claim.at ? element("code", {}, claim.at) : null)));
  }
}
