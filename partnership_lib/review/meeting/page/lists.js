// The three activity lists: filtered, side by side or one level at a time; arrow keys move between the rows.

const FILTERS = {
  all: () => true,
  buyer: (row) => row.raised_by === "buyer",
  supplier: (row) => row.raised_by === "supplier",
  overdue: (row) => row.status === "overdue",
  period: (row) => row.this_period,
  since: (row) => row.since_last.length > 0,
};
const isUnfinished = (row) => row.status === "open" || row.status === "overdue";

class Lists {
  constructor(room) {
    this.room = room;
    this.filter = "all";
    this.search = "";
    this.level = "";  // one level at a time; "" for all three
    this.lead = "";  // the list that has the room beside something else, where somebody has chosen it
    this.opened = new Set();  // levels whose finished activities are shown
    this.made = new Map();  // activity id to its row and what it says
    this.chips = element("div", { class: "chips", role: "group", "aria-label": room.word("filters") });
    this.columns = element("div", { class: "columns" });
    this.figures = new FiguresBeside(room);
    this.widget = element("div", { class: "lists" },
      element("div", { class: "tools" }, this.chips, this.searching(), this.figures.opener),
      element("div", { class: "table-top" }, this.columns, room.panel.widget, this.figures.widget));
    this.columns.addEventListener("keydown", (event) => this.moveFocus(event));
  }

  searching() {
    const { word } = this.room;
    const box = element("input", { type: "search", class: "search", "aria-label": word("search"), placeholder: word("search") });
    box.addEventListener("input", () => {
      this.search = box.value.trim().toLocaleLowerCase();
      this.draw();
    });
    return box;
  }

  isShown(row) {
    if (!FILTERS[this.filter](row)) { return false; }
    if (!this.search) { return true; }
    const names = [row.buyer_responsible_id, row.supplier_responsible_id].map((id) => this.room.nameOf(id));
    return [row.title, row.id, ...names].join(" ").toLocaleLowerCase().includes(this.search);
  }

  draw() {
    this.drawTools();
    this.drawColumns();
    this.figures.draw();
  }

  drawTools() {
    const { word } = this.room;
    const { lists } = this.room;
    this.redraw(this.chips, Object.keys(FILTERS).map((name) => button(
      [word(`filter_${name}`), element("span", { class: "count" }, lists.filter((row) => FILTERS[name](row) && (name === "since" || isUnfinished(row))).length)],
      () => { this.filter = name; this.draw(); },
      { "aria-pressed": String(this.filter === name), class: "chip", "data-key": name, title: word(`filter_${name}_means`) })));
  }

  // Put new buttons where others were, without taking the focus from whoever stands on one.
  redraw(group, buttons) {
    const key = group.contains(document.activeElement) ? document.activeElement.dataset.key : "";
    refill(group, buttons);
    if (key) { group.querySelector(`[data-key="${key}"]`)?.focus(); }
  }

  // Show one level, or all of them.
  show(level) {
    this.level = level;
    this.draw();
    this.columns.querySelector(level ? "[aria-pressed=true]" : ".only")?.focus();
  }

  // Give a list the room beside the chosen activity or the figures.
  give(level) {
    this.lead = level;
    this.mark();
    this.columns.querySelector(".chosen .row")?.focus();
  }

  // In the head of a list: show it alone, or, when it is, another one or all of them.
  views(level) {
    const { word } = this.room;
    const name = (each) => (each ? this.room.levelName(each) : word("all_levels"));
    if (!this.level) { return button(icon("alone"), () => this.show(level), { class: "only", "aria-label": word("only_level", { level: name(level) }), title: word("only_level", { level: name(level) }) }); }
    return element("div", { class: "levels", role: "group", "aria-label": word("levels") }, ["", ...this.room.levels].map((each) => button(
      name(each), () => this.show(each), { "aria-pressed": String(this.level === each), class: "chip" })));
  }

  drawColumns() {
    const focused = this.columns.contains(document.activeElement) ? document.activeElement.dataset.activity : "";
    const sections = [...this.columns.querySelectorAll("section")];
    const places = new Map(sections.map((each) => [each.dataset.level, each.querySelector(".rows").scrollTop]));
    const shown = this.level ? [this.level] : this.room.levels;
    this.columns.classList.toggle("one", shown.length === 1);
    const byLevel = new Map(shown.map((level) => [level, []]));
    for (const row of this.room.lists) { if (this.isShown(row)) { byLevel.get(row.stands_on)?.push(row); } }
    refill(this.columns, shown.map((level) => this.column(level, byLevel.get(level))));
    for (const section of this.columns.querySelectorAll("section")) {
      section.querySelector(".rows").scrollTop = places.get(section.dataset.level) || 0;
    }
    this.mark();
    if (focused) { this.find(focused)?.focus({ preventScroll: true }); }
  }

  find(activity) { return [...this.columns.querySelectorAll("[data-activity]")].find((each) => each.dataset.activity === activity); }

  adding(level) { return this.columns.querySelector(`section[data-level="${level}"] .new`); }

  // Show which row is chosen, and let its column have the room beside the panel.
  mark() {
    const chosen = this.room.selected;
    for (const row of this.columns.querySelectorAll("[aria-current]")) { row.removeAttribute("aria-current"); }
    const row = this.find(chosen);
    row?.setAttribute("aria-current", "true");
    this.figures.give(this.room.panel.isOpen);
    const isBeside = this.room.panel.isOpen || this.figures.isShown;
    const level = this.lead || row?.closest("section").dataset.level || this.room.panel.level || this.room.meeting.level || this.room.levels[0];
    for (const section of this.columns.querySelectorAll("section")) { section.classList.toggle("chosen", section.dataset.level === level); }
    this.widget.classList.toggle("beside", isBeside);
    row?.scrollIntoView({ block: "nearest" });
  }

  column(level, rows) {
    const { word } = this.room;
    const unfinished = rows.filter(isUnfinished);
    const finished = rows.filter((row) => !isUnfinished(row));
    const overdue = unfinished.filter((row) => row.status === "overdue").length;
    const said = word(unfinished.length === 1 ? "count_one" : "count", { count: unfinished.length });
    const heading = `review-level-${level}`;
    const name = this.room.levelName(level);
    const first = (unfinished[0] || finished[0])?.id;
    return element("section", { "data-level": level, "aria-labelledby": heading },
      element("header", {},
        element("h2", { id: heading }, name),
        element("p", {}, said, overdue ? element("span", { class: "late" }, ", ", word(overdue === 1 ? "count_overdue_one" : "count_overdue", { count: overdue })) : null),
        this.views(level),
        this.room.mayEdit ? button(word("new"), () => this.room.panel.add(level),
          { class: "new", "aria-label": word("new_activity_on", { level: name }) }) : null),
      button([element("span", {}, name), element("span", { class: "count" }, unfinished.length)], () => this.give(level), { class: "strip" }),
      element("div", { class: "rows" },
        rows.length ? null : element("p", { class: "nothing" }, word(this.isWhole ? "list_empty" : "filter_empty")),
        element("ul", {}, unfinished.map((row) => this.row(row, first))),
        finished.length ? this.finished(level, finished, first) : null));
  }

  get isWhole() { return this.filter === "all" && !this.search; }

  finished(level, rows, first) {
    const made = element("details", { open: this.opened.has(level) || this.filter === "since" },
      element("summary", {}, this.room.word("finished", { count: rows.length })),
      element("ul"));
    const fillIn = () => { if (made.open && !made.lastChild.childElementCount) { fill(made.lastChild, [rows.map((row) => this.row(row, first))]); } };
    made.addEventListener("toggle", () => {
      if (this.filter !== "since") { this.opened[made.open ? "add" : "delete"](level); }
      fillIn();
    });
    fillIn();
    return made;
  }

  // A row is made once and stands until something about it has changed: of 500 activities an edit changes one.
  row(row, first) {
    const { frame } = this.room;
    if (this.madeFor !== frame) { this.made.clear(); this.madeFor = frame; }
    const says = JSON.stringify([row, this.filter === "since"]);
    const known = this.made.get(row.id);
    const line = known?.says === says ? known.line : this.newRow(row);
    this.made.set(row.id, { says, line });
    line.firstChild.tabIndex = row.id === (this.room.selected || first) ? 0 : -1;
    return line;
  }

  newRow(row) {
    const { days } = this.room;
    return element("li", {}, element("button", {
      type: "button", class: `row ${row.status}`, "data-activity": row.id, onclick: () => this.room.select(row.id),
    },
      icon(row.status),
      element("span", { class: "title" }, row.title),
      element("span", { class: "due" }, days.due(row, { isShort: true })),
      element("span", { class: "who" }, this.who(row)),
      this.filter === "since" ? row.since_last.map((words) => element("span", { class: "news" }, words)) : this.marks(row)));
  }

  who(row) {
    const named = (id, party) => (id ? this.room.nameOf(id) : element("em", {}, this.room.word(`nobody_of_${party}`)));
    if (!isUnfinished(row) && !row.buyer_responsible_id && !row.supplier_responsible_id) { return null; }
    return [named(row.buyer_responsible_id, "buyer"), " · ", named(row.supplier_responsible_id, "supplier")];
  }

  marks(row) {
    const { word } = this.room;
    const mark = (name, words) => element("span", { class: `mark ${name}` }, icon(name), words);
    const unlinked = row.lacks.length - lacksPerson(row) - (row.due_date ? 0 : 1);
    const marks = [
      row.climb ? mark("climbed", word(`climbed_from_${row.level}`)) : null,
      row.is_new ? mark("changed", word("is_new")) : row.since_last.length && !row.climb ? mark("changed", word("has_changed")) : null,
      row.moved_times ? mark("moved", word(row.moved_times === 1 ? "moved_once" : "moved_times", { count: row.moved_times })) : null,
      isUnfinished(row) && lacksPerson(row) ? mark("lack", word("lacks_responsible")) : null,
      isUnfinished(row) && unlinked > 0 ? mark("lack", word("lacks_link")) : null,
    ].filter(Boolean);
    return marks.length ? element("span", { class: "marks" }, marks) : null;
  }

  moveFocus(event) {
    if (event.key === "Escape" && this.room.panel.isOpen) { this.room.panel.close(); return; }
    const rows = [...event.target.closest("section")?.querySelectorAll(".row") || []].filter((row) => row.offsetParent);
    const place = rows.indexOf(event.target);
    if (place < 0 || event.ctrlKey || event.metaKey || event.altKey) { return; }
    if (event.key === "ArrowLeft" || event.key === "ArrowRight") { this.moveAside(event); return; }
    const steps = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1, Home: -place, End: rows.length - 1 - place };
    if (!(event.key in steps)) { return; }
    event.preventDefault();
    this.focusOn(rows[Math.min(Math.max(place + steps[event.key], 0), rows.length - 1)], rows[place]);
  }

  // From one list to the one beside it.
  moveAside(event) {
    const sections = [...this.columns.querySelectorAll("section")];
    const next = sections[sections.indexOf(event.target.closest("section")) + (event.key === "ArrowRight" ? 1 : -1)];
    const row = [...next?.querySelectorAll(".row") || []].find((each) => each.offsetParent);
    if (row) {
      event.preventDefault();
      this.focusOn(row, event.target);
    }
  }

  focusOn(row, before) {
    before.tabIndex = -1;
    row.tabIndex = 0;
    row.focus();
    if (this.room.selected) { this.room.select(row.dataset.activity); }
  }
}

const lacksPerson = (row) => (row.buyer_responsible_id ? 0 : 1) + (row.supplier_responsible_id ? 0 : 1);
