// The minutes: saved while they are written, a moment after the last key and when the field is left.

const PAUSE = 1500;

class Minutes {
  constructor(room) {
    this.room = room;
    const { agreement, meeting } = room.frame;
    this.draft = new Draft(`${agreement.id}:${meeting}:minutes`);
    this.box = element("textarea", { rows: 7, "aria-label": room.word("minutes"), placeholder: room.word("minutes_hint"), disabled: !room.mayEdit });
    this.isSending = false;
    this.box.addEventListener("input", () => this.typed());
    this.box.addEventListener("blur", () => this.save());
    this.said = element("p", { class: "hint" });
    this.widget = part(room.word("minutes"), "minutes", this.box, this.said);
    this.base = this.draft.values.base || { version: room.meeting.version, text: room.meeting.minutes };
    this.box.value = this.draft.values.text ?? room.meeting.minutes;
  }

  draw() {
    const { meeting, word } = this.room;
    // Somebody noted that the meeting is held: the minutes are as they were, so nobody is in anybody's way.
    if (meeting.minutes === this.base.text) { this.base.version = meeting.version; }
    if (!this.draft.isStarted) {
      this.base = { version: meeting.version, text: meeting.minutes };
      if (this.box.value !== meeting.minutes) { this.box.value = meeting.minutes; }
    }
    this.box.disabled = !this.room.mayEdit;
    this.said.textContent = word(this.draft.isStarted ? "minutes_typing" : "minutes_saved");
  }

  typed() {
    this.draft.values = { text: this.box.value, base: this.base };
    store.write(this.draft.key, this.draft.values);
    this.said.textContent = this.room.word("minutes_typing");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), PAUSE);
  }

  save() {
    clearTimeout(this.timer);
    const text = this.box.value;
    if (!this.draft.isStarted || this.isSending) { return; }
    if (text.trim() === this.base.text) { this.draft.forget(); this.draw(); return; }
    const values = { version: this.base.version, text };
    this.isSending = true;
    this.room.sending.send("minutes", values, { then: (answer) => this.answered(answer, values) });
  }

  answered(answer, values) {
    this.isSending = false;
    const { meeting } = this.room;
    if (answer.conflict) {
      this.room.conflict.show(answer.conflict, { name: "minutes", values }, answer.said, () => { this.draft.forget(); this.draw(); });
      return;
    }
    if (!answer.ok) { return; }
    this.base = { version: meeting.version, text: meeting.minutes };
    if (this.box.value === values.text) { this.draft.forget(); this.draw(); } else { this.typed(); }
  }
}
