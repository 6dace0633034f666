// What the page holds, indexed: nodes, the edges at each, what is visible, and what is selected.

export class Model {
  constructor(data) {
    Object.assign(this, data);
    this.at = new Map(this.nodes.map((node, index) => [node.id, index]));
    this.edgesAt = this.nodes.map(() => []);
    this.edges.forEach((edge, index) => {
      this.edgesAt[edge.s].push(index);
      if (edge.t !== edge.s) this.edgesAt[edge.t].push(index);
    });
    this.words = this.nodes.map((node, index) => plain([node.label, node.id, ...(node.also ?? []),
      ...(node.attrs ?? []).map(([, value]) => value), ...this.quotesOf(index)].join(" ")));
    this.nodeVisible = this.nodes.map(() => true);
    this.edgeVisible = this.edges.map(() => true);
    this.hits = null;
    this.filters = { text: "", kinds: new Set(), sides: new Set(), edgeKinds: new Set(), from: "", to: "", sources: 1 };
    this.selected = null;
    this.listeners = [];
  }

  quotesOf(index) {
    return (this.nodes[index].claims ?? []).flatMap((claim) => this.claims[claim].q);
  }

  sources(item) {
    return new Set((item.claims ?? []).map((claim) => this.claims[claim].d)).size;
  }

  listen(listener) {
    this.listeners.push(listener);
  }

  tell(what) {
    for (const listener of this.listeners) listener(what);
  }

  select(selected) {
    this.selected = selected;
    this.tell("selection");
  }

  filter(change) {
    Object.assign(this.filters, change);
    const { text, kinds, sides, edgeKinds, from, to, sources } = this.filters;
    const wanted = plain(text).split(" ").filter(Boolean);
    this.nodeVisible = this.nodes.map((node) => !kinds.has(node.kind) && !sides.has(node.side ?? -1)
      && overlaps(node, from, to) && (sources < 2 || !node.claims?.length || this.sources(node) >= sources));
    this.hits = wanted.length === 0 ? null
      : new Set([...this.nodes.keys()].filter((index) => this.nodeVisible[index]
        && wanted.every((word) => this.words[index].includes(word)))
        .sort((a, b) => this.rank(a, wanted) - this.rank(b, wanted) || a - b));
    this.edgeVisible = this.edges.map((edge) => this.nodeVisible[edge.s] && this.nodeVisible[edge.t]
      && !edgeKinds.has(edge.kind) && overlaps(edge, from, to));
    this.tell("filters");
  }

  // Whose name has the words comes before those in whose quotes they stand; who has more links before who has fewer.
  rank(index, wanted) {
    const names = [this.nodes[index].label, ...(this.nodes[index].also ?? [])].map(plain);
    const fit = names.includes(wanted.join(" ")) ? 0 : names.some((name) => wanted.every((word) => name.includes(word))) ? 1 : 2;
    return fit * 1e6 - this.edgesAt[index].length;
  }

  shown(index) {
    return this.nodeVisible[index] && (this.hits === null || this.hits.has(index));
  }

  // What happens is a diamond, places are squares, all else is round.
  shape(node) {
    return node.timed ? "diamond" : node.lies ? "square" : "circle";
  }

  color(node) {
    return node.side == null ? this.kinds[node.kind].color : this.sides[node.side].color;
  }
}

function overlaps(item, from, to) {
  if (!from && !to) return true;
  if (!item.begin && !item.end) return !item.timed;
  return (!from || !item.end || item.end.slice(0, 10) >= from) && (!to || !item.begin || item.begin.slice(0, 10) <= to);
}

export function plain(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").replace(/[\u2018\u2019\u02bc]/g, "'").toLowerCase()
    .replace(/\s+/g, " ").trim();
}
