// Commands on their way: each waits for its answer. One that gets none is said to be unsaved, is kept in the browser,
// and is sent again with the id that it had: what was done after all is not done twice.

const PATIENCE = 8000;
const UNSENT = "unsent:";
const ONLY_SHOWN = ["identify", "choose", "audience", "refresh"];

class Sending {
  constructor(room) {
    this.room = room;
    this.waiting = new Map();
    this.refused = new Map();  // what was refused, by its name and values: the same again has the same id
    this.unsent = new Map();  // command id to {command, draft, words, at}
    this.isLost = false;
    this.line = element("p", { class: "said", role: "status" });
    this.alarm = element("p", { class: "said", role: "alert" });
    const { word } = room;
    this.again = button(word("send_again"), () => this.sendUnsent(), { class: "strong" });
    this.reload = button(word("reload"), () => location.reload());
    this.drop = button(word("drop_unsent"), () => this.dropUnsent());
    this.kept = element("details", { class: "kept" }, element("summary", {}, word("kept_texts")), element("ul"));
    this.rescue = element("div", { class: "rescue", hidden: true }, this.again, this.reload, this.drop, this.kept);
    this.widget = element("div", { class: "saying calm" }, this.line, this.alarm, this.rescue);
    room.model.on("msg:custom", (message) => { if (message && message.type === "answer") { this.answered(message); } });
    this.say(word("everything_saved"), "calm");
    this.gather();
    setTimeout(() => this.gather(), PATIENCE);
  }

  // What an earlier page left unsaved. Younger ones may still be on their way from another window.
  gather() {
    for (const key of store.keys(UNSENT)) {
      const kept = store.read(key);
      const isOld = kept && kept.command && Date.now() - kept.at >= PATIENCE;
      if (isOld && !this.waiting.has(kept.command.id)) { this.unsent.set(kept.command.id, kept); }
    }
    if (this.unsent.size && !this.waiting.size) { this.showLost("kept_unsent"); }
  }

  // Send a command. `then` gets the answer: {ok, said, code, conflict}.
  send(name, values, { then = () => {}, quiet = false, draft = "", what = "" } = {}) {
    const like = JSON.stringify([name, values]);
    const command = { type: "command", id: this.refused.get(like) || identifier(), name, values };
    const frame = this.room.frame;
    if (!ONLY_SHOWN.includes(name)) {
      command.place = { agreement: frame.agreement.id, meeting: frame.meeting };
      command.id = this.unanswered(command)?.id || command.id;
      const kept = { command, draft, words: what || this.room.word(`act_${name}`), at: Date.now() };
      this.unsent.set(command.id, kept);
      store.write(UNSENT + command.id, kept);
    }
    this.post(command, then, quiet);
  }

  // The same, which was sent and has got no answer: it may have been done, and sent with the same id it is done once.
  unanswered({ name, values, place }) {
    const like = JSON.stringify([name, values, place]);
    return [...this.unsent.values()].map((kept) => kept.command)
      .find((earlier) => JSON.stringify([earlier.name, earlier.values, earlier.place]) === like);
  }

  post(command, then, quiet) {
    if (!quiet && !this.isLost) { this.say(this.room.word("saving"), "busy"); }
    clearTimeout(this.waiting.get(command.id)?.timer);
    const timer = setTimeout(() => this.lost(), PATIENCE);
    this.waiting.set(command.id, { command, then, timer, quiet });
    try { this.room.model.send(command); } catch { this.lost(); }
  }

  answered(answer) {
    const waiting = this.waiting.get(answer.id);
    const kept = this.unsent.get(answer.id);
    this.unsent.delete(answer.id);
    store.remove(UNSENT + answer.id);
    if (!waiting) { return; }
    clearTimeout(waiting.timer);
    this.waiting.delete(answer.id);
    const like = JSON.stringify([waiting.command.name, waiting.command.values]);
    if (answer.ok) {
      this.refused.delete(like);
      if (kept && kept.draft) { store.remove(kept.draft); }
    } else if (!answer.conflict) {
      this.refused.set(like, answer.id);
    }
    const wasLost = this.isLost;
    this.isLost = false;
    if (wasLost && this.unsent.size) { this.sendUnsent(); return waiting.then(answer); }
    if (!waiting.quiet || !answer.ok || wasLost) { this.settle(answer, waiting); }
    waiting.then(answer);
  }

  settle(answer, waiting) {
    if (this.unsent.size && !this.waiting.size) { this.showLost("kept_unsent"); return; }
    if (this.unsent.size) { return; }
    const said = waiting.command.name === "refresh" && answer.ok ? this.room.word("contact_again") : answer.said;
    this.say(said, answer.ok ? "saved" : "unsaved");
  }

  // What could not be saved has been given up: nothing is unsaved any longer.
  calm() { if (!this.unsent.size && !this.isLost) { this.say(this.room.word("everything_saved"), "calm"); } }

  lost() {
    this.isLost = true;
    this.showLost(this.unsent.size ? "no_answer" : "no_contact");
  }

  showLost(code) {
    const { word } = this.room;
    this.say(word(code), "unsaved");
    refill(this.kept.querySelector("ul"), [...this.unsent.values()].map((kept) => element("li", {},
      element("strong", {}, kept.words), ` ${textsIn(kept.command.values, this.room.frame.audience).join(" · ")}`)));
    this.kept.hidden = !this.unsent.size;
    this.again.hidden = !this.unsent.size;
    this.drop.hidden = !this.unsent.size;
    this.rescue.hidden = false;
  }

  sendUnsent() {
    this.say(this.room.word("saving"), "busy");
    for (const { command } of this.unsent.values()) {
      const earlier = this.waiting.get(command.id);
      this.post(command, earlier?.then || ((answer) => this.told(answer, command)), false);
    }
  }

  // An answer to a command that an earlier page wrote: its form is gone, a conflict is still to be decided.
  told(answer, command) {
    if (answer.conflict) { this.room.conflict.show(answer.conflict, command, answer.said); }
  }

  dropUnsent() {
    for (const id of this.unsent.keys()) {
      clearTimeout(this.waiting.get(id)?.timer);
      this.waiting.delete(id);
      store.remove(UNSENT + id);
    }
    this.unsent.clear();
    this.say(this.room.word("dropped"), "calm");
  }

  say(words, look) {
    const [shown, silent] = look === "unsaved" ? [this.alarm, this.line] : [this.line, this.alarm];
    silent.textContent = "";
    shown.textContent = words;
    this.widget.className = `saying ${look}`;
    this.rescue.hidden = true;
  }
}

// What somebody wrote in a command, without ids and codes; in the shared view without what is internal.
const WRITTEN = ["title", "text", "reason", "comment", "evidence", "internal_note"];
const textsIn = (values, audience) => WRITTEN.filter((name) => audience === "internal" || name !== "internal_note")
  .map((name) => values[name] ?? values.fields?.[name]).filter((each) => typeof each === "string" && each);
