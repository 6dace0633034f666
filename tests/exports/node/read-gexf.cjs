// Reads a file with graphology, and prints its graph as JSON.
const fs = require("node:fs");
const { MultiGraph } = require("graphology");
const gexf = require("graphology-gexf");

const graph = gexf.parse(MultiGraph, fs.readFileSync(process.argv[2], "utf8"));
process.stdout.write(
  JSON.stringify({
    nodes: Object.fromEntries(graph.mapNodes((id, attributes) => [id, attributes])),
    edges: Object.fromEntries(
      graph.mapEdges((id, attributes, source, target, s, t, undirected) => [
        id, { ...attributes, source, target, undirected },
      ]),
    ),
  }),
);
