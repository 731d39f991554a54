// Elements are built here and nowhere else: text goes in as text, never as markup.

// JupyterLab has keys of its own, some of which delete cells: on what can have the focus here they are the room's.
const FOCUSED = ["a", "button", "input", "select", "textarea", "summary"];

const element = (tag, attributes = {}, ...children) => {
  const made = document.createElement(tag);
  if (FOCUSED.includes(tag) || "tabindex" in attributes) { made.setAttribute("data-lm-suppress-shortcuts", "true"); }
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) { continue; }
    if (name.startsWith("on")) { made.addEventListener(name.slice(2), value); }
    else if (name === "value") { made.value = value; }
    else if (name === "checked") { made.checked = true; }
    else { made.setAttribute(name, value === true ? (name.startsWith("aria-") ? "true" : "") : String(value)); }
  }
  return fill(made, children);
};

const fill = (parent, children) => {
  for (const child of children.flat(Infinity)) {
    if (child === undefined || child === null || child === false || child === "") { continue; }
    parent.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return parent;
};

const refill = (parent, ...children) => { parent.replaceChildren(); return fill(parent, children); };

const button = (label, press, attributes = {}) => element("button", { type: "button", onclick: press, ...attributes }, label);

let countOfFields = 0;

// A labelled field; `control` is an input, a select or a textarea.
const field = (label, control, hint = "") => {
  countOfFields += 1;
  control.id = control.id || `review-field-${countOfFields}`;
  const described = hint ? element("span", { class: "hint", id: `${control.id}-hint` }, hint) : null;
  if (described) { control.setAttribute("aria-describedby", described.id); }
  return element("div", { class: "field" }, element("label", { for: control.id }, label), control, described);
};

// A box to tick, with its words to the right of it.
const tick = (label, control) => element("label", { class: "tick" }, control, element("span", {}, label));

const choose = (choices, value, attributes = {}) => {
  const made = element("select", attributes, choices.map((each) => element("option", { value: each.value }, each.label)));
  made.value = value ?? "";
  return made;
};

const list = (lines, look = "") => (lines.length
  ? element("ul", { class: look || null }, lines.map((line) => element("li", {}, line))) : null);

// A picture from the kernel is shown as an image: whatever stands in it does nothing.
const picture = (svg, words) => element("img", { src: `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`, alt: words });

// A part of a step, under a heading of its own; the heading names it.
const part = (heading, look, ...children) => {
  countOfFields += 1;
  const id = `review-part-${countOfFields}`;
  return element("section", { class: `part ${look}`, "aria-labelledby": id }, element("h2", { id }, heading), children);
};
