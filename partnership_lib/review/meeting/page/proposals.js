// A proposal as it stands, and what it takes to agree: who signs for each party, and exactly what is signed.

class Proposal {
  constructor(room, status) {
    this.room = room;
    this.status = status;
    this.proposal = status.proposal;
  }

  make() {
    const { word } = this.room;
    const { proposal, status } = this;
    return element("section", { class: "proposal", "aria-labelledby": "review-proposal" },
      element("div", { class: "document" },
        element("h3", { id: "review-proposal" }, word("proposal", { number: proposal.number })),
        element("p", { class: "from" }, word("proposed_by", { party: proposal.by, day: this.room.days.say(proposal.day) })),
        proposal.comment ? element("blockquote", {}, proposal.comment) : null,
        status.proposal_differs.length ? this.outdated() : null,
        this.changes(),
        itemsTable(this.room, proposal.items)),
      element("div", { class: "signing" },
        element("h3", {}, word("signatures")),
        this.room.frame.choices.party.map((party) => this.signing(party)),
        element("p", { class: "print" }, this.counted("what_is_signed", { number: proposal.number, hash: proposal.hash.slice(0, 12) }))));
  }

  counted(code, values = {}) { return counted(this.room, code, this.proposal.items, values); }

  outdated() {
    const { word } = this.room;
    return element("div", { class: "outdated" },
      element("p", {}, icon("attention"), " ", word("proposal_differs")),
      element("details", {}, element("summary", {}, word("show_changes", { count: this.status.proposal_differs.length })), list(this.status.proposal_differs)));
  }

  changes() {
    const { word } = this.room;
    if (!this.status.agreed) { return null; }
    const against = word("against_agreed", { number: this.status.agreed.number });
    return element("div", { class: "changes" }, element("h4", {}, against), this.proposal.changes.length ? list(this.proposal.changes) : element("p", {}, word("no_changes")));
  }

  signing(party) {
    const { word } = this.room;
    const signed = this.proposal.signed[party.value];
    const look = `signed ${party.value}`;
    if (signed) { return element("div", { class: `${look} is-done` }, element("h4", {}, party.label), element("p", {}, icon("done"), " ", signed)); }
    if (!this.room.mayEdit) { return element("div", { class: look }, element("h4", {}, party.label), element("p", {}, word("not_signed"))); }
    return this.signForm(party);
  }

  signForm(party) {
    const { word } = this.room;
    const { proposal } = this;
    const mayBe = this.room.peopleOf(party.value).filter((each) => each.may_sign);
    const person = choose([{ value: "", label: word("choose_signer") }, ...mayBe], "");
    const present = element("input", { type: "checkbox", checked: true });
    const sign = element("button", { type: "submit", class: "primary", disabled: true }, word(`sign_${party.value}`));
    const meaning = element("p", { class: "meaning" });
    const wrong = element("p", { class: "wrong", role: "alert" });
    person.addEventListener("input", () => {
      sign.disabled = !person.value;
      const name = mayBe.find((each) => each.value === person.value)?.label;
      meaning.textContent = name ? this.counted("sign_means", {
        person: name, number: proposal.number, level: this.room.levelName(this.status.level).toLocaleLowerCase(),
      }) : "";
    });
    const submit = (event) => {
      event.preventDefault();
      this.room.sending.send("sign", {
        list_version: proposal.id, list_hash: proposal.hash, party: party.value, person: person.value, is_present: present.checked,
      }, { then: (answer) => { wrong.textContent = answer.ok ? "" : answer.said; } });
    };
    return element("form", { class: `sign ${party.value}`, novalidate: true, onsubmit: submit, "aria-label": word(`sign_${party.value}`) },
      element("h4", {}, party.label), field(word("signer"), person), tick(word("is_present"), present), meaning, wrong, sign);
  }
}

// Words about how many activities are on a list.
const counted = (room, code, items, values = {}) => room.word(items.length === 1 ? `${code}_one` : code, { count: items.length, ...values });

// Every field that is signed, activity by activity.
const itemsTable = (room, items) => {
  const { word } = room;
  const columns = [word("title"), word("due_date"), ...room.frame.choices.party.map((each) => each.label)];
  return element("div", { class: "table", tabindex: 0, role: "region", "aria-label": counted(room, "items", items) },
    element("table", {},
      element("caption", {}, counted(room, "items", items)),
      element("thead", {}, element("tr", {}, columns.map((each) => element("th", { scope: "col" }, each)))),
      element("tbody", {}, items.map((item) => element("tr", { class: item.changes.length ? "differs" : "" },
        element("th", { scope: "row" }, item.title,
          element("small", {}, `${item.kind}, ${item.raised_by.toLocaleLowerCase()}`),
          item.climbed ? element("small", {}, word("own_level", { level: item.level })) : null,
          item.parent ? element("small", {}, word("part_of_what", { title: item.parent })) : null,
          item.changes.length ? element("span", { class: "mark changed" }, icon("changed"), word("has_changed_here")) : null),
        element("td", {}, item.ended || item.due),
        element("td", {}, item.buyer_responsible),
        element("td", {}, item.supplier_responsible))))));
};

// A new version of the list as it stands now, or an answer to the other party's.
const proposing = (room, status) => {
  const { word } = room;
  const { proposal, agreed } = status;
  const draft = new Draft(`${room.frame.agreement.id}:${status.level}:propose`);
  const party = draft.keep(choose(room.frame.choices.party, proposal && proposal.party === "buyer" ? "supplier" : "buyer"), "party");
  const comment = draft.keep(element("textarea", { rows: 2 }), "comment");
  const number = Math.max(proposal?.number || 0, agreed?.number || 0, ...status.history.map((each) => each.number)) + 1;
  const press = element("button", { type: "submit", class: proposal ? "" : "primary" });
  const name = () => { press.textContent = word(proposal && proposal.party !== party.value ? "counter" : "propose", { number }); };
  name();
  party.addEventListener("input", name);
  const wrong = element("p", { class: "wrong", role: "alert" });
  const submit = (event) => {
    event.preventDefault();
    const values = { level: status.level, party: party.value, comment: comment.value, counters: proposal ? proposal.id : null };
    room.sending.send("propose", values, {
      draft: draft.key,
      then: (answer) => { if (answer.ok) { draft.forget(); } else { wrong.textContent = answer.said; } },
    });
  };
  return element("form", { class: "propose", novalidate: true, onsubmit: submit, "aria-label": word("new_version") },
    element("h3", {}, word("new_version")),
    element("p", { class: "hint" }, word(proposal ? "counter_hint" : "propose_hint")),
    element("div", { class: "pair" }, field(word("proposer"), party), field(word("proposal_comment"), comment)),
    wrong, element("div", { class: "buttons" }, press));
};
