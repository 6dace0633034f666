// Bundles the script and the style of the page into one folder: node build.mjs FOLDER
import { build } from "esbuild";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

const folder = process.argv[2] ?? "../build/page";
await mkdir(folder, { recursive: true });
const shared = { bundle: true, minify: true, write: false, target: "es2022", charset: "ascii", legalComments: "none" };
const script = await build({ ...shared, entryPoints: ["src/main.js"], format: "iife" });
const style = await build({ ...shared, entryPoints: ["src/page.css"] });
await writeFile(join(folder, "page.js"), script.outputFiles[0].contents);
await writeFile(join(folder, "page.css"), style.outputFiles[0].contents);
