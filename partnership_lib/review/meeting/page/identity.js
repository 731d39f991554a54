// Who writes: asked once, where the environment has not said it.

class Identity {
  constructor(room) {
    this.room = room;
    this.widget = element("dialog", { class: "identity", "aria-labelledby": "review-identity" });
  }

  ask() {
    const { word, frame } = this.room;
    const known = placeOfWindow.read("editor") || store.read("editor") || "";
    const person = choose([{ value: "", label: word("choose_name") }, ...frame.editors.map((each) => ({
      value: each.value, label: each.title ? `${each.label}, ${each.title}` : each.label,
    }))], frame.editors.some((each) => each.value === known) ? known : "");
    const wrong = element("p", { class: "wrong", role: "alert" });
    const submit = (event) => {
      event.preventDefault();
      if (!person.value) { wrong.textContent = word("choose_name_first"); return; }
      this.room.identify(person.value, (answer) => { if (answer.ok) { this.widget.close(); } else { wrong.textContent = answer.said; } });
    };
    refill(this.widget,
      element("form", { novalidate: true, onsubmit: submit },
        element("h2", { id: "review-identity" }, word("who_writes")),
        element("p", {}, word("who_writes_why")),
        field(word("name"), person), wrong,
        element("div", { class: "buttons" },
          element("button", { type: "submit", class: "primary" }, word("start_writing")),
          button(word("only_look"), () => this.widget.close()))));
    if (!this.widget.open) { this.widget.showModal(); }
    person.focus();
  }
}
