// Small pictures beside words: the words say the same, so readers of the screen do not hear them.

const SHAPES = {
  open: [["circle", { cx: 12, cy: 12, r: 8.5 }]],
  overdue: [["path", { d: "M12 3.2 22 20.6H2Z", class: "full" }], ["path", { d: "M12 9.5v5.2M12 17.2v.6", class: "cut" }]],
  done: [["circle", { cx: 12, cy: 12, r: 9.5, class: "full" }], ["path", { d: "m7.4 12.4 3.1 3.1 6-6.4", class: "cut" }]],
  withdrawn: [["circle", { cx: 12, cy: 12, r: 8.5 }], ["path", { d: "M8.5 12h7" }]],
  climbed: [["path", { d: "M12 19V5.5M6.5 11 12 5.5l5.5 5.5" }]],
  changed: [["path", { d: "m12 3.5 2.6 5.6 6 .7-4.5 4.1 1.2 6L12 16.9l-5.3 3 1.2-6-4.5-4.1 6-.7Z" }]],
  moved: [["path", { d: "M4 12h14.5M13 6.5l5.5 5.5-5.5 5.5" }]],
  lack: [["circle", { cx: 12, cy: 12, r: 8.5 }], ["path", { d: "M12 7.5v5.4M12 15.8v.6" }]],
  undo: [["path", { d: "M8.5 5 4 9.5 8.5 14M4.5 9.5H14a5 5 0 0 1 0 10h-4" }]],
  close: [["path", { d: "m6 6 12 12M18 6 6 18" }]],
  eye: [["path", { d: "M2.5 12S6 5.8 12 5.8 21.5 12 21.5 12 18 18.2 12 18.2 2.5 12 2.5 12Z" }], ["circle", { cx: 12, cy: 12, r: 2.8 }]],
  lock: [["path", { d: "M5.5 11h13v9h-13ZM8.5 11V8a3.5 3.5 0 0 1 7 0v3" }]],
  alone: [["path", { d: "M4 9.5V4h5.5M20 14.5V20h-5.5M4.5 4.5 10 10M19.5 19.5 14 14" }]],
  figures: [["path", { d: "M4 20V11h3.4v9M10.3 20V4h3.4v16M16.6 20v-6H20v6" }]],
  good: [["path", { d: "m5 12.8 4.6 4.6L19.5 7" }]],
};
SHAPES.attention = SHAPES.lack;
SHAPES.bad = SHAPES.overdue;

const icon = (name) => {
  const drawn = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [attribute, value] of Object.entries({ viewBox: "0 0 24 24", class: `icon ${name}`, "aria-hidden": "true", focusable: "false" })) {
    drawn.setAttribute(attribute, value);
  }
  for (const [shape, attributes] of SHAPES[name] || []) {
    const line = document.createElementNS("http://www.w3.org/2000/svg", shape);
    for (const [attribute, value] of Object.entries(attributes)) { line.setAttribute(attribute, value); }
    drawn.append(line);
  }
  return drawn;
};
