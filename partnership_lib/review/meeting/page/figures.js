// The figures of the follow-up, one section at a time so that they can be read from the other end of the table.

const GRAVITY = ["bad", "attention", "good", "none"];

class FiguresStep {
  constructor(room) {
    this.room = room;
    this.section = "";
    this.index = element("nav", { class: "index", "aria-label": room.word("sections") });
    this.page = element("div", { class: "page", tabindex: -1 });
    this.widget = element("div", { class: "figures split" }, this.index, this.page);
  }

  draw() {
    const { word, figures } = this.room;
    if (!figures || !figures.length) {
      refill(this.index);
      refill(this.page, element("p", { class: "nothing" }, word(figures ? "no_figures" : "figures_coming")));
      return;
    }
    const sections = [...new Set(figures.map((each) => each.section))];
    if (!sections.includes(this.section)) { this.section = sections[0]; }
    const held = this.index.contains(document.activeElement);
    refill(this.index, element("ul", {}, sections.map((section) => {
      const signals = figures.filter((each) => each.section === section).map((each) => each.signal);
      const worst = GRAVITY.find((signal) => signals.includes(signal)) || "none";
      return element("li", {}, button([signalIcon(worst), element("span", {}, section), worst === "none" ? null : hidden(word(`signal_${worst}`))],
        () => { this.section = section; this.draw(); this.page.scrollTop = 0; },
        { "aria-current": section === this.section }));
    })));
    if (held) { this.index.querySelector("[aria-current]").focus(); }
    this.drawSection(figures.filter((each) => each.section === this.section));
  }

  drawSection(figures) {
    const { word } = this.room;
    const pictures = figures.filter((each) => each.svg);
    refill(this.page,
      element("h2", {}, this.section),
      element("ul", { class: "sentences" }, figures.map((each) => sentence(each, word,
        this.room.mayEdit && this.room.meeting.id ? button(word("decide_on_it"), () => this.room.decideOn(each.code),
          { class: "quiet", "aria-label": word("decide_on", { figure: each.sentence }) }) : null))),
      pictures.map((each) => element("figure", {}, picture(each.svg, each.sentence))));
  }
}

// The same figures in short beside the lists, for as long as no activity is chosen.
class FiguresBeside {
  constructor(room) {
    this.room = room;
    const { word } = room;
    this.isWanted = false;
    this.opener = button([icon("figures"), word("figures_beside")], () => this.want(!this.isShown), { class: "chip opener", title: word("figures_beside_means") });
    this.widget = element("aside", { class: "figures-beside", "aria-label": word("step_figures"), hidden: true, tabindex: 0 });
  }

  want(isWanted) {
    this.isWanted = isWanted;
    if (isWanted && this.room.panel.isOpen) { this.room.select(""); }
    this.draw();
    this.room.listsStep.mark();
  }

  get isShown() { return !this.widget.hidden; }

  // Leave the place to the chosen activity.
  give(isTaken) {
    this.widget.hidden = !this.isWanted || isTaken;
    this.opener.setAttribute("aria-pressed", String(this.isShown));
  }

  draw() {
    const { word, figures, panel } = this.room;
    this.give(panel.isOpen);
    if (!this.isWanted) { return; }
    if (!figures || !figures.length) { refill(this.widget, element("p", { class: "nothing" }, word(figures ? "no_figures" : "figures_coming"))); return; }
    const sections = [...new Set(figures.map((each) => each.section))];
    refill(this.widget, sections.map((section) => [element("h3", {}, section),
      element("ul", { class: "sentences" }, figures.filter((each) => each.section === section).map((each) => sentence(each, word)))]));
  }
}

// A figure in words, with its signal.
const sentence = (each, word, more = null) => element("li", { class: each.signal },
  signalIcon(each.signal),
  element("p", {}, each.signal === "none" ? null : hidden(`${word(`signal_${each.signal}`)}: `), each.sentence),
  more);

const signalIcon = (signal) => (signal === "none" ? element("span", { class: "icon none" }) : icon(signal));

// Words for whoever hears the page.
const hidden = (words) => element("span", { class: "heard" }, words);
