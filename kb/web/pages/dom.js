// Elements are made here and nowhere else. Text goes in as text: no markup from a reply can become part of the page.

/** Make an element; `properties` are set on it, attributes with a dash or `role` are set as attributes. */
export function el(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null) continue;
    if (key.includes("-") || key === "role") made.setAttribute(key, value);
    else if (key === "onclick") made.addEventListener("click", value);
    else made[key] = value;
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

const SVG = "http://www.w3.org/2000/svg";

/** Make a line icon from the `d` of its path. */
export function icon(d, size = 16) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", width: size, height: size, "aria-hidden": "true" })) {
    svg.setAttribute(key, value);
  }
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", d);
  svg.append(path);
  return svg;
}

/** Link to a page elsewhere; what is no web address stays plain text. */
export function link(title, url) {
  const address = webAddress(url);
  if (!address) return el("span", { className: "no-link" }, title);
  return el("a", { href: address, target: "_blank", rel: "noopener noreferrer", referrerPolicy: "no-referrer" }, title);
}

/** Text in which web addresses can be clicked. */
export function linked(text) {
  const pieces = [];
  let from = 0;
  for (const found of text.matchAll(/https?:\/\/[\w\-.~:/?#@!$&*+=%]*[\w/#=&]/g)) {
    pieces.push(text.slice(from, found.index), link(found[0], found[0]));
    from = found.index + found[0].length;
  }
  return [...pieces, text.slice(from)].filter((piece) => piece !== "");
}

function webAddress(url) {
  try {
    const { protocol, href } = new URL(url);
    return protocol === "https:" || protocol === "http:" ? href : null;
  } catch {
    return null;
  }
}
