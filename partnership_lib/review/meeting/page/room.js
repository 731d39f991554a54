// The room: four steps of one meeting, a head that says what is shown to whom, and a foot that says what is saved.

const STEPS = ["lists", "figures", "notes", "approval"];
const REFRESH = 15_000;
const DRAWN_BY = { lists: ["frame", "lists", "figures"], figures: ["frame", "figures", "meeting"], notes: null, approval: ["frame", "lists", "status", "meeting"] };

class Room {
  constructor(model, place) {
    this.model = model;
    this.root = element("div", { class: "review-room", lang: this.frame.language });
    place.append(this.root);
    this.word = (code, values = {}) => (this.frame.words[`page.${code}`] ?? code).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
    this.days = new Days(this.frame.language, this.frame.today, this.word);
    this.selected = "";
    this.sending = new Sending(this);
    this.panel = new Panel(this);
    this.listsStep = new Lists(this);
    this.notesStep = new NotesStep(this);
    this.conflict = new ConflictDialog(this);
    this.identity = new Identity(this);
    this.head = new Head(this);
    this.steps = { lists: this.listsStep, figures: new FiguresStep(this), notes: this.notesStep, approval: new ApprovalStep(this) };
    this.step = placeOfWindow.read("step") || "lists";
    this.undoing = button("", () => this.undo(), { class: "undoing" });
    this.build();
  }

  get frame() { return this.model.get("frame"); }
  get lists() { return this.model.get("lists"); }
  get status() { return this.model.get("status"); }
  get figures() { return this.model.get("figures"); }
  get meeting() { return this.model.get("meeting"); }
  get mayEdit() { return this.frame.may_edit; }
  get levels() { return this.frame.choices.level.map((each) => each.value); }

  levelName(level) { return this.choice("level", level); }
  choice(group, value) { return this.frame.choices[group].find((each) => each.value === value)?.label || value; }
  nameOf(person) { return this.frame.people.find((each) => each.value === person)?.label || ""; }
  titleOf(activity) { return this.lists.find((row) => row.id === activity)?.title || activity; }

  // The people of a party, those who belong to this meeting first.
  peopleOf(party) {
    const people = this.frame.people.filter((each) => each.party === party);
    const expected = new Set(this.meeting.participants || []);
    return [...people.filter((each) => expected.has(each.value)), ...people.filter((each) => !expected.has(each.value))];
  }

  build() {
    this.tabs = element("div", { class: "tabs", role: "tablist", "aria-label": this.word("steps") }, STEPS.map((step, place) => element("button", {
      type: "button", role: "tab", id: `review-tab-${step}`, "aria-controls": `review-step-${step}`, onclick: () => this.go(step),
    }, element("span", { class: "number", "aria-hidden": true }, place + 1), this.word(`step_${step}`))));
    this.tabs.addEventListener("keydown", (event) => this.moveTab(event));
    this.pages = element("div", { class: "steps" }, STEPS.map((step) => element("div", {
      role: "tabpanel", id: `review-step-${step}`, "aria-labelledby": `review-tab-${step}`, class: `step ${step}-step`, hidden: true,
    }, this.steps[step].widget)));
    fill(this.root, [element("div", { class: "room" },
      this.head.widget,
      element("div", { class: "bar" }, this.tabs, this.head.band),
      this.pages,
      element("footer", { class: "foot" }, this.sending.widget, this.undoing),
      this.conflict.widget, this.identity.widget)]);
  }

  // Come back to what this window showed before it was loaded again; nothing is drawn before that is settled.
  open(done) {
    const wanted = placeOfWindow.read("shown") || {};
    const { frame } = this;
    const asked = [];
    if (wanted.audience && wanted.audience !== frame.audience) { asked.push(["audience", { audience: wanted.audience }]); }
    if (wanted.agreement && (wanted.agreement !== frame.agreement.id || wanted.meeting !== frame.meeting)) {
      asked.push(["choose", { agreement: wanted.agreement, meeting: wanted.meeting }]);
    }
    const editor = placeOfWindow.read("editor");
    if (!frame.editor && frame.editors.some((each) => each.value === editor)) { asked.push(["identify", { person: editor }]); }
    const ask = () => {
      const next = asked.shift();
      if (next) { this.sending.send(...next, { quiet: true, then: ask }); return; }
      done();
      if (!this.frame.editor && this.frame.editors.length) { this.identity.ask(); }
      this.sending.send("refresh", {}, { quiet: true });
    };
    ask();
  }

  draw(changed = ["frame", "lists", "status", "figures", "meeting"]) {
    if (changed.includes("frame")) { this.head.draw(); this.remember(); }
    if (changed.includes("frame") || changed.includes("meeting")) { this.drawUndo(); }
    for (const [place, step] of STEPS.entries()) {
      const isShown = step === this.step;
      this.pages.children[place].hidden = !isShown;
      const tab = this.tabs.children[place];
      tab.setAttribute("aria-selected", String(isShown));
      tab.tabIndex = isShown ? 0 : -1;
      if (isShown && (!DRAWN_BY[step] || DRAWN_BY[step].some((each) => changed.includes(each)))) { this.steps[step].draw(); }
    }
    if (changed.includes("lists") || changed.includes("frame")) { this.panel.draw(); }
  }

  remember() {
    const { agreement, meeting, audience } = this.frame;
    const place = `${agreement.id} ${audience}`;
    if (this.place && this.place !== place) { this.select(""); }
    this.place = place;
    placeOfWindow.write("shown", { agreement: agreement.id, meeting, audience });
  }

  drawUndo() {
    const { undoable } = this.meeting;
    this.undoing.hidden = !undoable || !this.mayEdit;
    if (undoable) { refill(this.undoing, icon("undo"), element("span", {}, this.word("undo", { what: undoable.words }))); }
  }

  undo() {
    const { undoable } = this.meeting;
    if (undoable) { this.sending.send("undo", { save: undoable.save_id }, { what: this.word("undo", { what: undoable.words }) }); }
  }

  go(step) {
    this.step = step;
    placeOfWindow.write("step", step);
    this.draw([]);
    this.steps[step].draw();
  }

  moveTab(event) {
    const steps = { ArrowRight: 1, ArrowLeft: -1, Home: -STEPS.length, End: STEPS.length };
    if (!(event.key in steps)) { return; }
    event.preventDefault();
    const place = Math.min(Math.max(STEPS.indexOf(this.step) + steps[event.key], 0), STEPS.length - 1);
    this.go(STEPS[place]);
    this.tabs.children[place].focus();
  }

  select(activity) {
    this.selected = activity;
    this.listsStep.lead = "";
    this.panel.show(activity);
    this.listsStep.mark();
  }

  // Show an activity in its list, from wherever it is named.
  goTo(activity) {
    this.go("lists");
    this.select(activity);
    this.listsStep.find(activity)?.focus();
  }

  raiseChallenge() {
    this.go("lists");
    this.panel.add("strategic", "challenge");
  }

  decideOn(figure) {
    this.go("notes");
    this.notesStep.decisions.on(figure);
  }

  choosePlace(agreement, meeting) { this.sending.send("choose", { agreement, meeting }); }

  showTo(audience) { if (audience !== this.frame.audience) { this.sending.send("audience", { audience }); } }

  identify(person, then) {
    this.sending.send("identify", { person }, {
      then: (answer) => {
        if (answer.ok) { placeOfWindow.write("editor", person); store.write("editor", person); }
        then(answer);
      },
    });
  }
}

// A question can be asked only in a page, and a widget is made before it is put there.
const whenInPage = (place, then) => { if (place.isConnected) { then(); } else { requestAnimationFrame(() => whenInPage(place, then)); } };

const PARTS = ["frame", "lists", "status", "figures", "meeting"];

export default {
  render({ model, el }) {
    const room = new Room(model, el);
    let changed = null;
    // One message may change several parts: they are drawn together.
    const draw = () => {
      const parts = [...changed];
      changed = null;
      room.draw(parts);
    };
    const listeners = PARTS.map((name) => [`change:${name}`, () => {
      if (!changed) { changed = new Set(); if (room.isOpen) { queueMicrotask(draw); } }
      changed.add(name);
    }]);
    for (const [event, listener] of listeners) { model.on(event, listener); }
    whenInPage(room.root, () => room.open(() => {
      room.isOpen = true;
      changed = null;
      room.draw();
    }));
    const timer = setInterval(() => room.sending.send("refresh", {}, { quiet: true }), REFRESH);
    return () => {
      clearInterval(timer);
      for (const [event, listener] of listeners) { model.off(event, listener); }
      room.root.remove();
    };
  },
};
