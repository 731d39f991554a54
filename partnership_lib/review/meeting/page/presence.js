// A meeting that nobody had planned: one press, and it is the chosen one.
const meetToday = (room) => element("div", { class: "buttons" }, room.levels.map((level) => button(
  room.word(`meet_${level}`), () => room.sending.send("meet", { level }))));

// Who is here, and that the meeting is held.

class Presence {
  constructor(room) {
    this.room = room;
    this.held = element("div", { class: "held" });
    this.people = element("div", { class: "people" });
    this.others = element("div");
    const another = element("details", { class: "another" }, element("summary", {}, room.word("meet_other")), meetToday(room));
    this.widget = part(room.word("attendance"), "presence", this.held, this.people, this.others, room.mayEdit ? another : null);
  }

  draw() {
    this.drawHeld();
    const { word, frame, meeting } = this.room;
    const focused = this.people.contains(document.activeElement) ? document.activeElement.value : "";
    const listed = frame.people.filter((each) => meeting.participants.includes(each.value) || each.value in meeting.attendance);
    refill(this.people, frame.choices.party.map((party) => element("div", { role: "group", "aria-label": party.label },
      element("h3", {}, frame.agreement[party.value]),
      listed.filter((each) => each.party === party.value).map((each) => this.person(each)))));
    if (focused) { this.people.querySelector(`[value="${CSS.escape(focused)}"]`)?.focus(); }
    const others = frame.people.filter((each) => !listed.includes(each));
    const more = choose([{ value: "", label: word("somebody_else") }, ...others.map((each) => ({ value: each.value, label: `${each.label}, ${frame.agreement[each.party]}` }))],
      "", { "aria-label": word("somebody_else") });
    more.addEventListener("change", () => { if (more.value) { this.room.sending.send("attend", { person: more.value, present: true }); } });
    if (!this.others.contains(document.activeElement)) { refill(this.others, this.room.mayEdit && others.length ? more : null); }
  }

  drawHeld() {
    const { word, frame, meeting, days } = this.room;
    if (meeting.held_date) { refill(this.held, element("p", {}, word("held_on", { day: days.say(meeting.held_date) }))); return; }
    if (this.held.contains(document.activeElement) && this.held.querySelector("input")) { return; }
    const day = element("input", { type: "date", value: frame.today, max: frame.today, "aria-label": word("held_day") });
    const hold = () => this.room.sending.send("hold", { version: this.room.meeting.version, held_date: day.value }, {
      then: (answer) => { if (answer.conflict) { this.room.conflict.show(answer.conflict, { name: "hold", values: { held_date: day.value } }, answer.said); } },
    });
    refill(this.held, element("p", {}, word("planned_for", { day: days.say(meeting.planned_date) })),
      this.room.mayEdit ? [day, button(word("hold"), hold)] : null);
  }

  person(each) {
    const box = element("input", { type: "checkbox", value: each.value, checked: Boolean(this.room.meeting.attendance[each.value]), disabled: !this.room.mayEdit });
    box.addEventListener("change", () => this.room.sending.send("attend", { person: each.value, present: box.checked }, {
      then: (answer) => { if (!answer.ok) { this.draw(); } },
    }));
    return tick([each.label, each.title ? element("small", {}, each.title) : null], box);
  }
}
