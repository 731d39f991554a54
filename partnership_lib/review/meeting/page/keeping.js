// What has been typed, and what has not been saved yet, is kept in the browser until the register has it.

const STORE = "partnership-review";

const keeper = (storage) => ({
  read(key) { try { return JSON.parse(storage().getItem(`${STORE}:${key}`)); } catch { return null; } },
  // A full or closed store: the page itself still has what was typed.
  write(key, value) { try { storage().setItem(`${STORE}:${key}`, JSON.stringify(value)); } catch { return; } },
  remove(key) { try { storage().removeItem(`${STORE}:${key}`); } catch { return; } },
  keys(prefix) {
    try { return Object.keys(storage()).filter((key) => key.startsWith(`${STORE}:${prefix}`)).map((key) => key.slice(STORE.length + 1)); }
    catch { return []; }
  },
});
const store = keeper(() => localStorage);
// What this window shows: who writes, which meeting, which step. Another window has its own.
const placeOfWindow = keeper(() => sessionStorage);

const identifier = () => (crypto.randomUUID ? crypto.randomUUID()
  : "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (digit) => (
    Number(digit) ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (Number(digit) / 4)))).toString(16)));

// The fields of a form under one name; they come back after a reload, and go when the form has been saved.
// `version` is that of the record which was on the screen when somebody began to type: what others save meanwhile is a
// conflict, not something to write over.
class Draft {
  constructor(name, version = 0) {
    this.key = `draft:${name}`;
    this.values = store.read(this.key) || {};
    this.version = this.values.version || version;
  }

  keep(control, name) {
    if (this.values[name] !== undefined) { control.value = this.values[name]; }
    control.addEventListener("input", () => {
      this.values[name] = control.value;
      if (this.version) { this.values.version = this.version; }
      store.write(this.key, this.values);
    });
    return control;
  }

  get isStarted() { return Object.keys(this.values).length > 0; }

  forget() {
    this.values = {};
    store.remove(this.key);
  }
}
