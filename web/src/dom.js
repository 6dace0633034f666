// Elements made of texts only: nothing of the data is ever read as markup.

const SVG = "http://www.w3.org/2000/svg";

export function element(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

export function drawn(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value == null) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name === "style") Object.assign(made.style, value);
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child != null && child !== false));
  return made;
}

// `text` is an element or a text.
export function link(address, text) {
  return /^https?:\/\//i.test(address)
    ? element("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, text)
    : text;
}

// The name of a thing, whose script may run from right to left inside a line that does not.
export function named(text) {
  return element("bdi", {}, text);
}

// A day, or a moment as clocks showed it: the zone is told where `zone` is true.
export function moment(text, zone = false) {
  const parts = /^(.+)T(\d\d:\d\d)(:\d\d)?(?:\.\d+)?(Z|[+-]\d\d:\d\d)?$/.exec(text ?? "");
  if (!parts) return text ?? "";
  const [, date, clock, seconds, offset] = parts;
  return `${date} ${clock}${seconds && seconds !== ":00" ? seconds : ""}${zone && offset ? ` (${offset})` : ""}`;
}

// From when until when; an end that is open is an ellipsis.
export function span({ begin, end }, zone = false) {
  const [from, to] = [moment(begin, zone), moment(end, zone)];
  return from === to ? from : `${from || "…"} to ${to || "…"}`;
}

export function swatch(color, square = false) {
  return element("span", { class: square ? "swatch square" : "swatch", style: { background: color }, "aria-hidden": "true" });
}
