// Elements are made here and nowhere else. Text goes in as text: nothing from a reply can become part of the markup.

/** Make an element; names with a dash and `role` are set as attributes, functions are listeners, the rest properties. */
function el(name, properties, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties ?? {})) {
    if (typeof value === "function") made.addEventListener(key, value);
    else if (key.includes("-") || key === "role") made.setAttribute(key, value);
    else made[key] = value;
  }
  made.append(...children.filter((child) => child));
  return made;
}

const SVG = "http://www.w3.org/2000/svg";

function icon(d, size = 20) {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", d);
  for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", width: size, height: size, "aria-hidden": "true" })) svg.setAttribute(key, value);
  svg.append(path);
  return svg;
}

/** A link to the web, a telephone or a mailbox; anything else stays the text that it is. */
function link(title, address) {
  let url;
  try {
    url = new URL(address);
  } catch {
    return title;
  }
  if (!["https:", "http:", "tel:", "mailto:"].includes(url.protocol)) return title;
  return el("a", { href: url.href, target: "_blank", rel: "noopener noreferrer" }, title);
}

/** Text in which web addresses can be clicked; its line breaks are kept by the style. */
function linked(text) {
  const pieces = [];
  let from = 0;
  for (const { 0: found, index } of text.matchAll(/https?:\/\/[\w\-.~:/?#@!$&*+=%]*[\w/#=&]/g)) {
    pieces.push(text.slice(from, index), link(found, found));
    from = index + found.length;
  }
  return [...pieces, text.slice(from)];
}

function clock(when) {
  const at = new Date(when);
  const time = at.toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false });
  const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / 864e5);
  const day = days ? (days === 1 ? `${WORDS.yesterday} ` : `${at.getMonth() + 1}月${at.getDate()}日 `) : "";
  return el("time", { dateTime: at.toISOString() }, day + time);
}
