// Two people have changed the same thing: both texts stand side by side, and people choose, field by field.

const LONG = ["title", "evidence", "internal_note", "minutes"];
const DAYS_OF = ["due_date", "done_date", "held_date"];

class ConflictDialog {
  constructor(room) {
    this.room = room;
    this.widget = element("dialog", { class: "conflict", "aria-labelledby": "review-conflict" });
  }

  // `command` is what was refused: {name, values}. `settled` is called when it has been saved or given up.
  show(conflict, command, said, settled = () => {}) {
    const { word } = this.room;
    const choices = conflict.fields.map((each) => this.choice(each, command));
    const wrong = element("p", { class: "wrong", role: "alert" });
    const close = () => { this.widget.close(); settled(); };
    const save = () => {
      const chosen = choices.map((each) => each.chosen());
      if (chosen.some((each) => each.isOpen)) { wrong.textContent = word("choose_text_first"); return; }
      if (chosen.every((each) => each.isTheirs)) { close(); return; }
      const next = resent(command, conflict, chosen);
      this.room.sending.send(next.name, next.values, {
        then: (answer) => {
          if (answer.ok) { close(); }
          else if (answer.conflict) { this.show(answer.conflict, next, answer.said, settled); }
          else { wrong.textContent = answer.said; }
        },
      });
    };
    const title = conflict.activity ? this.room.titleOf(conflict.activity) : word("minutes");
    refill(this.widget,
      element("h2", { id: "review-conflict" }, word("conflict")),
      element("p", { class: "what" }, title),
      element("p", {}, word("conflict_by", { person: conflict.by, time: conflict.at })),
      choices.map((each) => each.widget), wrong,
      element("div", { class: "buttons" },
        button(word("save_choice"), save, { class: "primary" }),
        button(word("keep_theirs"), () => { close(); this.room.sending.calm(); })));
    if (!this.widget.open) { this.widget.showModal(); }
  }

  // One field: mine, theirs, or something that both can stand behind.
  choice(each, command) {
    const { word } = this.room;
    countOfFields += 1;
    const name = `review-choice-${countOfFields}`;
    const canWrite = LONG.includes(each.field) || (DAYS_OF.includes(each.field) && command.name !== "change");
    const box = LONG.includes(each.field) ? element("textarea", { rows: 3, value: each.yours_value })
      : element("input", { type: "date", value: each.yours_value });
    box.setAttribute("aria-label", word("write_together"));
    const radios = ["mine", "theirs", "own"].map((value) => element("input", { type: "radio", name, value }));
    box.addEventListener("input", () => { radios[2].checked = true; });
    const option = (control, label, text) => element("label", { class: "option" }, control, element("strong", {}, label), element("span", { class: "text" }, text));
    return {
      widget: element("fieldset", {}, element("legend", {}, each.label),
        option(radios[0], word("mine"), each.yours), option(radios[1], word("theirs"), each.theirs),
        canWrite ? element("div", { class: "option" }, element("label", {}, radios[2], element("strong", {}, word("write_together"))), box) : null),
      chosen: () => {
        const value = radios[2].checked ? box.value : radios[1].checked ? each.theirs_value : each.yours_value;
        return { field: each.field, value, isTheirs: value === each.theirs_value, isOpen: !radios.some((radio) => radio.checked) };
      },
    };
  }
}

const NULLABLE = ["parent_id", "buyer_responsible_id", "supplier_responsible_id"];

// The command again, against the version that they saved, with what was chosen.
const resent = (command, conflict, chosen) => {
  const values = { ...command.values, version: conflict.version };
  if (command.name === "change") {
    const mine = chosen.filter((each) => !each.isTheirs);
    values.fields = Object.fromEntries(mine.map((each) => [each.field, NULLABLE.includes(each.field) ? each.value || null : each.value]));
    return { name: "change", values };
  }
  for (const { field: name, value } of chosen) {
    const key = name === "minutes" ? "text" : name;
    if (key in values) { values[key] = value; }
  }
  return { name: command.name, values };
};
