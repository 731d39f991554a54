// The chosen activity: what there is to know about it, and what can be done with it.

const ACTIONS_OPEN = ["complete", "move", "change", "comment", "withdraw"];
const ACTIONS_FINISHED = ["reopen", "comment"];

class Panel {
  constructor(room) {
    this.room = room;
    this.head = element("header");
    this.actions = element("div", { class: "actions", role: "group", "aria-label": room.word("actions") });
    this.form = element("div", { class: "form" });
    this.facts = element("div", { class: "facts" });
    this.widget = element("aside", { class: "panel", hidden: true, "aria-label": room.word("chosen_activity") },
      this.head, this.actions, element("div", { class: "scroll" }, this.form, this.facts));
    this.activity = "";
    this.action = "";  // the form that is open
    this.addsTo = "";  // the level whose list gets a new activity
    this.widget.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") { return; }
      event.stopPropagation();
      if (this.action && this.activity) { this.closeForm(); } else { this.close(); }
    });
  }

  get row() { return this.room.lists.find((row) => row.id === this.activity); }

  get isOpen() { return !this.widget.hidden; }

  get level() { return this.addsTo || this.row?.stands_on || ""; }

  show(activity) {
    if (activity !== this.activity || this.addsTo) {
      this.activity = activity;
      this.addsTo = "";
      this.action = "";
      refill(this.form);
      this.widget.querySelector(".scroll").scrollTop = 0;
    }
    this.draw();
  }

  // Open the form of a new activity on a level's list.
  add(level, kind = "improvement") {
    this.room.select("");
    this.addsTo = level;
    this.draw();
    this.openForm("add", { title: "", kind, level, parent_id: null, buyer_responsible_id: null, supplier_responsible_id: null });
    this.room.listsStep.mark();
  }

  // Back to where one came from: the activity in its list, or what adds one.
  close() {
    const { activity, addsTo } = this;
    const { listsStep } = this.room;
    this.room.select("");
    (activity ? listsStep.find(activity) : listsStep.adding(addsTo))?.focus();
  }

  // Point at an activity that has just been added.
  point(command) {
    if (command.name !== "add") { return; }
    const title = command.values.title.trim().replace(/\s+/g, " ");
    const added = this.room.lists.find((row) => row.title === title && row.status === "open");
    if (added) { this.room.listsStep.find(added.id)?.focus(); }
  }

  closeForm() {
    const { action } = this;
    this.action = "";
    refill(this.form);
    if (this.addsTo) { this.close(); return; }
    this.draw();
    [...this.actions.children].find((each) => each.dataset.action === action)?.focus();
  }

  draw() {
    const { row } = this;
    this.widget.hidden = !row && !this.addsTo;
    if (this.widget.hidden) { refill(this.form); }
    this.drawHead(row);
    this.drawActions(row);
    this.drawFacts(row);
  }

  drawHead(row) {
    const { word, days } = this.room;
    const title = row ? row.title : this.addsTo ? word("new_activity_on", { level: this.room.levelName(this.addsTo) }) : "";
    refill(this.head,
      element("h2", {}, title),
      button(icon("close"), () => this.close(), { class: "close", "aria-label": word("close") }),
      row ? element("p", { class: `due ${row.status}` }, icon(row.status), days.due(row)) : null);
  }

  drawActions(row) {
    const { word } = this.room;
    const held = this.actions.contains(document.activeElement) ? document.activeElement.dataset.action : "";
    const names = !row || !this.room.mayEdit ? [] : isUnfinished(row) ? ACTIONS_OPEN : ACTIONS_FINISHED;
    refill(this.actions, names.map((name) => button(
      [word(name), this.draft(name).isStarted && this.action !== name ? element("span", { class: "started" }, word("started")) : null],
      () => (this.action === name ? this.closeForm() : this.openForm(name, this.row)),
      { "aria-expanded": String(this.action === name), "data-action": name, class: name === "complete" ? "primary" : "" })));
    this.actions.hidden = !names.length;
    if (held) { [...this.actions.children].find((each) => each.dataset.action === held)?.focus(); }
  }

  drawFacts(row) {
    if (!row) { refill(this.facts); return; }
    const { word, days } = this.room;
    const fact = (label, value) => (value && value.length !== 0 ? [element("dt", {}, label), element("dd", {}, value)] : []);
    const link = (id) => button(this.room.titleOf(id), () => this.room.select(id), { class: "link" });
    const person = (id, party) => (id ? this.room.nameOf(id) : element("em", {}, word(`nobody_of_${party}`)));
    refill(this.facts,
      list(row.lacks, "lacks"),
      row.climb ? element("p", { class: "climb" }, icon("climbed"), row.climb) : null,
      element("dl", {},
        fact(word("of_buyer"), person(row.buyer_responsible_id, "buyer")),
        fact(word("of_supplier"), person(row.supplier_responsible_id, "supplier")),
        fact(word("kind"), this.room.choice("kind", row.kind)),
        fact(word("raised"), word("raised_by_on", { party: this.room.choice("party", row.raised_by), day: days.say(row.raised_date) })),
        fact(word("part_of"), row.parent_id ? link(row.parent_id) : ""),
        fact(word("broken_down"), row.children.map((id) => element("div", {}, link(id)))),
        fact(word("evidence"), row.evidence),
        row.internal_note ? [element("dt", { class: "internal" }, icon("lock"), word("internal_note")), element("dd", { class: "internal" }, row.internal_note)] : []),
      row.since_last.length ? [element("h3", {}, word("since_last")), list(row.since_last)] : null,
      row.comments.length ? [element("h3", {}, word("comments")), element("ul", { class: "comments" }, row.comments.map((each) => element("li", {},
        element("p", {}, each.text),
        element("small", {}, [each.author, days.say(each.day)].filter(Boolean).join(", ")))))] : null);
  }

  draft(action) { return new Draft(`${this.room.frame.agreement.id}:${this.addsTo || this.activity}:${action}`, this.row?.version); }

  // Open a form; what was typed in it and never saved is there again.
  openForm(name, row) {
    const { word } = this.room;
    this.action = name;
    const draft = this.draft(name);
    const made = FORMS[name](this.room, { ...row, version: draft.version }, draft);
    const wrong = element("p", { class: "wrong", role: "alert" });
    const given = (answer, command) => {
      if (answer.ok) { draft.forget(); this.closeForm(); this.point(command); }
      else if (answer.conflict) { this.room.conflict.show(answer.conflict, command, answer.said, () => { draft.forget(); this.closeForm(); }); }
      else { wrong.textContent = answer.said; }
    };
    const submit = (event) => {
      event.preventDefault();
      wrong.textContent = "";
      const values = made.values();
      if (values.fields && !Object.keys(values.fields).length) { draft.forget(); this.closeForm(); return; }
      const what = `${word(`act_${made.command}`)}: ${row.title || values.title}`;
      this.room.sending.send(made.command, values, { draft: draft.key, what, then: (answer) => given(answer, { name: made.command, values }) });
    };
    refill(this.form, element("form", { novalidate: true, onsubmit: submit, "aria-label": word(`act_${name}`) },
      made.fields, wrong,
      element("div", { class: "buttons" },
        element("button", { type: "submit", class: "primary" }, word(`save_${name}`)),
        button(word("cancel"), () => { draft.forget(); this.closeForm(); this.room.sending.calm(); }))));
    this.drawActions(this.row);
    this.widget.querySelector(".scroll").scrollTop = 0;
    this.form.querySelector("textarea, input, select")?.focus();
  }
}
