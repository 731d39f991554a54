// What can be done with an activity, each as a form: its fields, the command it becomes, and its values.

const own = (row, more) => ({ activity: row.id, version: row.version, ...more });

const FORMS = {
  complete(room, row, draft) {
    const day = draft.keep(element("input", { type: "date", value: room.frame.today, max: room.frame.today }), "day");
    const evidence = draft.keep(element("textarea", { rows: 2, value: row.evidence }), "evidence");
    return {
      command: "complete",
      fields: [field(room.word("done_day"), day), field(room.word("evidence"), evidence, room.word("evidence_hint"))],
      values: () => own(row, { done_date: day.value, evidence: evidence.value }),
    };
  },

  move(room, row, draft) {
    const day = draft.keep(element("input", { type: "date", value: row.due_date || "" }), "day");
    const reason = draft.keep(element("textarea", { rows: 2 }), "reason");
    return {
      command: "move",
      fields: [field(room.word("new_due_date"), day), field(room.word("reason"), reason, room.word("reason_hint"))],
      values: () => own(row, { due_date: day.value, reason: reason.value }),
    };
  },

  change(room, row, draft) {
    const made = activityFields(room, row, draft);
    const parties = choose(room.frame.choices.party, row.raised_by);
    const raisedBy = draft.keep(parties, "raised_by");
    const note = "internal_note" in row ? draft.keep(element("textarea", { rows: 2, value: row.internal_note }), "internal_note") : null;
    return {
      command: "change",
      fields: [made.fields, field(room.word("raised_by"), raisedBy), note ? field(room.word("internal_note"), note, room.word("internal_note_hint")) : null],
      values: () => {
        const now = { ...made.values(), raised_by: raisedBy.value, ...(note ? { internal_note: note.value } : {}) };
        return own(row, { fields: Object.fromEntries(Object.entries(now).filter(([name, value]) => value !== row[name])) });
      },
    };
  },

  comment(room, row, draft) {
    const party = draft.keep(choose(room.frame.choices.party, "buyer"), "party");
    const text = draft.keep(element("textarea", { rows: 3 }), "text");
    return {
      command: "comment",
      fields: [field(room.word("comment_text"), text), field(room.word("said_by"), party)],
      values: () => ({ activity: row.id, party: party.value, text: text.value }),
    };
  },

  withdraw(room, row, draft) { return withReason(room, row, draft, "withdraw"); },

  reopen(room, row, draft) { return withReason(room, row, draft, "reopen"); },

  add(room, row, draft) {
    const made = activityFields(room, row, draft);
    const party = draft.keep(choose(room.frame.choices.party, "buyer"), "raised_by");
    const day = draft.keep(element("input", { type: "date", min: room.frame.today }), "due_date");
    return {
      command: "add",
      fields: [made.fields[0], field(room.word("due_date"), day), made.fields.slice(1), field(room.word("raised_by"), party)],
      values: () => ({ ...made.values(), raised_by: party.value, due_date: day.value || null }),
    };
  },
};

const withReason = (room, row, draft, command) => {
  const comment = draft.keep(element("textarea", { rows: 3 }), "comment");
  return {
    command,
    fields: [field(room.word(`${command}_why`), comment, room.word("why_hint"))],
    values: () => own(row, { comment: comment.value }),
  };
};

const ABOVE = { operational: "tactical", tactical: "strategic", strategic: "" };

const activityFields = (room, row, draft) => {
  const { word } = room;
  const { choices } = room.frame;
  const title = draft.keep(element("textarea", { rows: 2, value: row.title }), "title");
  const kind = draft.keep(choose(choices.kind, row.kind), "kind");
  const level = draft.keep(choose(choices.level, row.level), "level");
  const responsible = (party) => draft.keep(
    choose([{ value: "", label: word("nobody") }, ...room.peopleOf(party)], row[`${party}_responsible_id`]), `${party}_responsible_id`);
  const buyer = responsible("buyer");
  const supplier = responsible("supplier");
  const parent = element("select");
  const offer = () => {
    const kept = parent.value || draft.values.parent_id || row.parent_id || "";
    const above = room.lists.filter((each) => each.level === ABOVE[level.value] && (isUnfinished(each) || each.id === row.parent_id) && each.id !== row.id);
    refill(parent, [{ value: "", label: word("part_of_nothing") }, ...above.map((each) => ({ value: each.id, label: each.title }))]
      .map((each) => element("option", { value: each.value }, each.label)));
    parent.value = above.some((each) => each.id === kept) ? kept : "";
  };
  offer();
  level.addEventListener("input", offer);
  draft.keep(parent, "parent_id");
  return {
    fields: [field(word("title"), title), field(word("of_buyer"), buyer), field(word("of_supplier"), supplier),
      field(word("kind"), kind), field(word("level"), level), field(word("part_of"), parent)],
    values: () => ({
      title: title.value, kind: kind.value, level: level.value, parent_id: parent.value || null,
      buyer_responsible_id: buyer.value || null, supplier_responsible_id: supplier.value || null,
    }),
  };
};
