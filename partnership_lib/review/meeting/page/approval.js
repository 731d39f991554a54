// What both parties agree on, level by level: what holds now, how it has changed, and the proposal to sign.

class ApprovalStep {
  constructor(room) {
    this.room = room;
    this.level = "";
    this.index = element("nav", { class: "index", "aria-label": room.word("levels") });
    this.page = element("div", { class: "page" });
    this.widget = element("div", { class: "approval split" }, this.index, this.page);
    this.drawn = "";
  }

  draw() {
    const { levels } = this.room;
    if (!levels.includes(this.level)) { this.level = this.room.meeting.level || levels[0]; }
    const held = this.index.contains(document.activeElement);
    refill(this.index, element("ul", {}, levels.map((level) => {
      const { look, words } = this.standing(this.status(level));
      return element("li", {}, button([icon(look), element("span", {}, this.room.levelName(level), element("small", {}, words))],
        () => { this.level = level; this.draw(); this.page.scrollTop = 0; }, { "aria-current": level === this.level }));
    })));
    if (held) { this.index.querySelector("[aria-current]").focus(); }
    this.drawPage();
  }

  status(level) { return this.room.status.find((each) => each.level === level); }

  // Where a level's list stands, in a few words.
  standing(status) {
    const { word, days } = this.room;
    if (status.proposal) {
      const missing = this.room.frame.choices.party.filter((each) => !status.proposal.signed[each.value]);
      return missing.length === 1
        ? { look: "attention", words: word(`waits_for_${missing[0].value}`) } : { look: "attention", words: word("waits_for_both") };
    }
    if (!status.agreed) { return { look: "open", words: word("never_agreed") }; }
    const count = status.changes_since_agreed.length;
    if (!count) { return { look: "done", words: word("agreed_and_same", { day: days.say(status.agreed.day) }) }; }
    return { look: "open", words: word(count === 1 ? "changes_since_one" : "changes_since", { count }) };
  }

  drawPage() {
    const { word } = this.room;
    const status = this.status(this.level);
    // Who is choosing a signer is not disturbed by what has not changed.
    const now = JSON.stringify([status, this.isToPropose(status), this.room.frame.audience, this.room.frame.agreement.id]);
    if (now === this.drawn) { return; }
    this.drawn = now;
    if (status.proposal?.id !== this.proposal) {
      this.proposal = status.proposal?.id;
      this.page.scrollTop = 0;
    }
    const proposal = status.proposal ? new Proposal(this.room, status).make() : null;
    const nobodySigned = status.proposal && !Object.keys(status.proposal.signed).length;
    const takeBack = nobodySigned && this.room.mayEdit ? button(word("withdraw_proposal", { number: status.proposal.number }),
      () => this.room.sending.send("withdraw_proposal", { list_version: status.proposal.id, version: status.proposal.version }), { class: "quiet" }) : null;
    refill(this.page,
      element("h2", {}, word(`list_of_${this.level}`)),
      proposal, takeBack,
      this.agreed(status),
      this.isToPropose(status) ? proposing(this.room, status) : null,
      status.history.length ? element("details", { class: "history" }, element("summary", {}, word("history")),
        element("ul", {}, status.history.map((each) => element("li", {}, each.words, each.comment ? element("small", {}, each.comment) : null)))) : null);
  }

  // Whether there is anything to say that has not been said already.
  isToPropose(status) {
    const isNew = status.agreed ? status.changes_since_agreed.length : this.room.lists.some((row) => row.stands_on === status.level);
    return this.room.mayEdit && Boolean(status.proposal || isNew);
  }

  agreed(status) {
    const { word, days } = this.room;
    if (!status.agreed) { return element("p", { class: "nothing" }, word("nothing_agreed")); }
    const { agreed } = status;
    const changes = status.changes_since_agreed;
    return element("section", { class: changes.length || status.proposal ? "agreed" : "agreed holds", "aria-labelledby": "review-agreed" },
      element("h3", { id: "review-agreed" }, icon("done"), " ", word("agreed", { number: agreed.number, day: days.say(agreed.day) })),
      element("p", { class: "from" }, agreed.signatures.join(" · ")),
      element("p", { class: "print" }, word("print", { hash: agreed.hash })),
      element("details", {}, element("summary", {}, word("show_list", { count: agreed.items.length })), itemsTable(this.room, agreed.items)),
      element("h4", {}, word("changed_since")),
      changes.length ? list(changes) : element("p", {}, word("no_changes")));
  }
}
