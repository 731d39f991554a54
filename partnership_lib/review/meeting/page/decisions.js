// What the meeting decides, tied to the figure that was on the screen and to the activity that it is about.

class Decisions {
  constructor(room) {
    this.room = room;
    const { word, frame } = room;
    this.draft = new Draft(`${frame.agreement.id}:${frame.meeting}:decision`);
    this.text = this.draft.keep(element("textarea", { rows: 2 }), "text");
    this.figure = element("select");
    this.activity = element("select");
    this.offer();
    this.draft.keep(this.figure, "figure");
    this.draft.keep(this.activity, "activity");
    this.wrong = element("p", { class: "wrong", role: "alert" });
    this.form = element("form", { novalidate: true, onsubmit: (event) => this.decide(event), "aria-label": word("act_decide") },
      field(word("decision"), this.text),
      element("div", { class: "pair" }, field(word("figure_shown"), this.figure), field(word("about_activity"), this.activity)),
      this.wrong, element("div", { class: "buttons" }, element("button", { type: "submit", class: "primary" }, word("save_decide"))));
    this.made = element("ol", { class: "made" });
    this.widget = part(word("decisions"), "decisions", this.made, this.form);
  }

  draw() {
    const { word, meeting, days } = this.room;
    this.form.hidden = !this.room.mayEdit;
    this.offer();
    refill(this.made, meeting.decisions.map((each) => element("li", {},
      element("p", { class: "text" }, each.text),
      each.figure_sentence ? element("p", { class: "shown" }, `${word("figure_on", { day: days.say(each.figure_date) })}: `, each.figure_sentence) : null,
      each.activity ? element("p", { class: "shown" }, `${word("about_activity")}: `, button(each.activity_title, () => this.room.goTo(each.activity), { class: "link" })) : null,
      this.room.mayEdit ? button(word("take_back"), () => this.room.sending.send("take_back_decision", { decision: each.id, version: each.version }),
        { class: "quiet", "aria-label": word("take_back_decision", { text: each.text }) }) : null)));
    this.made.hidden = !meeting.decisions.length;
  }

  // What a decision can be tied to; a choice that is made stands.
  offer() {
    const { word, figures, lists } = this.room;
    const refit = (select, choices) => {
      if (document.activeElement === select) { return; }
      const kept = select.value;
      refill(select, choices.map((each) => element("option", { value: each.value }, each.label)));
      select.value = choices.some((each) => each.value === kept) ? kept : "";
    };
    refit(this.figure, [{ value: "", label: word("no_figure") }, ...(figures || []).map((each) => ({ value: each.code, label: shortened(each.sentence, 110) }))]);
    refit(this.activity, [{ value: "", label: word("no_activity") }, ...lists.filter(isUnfinished).map((each) => ({ value: each.id, label: each.title }))]);
  }

  // Start a decision on a figure that is shown.
  on(figure) {
    this.offer();
    this.figure.value = figure;
    this.figure.dispatchEvent(new Event("input"));
    this.text.focus();
    this.form.scrollIntoView({ block: "nearest" });
  }

  decide(event) {
    event.preventDefault();
    this.wrong.textContent = "";
    const values = { text: this.text.value, figure: this.figure.value, activity: this.activity.value || null };
    this.room.sending.send("decide", values, {
      draft: this.draft.key,
      then: (answer) => {
        if (!answer.ok) { this.wrong.textContent = answer.said; return; }
        this.draft.forget();
        for (const control of [this.text, this.figure, this.activity]) { control.value = ""; }
      },
    });
  }
}

const shortened = (words, length) => (words.length <= length ? words : `${words.slice(0, length - 1).trimEnd()}…`);
