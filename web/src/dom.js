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

export function link(address, text) {
  return /^https?:\/\//i.test(address)
    ? element("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, text)
    : document.createTextNode(text);
}

export function swatch(color, square = false) {
  return element("span", { class: square ? "swatch square" : "swatch", style: { background: color }, "aria-hidden": "true" });
}
