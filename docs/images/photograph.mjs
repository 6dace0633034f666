// Opens a page in Chromium, selects a thing by its name and takes a picture: node photograph.mjs CHROMIUM FILE NAME PICTURE
import { pathToFileURL } from "node:url";
import { chromium } from "../../web/node_modules/playwright-core/index.mjs";

const [, , program, file, name, picture] = process.argv;
const browser = await chromium.launch({ executablePath: program, args: ["--no-sandbox", "--enable-unsafe-swiftshader"] });
const page = await browser.newPage({ viewport: { width: 1500, height: 900 } });
await page.goto(pathToFileURL(file).href);
await page.waitForSelector("html[data-ready]", { timeout: 60000 });
await page.keyboard.press("/");
await page.keyboard.type(name);
await page.waitForFunction(() => /found$/.test(document.querySelector("#details h2")?.textContent ?? ""));
await page.keyboard.press("Enter");
await page.waitForFunction(() => !/found$/.test(document.querySelector("#details h2")?.textContent ?? "found"));
await page.waitForTimeout(1500); // the graph moves to what was chosen
await page.screenshot({ path: picture });
await browser.close();
