// What the meeting is about, who sees what is shown, and who writes.

class Head {
  constructor(room) {
    this.room = room;
    const { word } = room;
    this.name = element("h1");
    this.parties = element("p", { class: "parties" });
    this.agreement = element("select");
    this.meeting = element("select");
    this.agreement.addEventListener("change", () => room.choosePlace(this.agreement.value, ""));
    this.meeting.addEventListener("change", () => room.choosePlace(room.frame.agreement.id, this.meeting.value));
    this.agreementField = field(word("agreement"), this.agreement);
    this.views = element("div", { class: "views", role: "group", "aria-label": word("audience") });
    this.writer = element("div", { class: "writer" });
    this.band = element("p", { class: "band" });
    this.widget = element("header", { class: "head" },
      element("div", { class: "names" }, this.name, this.agreementField, this.parties),
      field(word("meeting"), this.meeting), this.writer, this.views);
  }

  draw() {
    const { word, frame } = this.room;
    const { agreement, audience } = frame;
    this.name.textContent = agreement.name;
    if (document.body.dataset.voila) { document.title = agreement.name; }
    this.parties.textContent = word("parties", agreement);
    this.offer(this.agreement, frame.agreements, agreement.id);
    // The choice of agreement stands as the heading where there is one to make.
    this.agreementField.hidden = frame.agreements.length < 2;
    this.name.className = frame.agreements.length < 2 ? "" : "heard";
    this.offer(this.meeting, frame.meetings.length ? frame.meetings : [{ value: "", label: word("no_meetings") }], frame.meeting);
    const held = this.views.contains(document.activeElement);
    refill(this.views, ["internal", "shared"].map((each) => button([icon(each === "internal" ? "lock" : "eye"), word(`audience_${each}`)],
      () => this.room.showTo(each), { "aria-pressed": String(each === audience), class: each })));
    if (held) { this.views.querySelector("[aria-pressed=true]").focus(); }
    refill(this.band, icon(audience === "shared" ? "eye" : "lock"), word(`band_${audience}`));
    this.band.className = `band ${audience}`;
    this.widget.classList.toggle("shared", audience === "shared");
    this.drawWriter();
  }

  drawWriter() {
    const { word, frame } = this.room;
    const held = this.writer.contains(document.activeElement);
    refill(this.writer,
      frame.editor ? element("p", {}, element("small", {}, word("writes")), frame.editor.label) : null,
      frame.editors.length ? button(frame.editor ? [word("change_writer"), hidden(` ${word("change_writer_heard")}`)] : word("choose_writer"), () => this.room.identity.ask(),
        { class: frame.editor ? "link" : "strong" })
        : frame.editor ? null : element("p", {}, word("nobody_writes")));
    if (held) { this.writer.querySelector("button")?.focus(); }
  }

  offer(select, choices, value) {
    if (JSON.stringify(choices) !== select.dataset.offered) {
      refill(select, choices.map((each) => element("option", { value: each.value }, each.label)));
      select.dataset.offered = JSON.stringify(choices);
    }
    select.value = value;
  }
}
