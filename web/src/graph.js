// The graph, drawn by sigma at the places that the file brings along.
import { MultiDirectedGraph } from "graphology";
import Sigma from "sigma";
import { extremityArrow, pathCurved, pathLine, sdfCircle, sdfDiamond, sdfSquare } from "sigma/rendering";
import { element } from "./dom.js";
import { Labels } from "./labels.js";

const FAINT = "#e3e3e0";

export class GraphView {
  constructor(model, container) {
    this.model = model;
    this.container = container;
    this.graph = new MultiDirectedGraph();
    model.nodes.forEach((node, index) => this.graph.addNode(String(index), {
      x: node.x, y: node.y, size: node.size, color: model.color(node), shape: model.shape(node), index,
    }));
    model.edges.forEach((edge, index) => this.graph.addEdgeWithKey(String(index), String(edge.s), String(edge.t), {
      size: Math.min(6, Math.max(1, 1 + Math.log2(edge.weight ?? 1))), index,
    }));
    this.hovered = null;
    model.listen(() => this.update());
  }

  show() {
    if (this.sigma) {
      this.sigma.resize();
      this.sigma.refresh();
      return;
    }
    try {
      this.start();
    } catch (error) {
      this.container.replaceChildren(element("p", { class: "note" },
        "This browser draws no WebGL, which the graph needs. Map, timeline and table work."));
      console.warn(error);
    }
  }

  start() {
    this.marks();
    const node = (attributes) => this.lit(attributes.index);
    this.sigma = new Sigma(this.graph, this.container, {
      primitives: { nodes: { shapes: [sdfCircle(), sdfDiamond(), sdfSquare()] }, edges: { paths: [pathLine(), pathCurved()], extremities: [extremityArrow()] } },
      settings: { renderLabels: false, renderEdgeLabels: false, stagePadding: 40,
        enableEdgeEvents: true, itemSizesReference: "screen", allowInvalidContainer: true, minCameraRatio: 0.02, maxCameraRatio: 4, gestureTarget: "graph" },
      styles: {
        nodes: {
          x: { attribute: "x" }, y: { attribute: "y" }, shape: { attribute: "shape" },
          size: (attributes) => attributes.size + (this.picked(attributes.index) ? 3 : 0),
          color: (attributes) => (node(attributes) ? attributes.color : FAINT),
          zIndex: (attributes) => (node(attributes) ? 1 : 0),
          visibility: (attributes) => (this.model.nodeVisible[attributes.index] ? "visible" : "hidden"),
        },
        edges: {
          path: "curved", head: "arrow",
          size: { attribute: "size" },
          color: (attributes) => (this.edgeLit(attributes.index) ? "#8a8a84" : "#ececea"),
          visibility: (attributes) => (this.model.edgeVisible[attributes.index] ? "visible" : "hidden"),
        },
      },
    });
    this.labels = new Labels(this);
    this.sigma.on("afterRender", () => this.labels.draw());
    for (const [name, over] of [["enterNode", true], ["leaveNode", false]]) {
      this.sigma.on(name, ({ node: key }) => {
        this.hovered = over ? Number(key) : null;
        this.labels.draw();
      });
    }
    this.labels.draw();
    this.sigma.on("clickNode", ({ node: key }) => this.model.select({ node: Number(key) }));
    this.sigma.on("clickEdge", ({ edge: key }) => this.model.select({ edge: Number(key) }));
    this.sigma.on("clickStage", () => this.model.select(null));
    this.container.addEventListener("keydown", (event) => this.key(event));
  }

  key(event) {
    const camera = this.sigma.getCamera();
    const state = camera.getState();
    const step = 0.1 * state.ratio;
    const moves = { ArrowLeft: { x: state.x - step }, ArrowRight: { x: state.x + step }, ArrowUp: { y: state.y + step },
      ArrowDown: { y: state.y - step }, "+": { ratio: state.ratio / 1.4 }, "-": { ratio: state.ratio * 1.4 },
      0: { x: 0.5, y: 0.5, ratio: 1 } };
    if (!(event.key in moves)) return;
    event.preventDefault();
    camera.setState({ ...state, ...moves[event.key] });
  }

  zoom(factor) {
    const camera = this.sigma?.getCamera();
    if (!camera) return;
    camera.setState(factor ? { ...camera.getState(), ratio: camera.getState().ratio * factor } : { x: 0.5, y: 0.5, ratio: 1 });
  }

  // What is lit: all; or what the search found; or what is selected and its neighbours.
  marks() {
    const { model } = this;
    this.near = null;
    if (model.selected?.node != null) {
      this.near = new Set([model.selected.node]);
      for (const index of model.edgesAt[model.selected.node]) {
        const edge = model.edges[index];
        if (model.edgeVisible[index]) this.near.add(edge.s).add(edge.t);
      }
    } else if (model.selected?.edge != null) {
      const edge = model.edges[model.selected.edge];
      this.near = new Set([edge.s, edge.t]);
    } else if (model.hits) {
      this.near = model.hits;
    }
  }

  lit(index) {
    return this.near === null || this.near.has(index);
  }

  picked(index) {
    return this.model.selected?.node === index;
  }

  edgePicked(index) {
    const { selected, edges } = this.model;
    return selected != null && (selected.edge === index || edges[index].s === selected.node || edges[index].t === selected.node);
  }

  edgeLit(index) {
    if (this.model.selected) return this.edgePicked(index);
    return this.lit(this.model.edges[index].s) && this.lit(this.model.edges[index].t);
  }

  update() {
    this.marks();
    if (!this.container.hidden) this.sigma?.refresh(); // a hidden stage has no size; it is drawn anew when it is shown
  }

  // Where a node stands in the window.
  at(index) {
    const place = this.sigma?.getNodeDisplayData(String(index));
    return place && this.sigma.framedGraphToViewport(place);
  }

  go(index) {
    const place = this.sigma?.getNodeDisplayData(String(index));
    const shown = this.at(index);
    if (!shown) return;
    const { width, height } = this.sigma.getDimensions();
    const inside = shown.x > 40 && shown.y > 40 && shown.x < width - 40 && shown.y < height - 40;
    if (!inside) this.sigma.getCamera().setState({ ...this.sigma.getCamera().getState(), x: place.x, y: place.y });
  }

  picture() {
    if (!this.sigma) return null;
    this.sigma.refresh();
    const { width, height } = this.sigma.getDimensions();
    const canvas = element("canvas", { width: width * 2, height: height * 2 });
    const pen = canvas.getContext("2d");
    for (const layer of this.container.querySelectorAll("canvas")) pen.drawImage(layer, 0, 0, width * 2, height * 2);
    return canvas.toDataURL("image/png");
  }
}
