// Opens a page in Chromium and uses it as a reader does: node page.mjs CHROMIUM FILE SEARCH SCREENSHOT; tells what it saw.
import { pathToFileURL } from "node:url";
import { chromium } from "../../web/node_modules/playwright-core/index.mjs";

const [, , program, file, words, picture] = process.argv;
const browser = await chromium.launch({
  executablePath: program,
  args: ["--no-sandbox", "--enable-unsafe-swiftshader"],
});
const page = await browser.newPage({ viewport: { width: 1400, height: 850 } });
const seen = { requests: [], errors: [], dialogs: 0 };
page.on("request", (request) => request.url().startsWith("file:") || request.url().startsWith("data:") || seen.requests.push(request.url()));
page.on("console", (message) => message.type() === "error" && seen.errors.push(message.text()));
page.on("pageerror", (error) => seen.errors.push(error.message));
page.on("dialog", (dialog) => { seen.dialogs += 1; return dialog.dismiss(); });

const begun = Date.now();
await page.goto(pathToFileURL(file).href);
await page.waitForSelector("html[data-ready]", { timeout: 60000 });
seen.ready = Date.now() - begun;
seen.title = await page.title();
seen.canvases = await page.locator("#graph canvas").count();
await page.waitForTimeout(500);
const shot = await page.screenshot({ path: picture });
const stage = await page.locator("#graph").boundingBox();
seen.colors = await page.evaluate(async ([source, { x, y, width, height }]) => {
  const image = new Image();
  image.src = `data:image/png;base64,${source}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height];
  const pen = canvas.getContext("2d");
  pen.drawImage(image, -x, -y);
  const pixels = pen.getImageData(0, 0, width, height).data;
  const found = new Set();
  for (let at = 0; at < pixels.length; at += 4) found.add(`${pixels[at]},${pixels[at + 1]},${pixels[at + 2]}`);
  return found.size;
}, [shot.toString("base64"), stage]);

seen.written = await page.evaluate(() => {
  const canvas = document.querySelector("#graph canvas.labels");
  return canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.some((value) => value > 0);
});

await page.keyboard.press("2");
seen.spots = await page.locator("#map .spot").count();
seen.places = await page.locator("#map .spot circle").evaluateAll((all) => all.map((circle) => {
  const { x, y, width } = circle.getBoundingClientRect();
  return [circle.closest("g").getAttribute("aria-label"), x + width / 2, y];
}));
await page.keyboard.press("3");
seen.bars = await page.locator("#timeline .bar").count();
await page.keyboard.press("4");
seen.rows = await page.locator("#table tbody tr").count();

await page.keyboard.press("/");
const asked = Date.now();
await page.keyboard.type(words);
await page.waitForFunction(() => /found$/.test(document.querySelector("#details h2")?.textContent ?? ""));
seen.answered = Date.now() - asked;
seen.found = await page.locator("#details h2").textContent();
await page.keyboard.press("Enter");
seen.selected = await page.locator("#details h2").textContent();
seen.quotes = await page.locator("#details blockquote").allTextContents();
seen.documents = await page.locator("#details .document").allTextContents();
seen.links = await page.locator("#details a").evaluateAll((all) => all.map((a) => a.getAttribute("href")));
await page.keyboard.press("Escape");
await page.setViewportSize({ width: 390, height: 844 });
await page.keyboard.press("3");
await page.waitForTimeout(300);
seen.overlaps = await page.locator("#timeline text").evaluateAll((all) => {
  const boxes = all.map((text) => [text.textContent, text.getBoundingClientRect()]);
  return boxes.flatMap(([one, a], at) => boxes.slice(at + 1).filter(([, b]) => a.left < b.right - 1 && b.left < a.right - 1
    && a.top < b.bottom - 4 && b.top < a.bottom - 4).map(([other]) => [one, other]));
});
seen.wider = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
await page.setViewportSize({ width: 1400, height: 850 });
await page.locator("#filters fieldset").nth(0).locator("input").first().uncheck();
await page.keyboard.press("4");
seen.filtered = await page.locator("#filters [role=status]").textContent();
seen.injected = await page.evaluate(() => document.querySelectorAll("#details img, #details script, #table img, svg image").length);
await page.emulateMedia({ media: "print" });
seen.printed = await page.evaluate(() => ["filters", "search", "zoom", "details"].filter((id) => document.getElementById(id).offsetParent !== null));
console.log(JSON.stringify(seen));
await browser.close();
