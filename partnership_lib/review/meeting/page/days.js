// Days in words, in the reader's language.

class Days {
  constructor(language, today, word) {
    this.language = language === "sv" ? "sv-SE" : "en-GB";
    this.today = today;
    this.word = word;
  }

  say(day) {
    if (!day) { return ""; }
    const options = { day: "numeric", month: "short", timeZone: "UTC" };
    if (day.slice(0, 4) !== this.today.slice(0, 4)) { options.year = "numeric"; }
    return new Intl.DateTimeFormat(this.language, options).format(new Date(`${day}T00:00:00Z`)).replace(".", "");
  }

  until(day) { return Math.round((Date.parse(day) - Date.parse(this.today)) / 86_400_000); }

  // When an activity is due, or what became of it.
  due(row, { isShort = false } = {}) {
    const { word } = this;
    if (row.status === "done") { return word("done_on", { day: this.say(row.done_date) }); }
    if (row.status === "withdrawn") { return word("withdrawn_on", { day: this.say(row.withdrawn_date) }); }
    if (row.status === "overdue") {
      const code = isShort ? "overdue_short" : "overdue";
      return word(row.overdue_days === 1 ? `${code}_one` : code, { days: row.overdue_days, day: this.say(row.due_date) });
    }
    if (!row.due_date) { return word("no_due_date"); }
    const left = this.until(row.due_date);
    const code = left === 0 ? "due_today" : left === 1 ? "due_tomorrow" : left <= 14 ? "due_soon" : "due";
    return word(code, { day: this.say(row.due_date), days: left });
  }
}
