// The page of `kg export html`: reads its own data, draws four views of it, and asks nothing of the network.
import { Details } from "./details.js";
import { element } from "./dom.js";
import { Filters } from "./filters.js";
import { GraphView } from "./graph.js";
import { MapView } from "./map.js";
import { Model } from "./model.js";
import { TableView } from "./table.js";
import { TimelineView } from "./timeline.js";

const model = new Model(JSON.parse(document.getElementById("data").textContent));
const at = (id) => document.getElementById(id);
const views = {
  graph: new GraphView(model, at("graph")),
  map: new MapView(model, at("map")),
  timeline: new TimelineView(model, at("timeline")),
  table: new TableView(model, at("table")),
};
new Filters(model, at("filters"));
new Details(model, at("details"));

let current = "graph";
function show(name) {
  current = name;
  for (const other of Object.keys(views)) {
    const tab = at(`tab-${other}`);
    tab.setAttribute("aria-selected", String(other === name));
    tab.tabIndex = other === name ? 0 : -1;
    at(other).hidden = other !== name;
  }
  at("zoom").hidden = name !== "graph" && name !== "map";
  views[name].show();
}

const names = Object.keys(views);
for (const name of names) {
  at(`tab-${name}`).addEventListener("click", () => show(name));
  at(`tab-${name}`).addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = names[(names.indexOf(name) + step + names.length) % names.length];
    show(next);
    at(`tab-${next}`).focus();
  });
}

let waiting;
at("search").addEventListener("input", (event) => {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    model.selected = null;
    model.filter({ text: event.target.value });
  }, 120);
});
at("search").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && model.hits?.size) model.select({ node: model.hits.values().next().value });
});

addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    at("search").value = "";
    model.selected = null;
    model.filter({ text: "" });
  } else if (!event.ctrlKey && !event.metaKey && !event.altKey && !event.target.closest("input, select, textarea")) {
    if (event.key === "/") {
      event.preventDefault();
      at("search").focus();
    } else if (names[Number(event.key) - 1]) show(names[Number(event.key) - 1]);
  }
});

for (const [id, factor] of [["zoom-in", 1 / 1.4], ["zoom-out", 1.4], ["zoom-all", null]]) {
  at(id).addEventListener("click", () => views[current].zoom(factor));
}
model.listen((what) => {
  if (what === "selection" && model.selected?.node != null && current === "graph") views.graph.go(model.selected.node);
  if (what === "selection") history.replaceState(null, "", model.selected?.node != null ? `#${encodeURIComponent(model.nodes[model.selected.node].id)}` : "#");
});

// A canvas of WebGL prints empty: a picture stands in for it.
addEventListener("beforeprint", () => {
  const picture = current === "graph" && views.graph.picture();
  if (picture) at("graph").append(element("img", { class: "print", src: picture, alt: "The graph as it is drawn" }));
});
addEventListener("afterprint", () => document.querySelectorAll("img.print").forEach((picture) => picture.remove()));
addEventListener("resize", () => views[current].show());

show("graph");
const asked = model.at.get(decodeURIComponent(location.hash.slice(1)));
if (asked != null) model.select({ node: asked });
document.documentElement.dataset.ready = "true";
