// What one party has learned and shares with the other, and the challenges that either has raised.

class Knowledge {
  constructor(room) {
    this.room = room;
    const { word, frame } = room;
    this.draft = new Draft(`${frame.agreement.id}:${frame.meeting}:knowledge`);
    this.title = this.draft.keep(element("input", { type: "text", maxlength: 300 }), "title");
    this.text = this.draft.keep(element("textarea", { rows: 2 }), "text");
    this.party = this.draft.keep(choose(frame.choices.party, "buyer"), "party");
    this.wrong = element("p", { class: "wrong", role: "alert" });
    this.form = element("form", { novalidate: true, onsubmit: (event) => this.share(event), "aria-label": word("act_share_knowledge") },
      field(word("knowledge_title"), this.title), field(word("knowledge_text"), this.text), field(word("shared_by"), this.party), this.wrong,
      element("div", { class: "buttons" }, element("button", { type: "submit", class: "primary" }, word("save_share_knowledge"))));
    this.folded = element("details", { open: this.draft.isStarted }, element("summary", {}, word("act_share_knowledge")), this.form);
    this.challenges = element("ul", { class: "challenges" });
    this.raise = button(word("raise_challenge"), () => room.raiseChallenge());
    this.notes = element("ul", { class: "shared" });
    this.widget = part(word("challenges_and_knowledge"), "knowledge", this.challenges, this.raise, this.notes, this.folded);
  }

  draw() {
    const { word, meeting, days, lists } = this.room;
    this.folded.hidden = !this.room.mayEdit;
    this.raise.hidden = !this.room.mayEdit;
    const open = lists.filter((row) => row.kind === "challenge" && isUnfinished(row));
    refill(this.challenges, open.map((row) => element("li", {},
      button(row.title, () => this.room.goTo(row.id), { class: "link" }),
      element("small", {}, `${word("raised_by_on", { party: this.room.choice("party", row.raised_by), day: days.say(row.raised_date) })} · ${days.due(row)}`))));
    refill(this.notes, meeting.knowledge.map((each) => element("li", {},
      element("strong", {}, each.title),
      each.text ? element("p", {}, each.text) : null,
      element("small", {}, word("shared_by_on", { party: this.room.choice("party", each.party), day: days.say(each.day) })))));
  }

  share(event) {
    event.preventDefault();
    this.wrong.textContent = "";
    const values = { party: this.party.value, title: this.title.value, text: this.text.value };
    this.room.sending.send("share_knowledge", values, {
      draft: this.draft.key,
      then: (answer) => {
        if (!answer.ok) { this.wrong.textContent = answer.said; return; }
        this.draft.forget();
        this.title.value = "";
        this.text.value = "";
      },
    });
  }
}

// Step three as a whole: made anew for every meeting, so that nothing that was typed for one lands in another.
class NotesStep {
  constructor(room) {
    this.room = room;
    this.widget = element("div", { class: "notes" });
    this.place = "";
  }

  draw() {
    const { frame, meeting, word } = this.room;
    if (!meeting.id) {
      this.place = "";
      refill(this.widget, element("div", { class: "nothing" }, element("p", {}, word("no_meeting")), this.room.mayEdit ? meetToday(this.room) : null));
      return;
    }
    const place = [frame.agreement.id, frame.meeting, frame.audience, frame.editor?.value].join(" ");
    if (place !== this.place) {
      this.place = place;
      this.decisions = new Decisions(this.room);
      this.parts = [this.decisions, new Minutes(this.room), new Presence(this.room), new Pulse(this.room), new Knowledge(this.room)];
      const [decisions, minutes, presence, pulse, knowledge] = this.parts.map((each) => each.widget);
      refill(this.widget, element("div", {}, decisions, minutes, knowledge), element("div", {}, presence, pulse));
    }
    for (const each of this.parts) { each.draw(); }
  }
}
