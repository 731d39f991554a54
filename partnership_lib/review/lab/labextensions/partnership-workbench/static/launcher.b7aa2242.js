/* The workbench in JupyterLab: cards in the launcher, and a start page that runs when it is opened.

A prebuilt extension written by hand: JupyterLab loads this file, gives `init` the modules that it shares, and asks
`get` for the module "./extension". Nothing is bundled, so nothing has to be built and nothing comes from a network. */
(() => {
  "use strict";

  const NAME = "partnership-workbench";
  const MOST_CHOICES = 100; // more are typed, with suggestions
  const ICON =
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="24" height="24" fill="none" ' +
    'stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round">' +
    '<path d="M6 3h9l4 4v14H6z"/><path d="M15 3v4h4"/><path d="M9 12h7M9 16h5"/></svg>';
  let shared = null;

  /** One of the modules that JupyterLab itself uses: a token is only known by the very object. */
  async function sharedModule(name) {
    const versions = Object.values(shared[name]);
    const chosen = versions.find(each => each.loaded) ?? versions[0];
    return (await chosen.get())();
  }

  async function extension() {
    const names = ["apputils", "launcher", "notebook", "services", "ui-components"].map(each => `@jupyterlab/${each}`);
    const [apputils, launcher, notebook, services, ui] = await Promise.all(names.map(sharedModule));
    const { Widget } = await sharedModule("@lumino/widgets");
    const plugin = {
      id: `${NAME}:launcher`,
      description: "The report notebooks in the launcher.",
      autoStart: true,
      optional: [launcher.ILauncher],
      // Not waited for: JupyterLab is restored only when all its extensions have been activated.
      activate: (app, section) => void start(app, section, { ...apputils, ...notebook, ...services, ...ui, Widget })
    };
    return { __esModule: true, default: plugin };
  }

  async function start(app, section, lab) {
    const offered = await ask(lab, "partnership/launcher");
    if (!offered.cards.length) {
      return; // the server does not show a workspace
    }
    const icon = new lab.LabIcon({ name: `${NAME}:report`, svgstr: ICON });
    const open = path => app.commands.execute("docmanager:open", { path });
    const add = (command, rank, options) => {
      app.commands.addCommand(command, { icon: icon, ...options });
      section?.add({ command, category: offered.words.section, rank });
    };
    add(`${NAME}:start`, 0, { label: offered.words.start, execute: () => open(offered.start.path) });
    offered.cards.forEach((card, index) => {
      const execute = values => makeCopy(lab, offered.words, card, open, values);
      add(`${NAME}:${card.kind}`, index + 1, { label: card.label, caption: card.caption, execute });
    });
    runStartPage(app, lab, offered.start.path);
  }

  /** What the server answers; what it refuses becomes an error with its sentence. */
  async function ask(lab, path, body) {
    const settings = lab.ServerConnection.makeSettings();
    const request = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
    const response = await lab.ServerConnection.makeRequest(settings.baseUrl + path, request, settings);
    const answer = await response.json();
    if (!response.ok) {
      throw new Error(answer.message);
    }
    return answer;
  }

  async function makeCopy(lab, words, card, open, given) {
    let values = { ...given };
    for (;;) {
      const body = new (formOf(lab))(card, values);
      const buttons = [
        lab.Dialog.cancelButton({ label: words.cancel }),
        lab.Dialog.okButton({ label: words.make })
      ];
      const { button, value } = await lab.showDialog({ title: card.caption, body, buttons, focusNodeSelector: "select, input" });
      if (!button.accept) {
        return;
      }
      values = value;
      try {
        const { path } = await ask(lab, "partnership/notebooks", { kind: card.kind, ...value });
        return await open(path);
      } catch (error) {
        await lab.showErrorMessage(words.failed, error.message);
      }
    }
  }

  /** The class of a form with one line for each thing that a card asks for. */
  function formOf(lab) {
    return class extends lab.Widget {
      constructor(card, values) {
        const form = document.createElement("form");
        form.className = "partnership-form";
        form.append(...card.fields.map(field => lineOf(field, values[field.name] ?? field.value)));
        super({ node: form });
      }

      getValue() {
        return Object.fromEntries(new FormData(this.node));
      }
    };
  }

  function lineOf(field, value) {
    const label = document.createElement("label");
    label.style.cssText = "display: grid; grid-template-columns: 9em 1fr; gap: 8px; align-items: baseline; margin: 6px 0";
    const name = document.createElement("span");
    name.textContent = field.label;
    const many = field.options.length > MOST_CHOICES;
    label.append(name, field.options.length && !many ? choiceOf(field, value) : inputOf(field, value));
    if (many) {
      label.append(suggestionsOf(field));
      label.querySelector("input").setAttribute("list", field.name);
    }
    return label;
  }

  function suggestionsOf(field) {
    const list = document.createElement("datalist");
    list.id = field.name;
    list.append(...field.options.map(([code, words]) => new Option(words, code)));
    return list;
  }

  function choiceOf(field, value) {
    const select = document.createElement("select");
    select.className = "jp-mod-styled";
    select.name = field.name;
    select.append(...field.options.map(([code, words]) => new Option(words, code, false, code === value)));
    return select;
  }

  function inputOf(field, value) {
    const input = document.createElement("input");
    input.className = "jp-mod-styled";
    input.type = field.name === "date" ? "date" : "text";
    input.name = field.name;
    input.value = value;
    input.placeholder = field.hint;
    return input;
  }

  /** Run the start page when it is first shown, if it shows nothing yet and its code is the package's own. */
  function runStartPage(app, lab, path) {
    const looked = new WeakSet();
    const look = async page => {
      if (page?.context?.path !== path || looked.has(page)) {
        return;
      }
      looked.add(page);
      await page.context.ready;
      await page.sessionContext.ready;
      await page.sessionContext.session?.kernel?.info;
      const cells = page.content.model.cells;
      const shown = Array.from({ length: cells.length }, (_, index) => cells.get(index)).some(cell => cell.outputs?.length);
      if (!shown && (await ask(lab, "partnership/launcher")).start.runs_by_itself) {
        await lab.NotebookActions.runAll(page.content, page.sessionContext);
      }
    };
    app.shell.currentChanged?.connect((_, change) => look(change.newValue));
    look(app.shell.currentWidget);
  }

  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB[NAME] = {
    init: scope => {
      shared = scope;
    },
    get: async () => {
      const loaded = await extension();
      return () => loaded;
    }
  };
})();
