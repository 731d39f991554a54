// How both parties find the cooperation, question by question; where they see it differently, it is said.

const SCORES = [1, 2, 3, 4, 5];

class Pulse {
  constructor(room) {
    this.room = room;
    this.questions = element("div", { class: "questions" });
    this.gap = element("div", { class: "gap" });
    this.widget = part(room.word("pulse"), "pulse", element("p", { class: "hint" }, room.word("pulse_hint")), this.questions, this.gap);
  }

  draw() {
    const { frame, meeting, word } = this.room;
    const focused = this.questions.contains(document.activeElement) ? document.activeElement.id : "";
    refill(this.questions, frame.choices.question.map((question) => {
      const scores = frame.choices.party.map((party) => meeting.pulse[party.value]?.[question.value]);
      const apart = scores.every(Boolean) ? Math.abs(scores[0] - scores[1]) : 0;
      return element("div", { class: apart >= 2 ? "question apart" : "question" },
        element("h3", {}, question.label),
        frame.choices.party.map((party) => this.scale(question, party)),
        scores.every(Boolean) ? element("p", { class: "difference" }, word(apart === 0 ? "no_gap" : apart === 1 ? "gap_one" : "gap", { apart })) : null);
    }));
    refill(this.gap, list(meeting.pulse_gap));
    if (focused) { this.questions.querySelector(`#${CSS.escape(focused)}`)?.focus(); }
  }

  scale(question, party) {
    const { meeting } = this.room;
    const given = meeting.pulse[party.value]?.[question.value];
    const name = `review-pulse-${question.value}-${party.value}`;
    return element("fieldset", { class: "scale" },
      element("legend", {}, party.label, hidden(`: ${question.label}`)),
      SCORES.map((score) => {
        const radio = element("input", { type: "radio", name, id: `${name}-${score}`, value: score, checked: given === score, disabled: !this.room.mayEdit });
        radio.addEventListener("change", () => this.room.sending.send("pulse", { party: party.value, question: question.value, score }, {
          then: (answer) => { if (!answer.ok) { this.draw(); } },
        }));
        return element("label", { class: `score ${party.value}` }, radio, element("span", {}, score));
      }));
  }
}
