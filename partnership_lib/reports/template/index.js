// The list of reports: search, filters and what is shown of it. Without this script it is a plain, whole list.
"use strict";
const PAGE = 200;
const NAMES = ["subject", "period", "kind", "audience", "status"];
const form = document.getElementById("filters");
const search = document.getElementById("search");
const told = document.getElementById("shown");
const more = document.getElementById("more");
const table = document.getElementById("reports");
const tableNames = JSON.parse(document.getElementById("tables").textContent);
const rows = Array.from(table.tBodies[0].rows, row => ({ row, words: row.textContent.toLowerCase() }));
let limit = PAGE;

function wanted() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const chosen = NAMES.map(name => [name, document.getElementById(name).value]).filter(pair => pair[1]);
  return each => words.every(word => each.words.includes(word))
    && chosen.every(([name, value]) => each.row.dataset[name] === value);
}

function show() {
  const matches = wanted();
  let found = 0;
  for (const each of rows) {
    const match = matches(each);
    if (match) found += 1;
    each.row.hidden = !match || found > limit;
  }
  const shown = Math.min(found, limit);
  told.textContent = found
    ? told.dataset.words.replace("{shown}", shown).replace("{found}", found)
    : told.dataset.none;
  more.hidden = found <= limit;
}

function remember() {
  const chosen = new URLSearchParams();
  for (const name of ["search", ...NAMES]) {
    const value = document.getElementById(name).value;
    if (value) chosen.set(name, value);
  }
  history.replaceState(null, "", "#" + chosen);
}

function recall() {
  const chosen = new URLSearchParams(location.hash.slice(1));
  for (const name of ["search", ...NAMES]) document.getElementById(name).value = chosen.get(name) || "";
}

function renew() {
  limit = PAGE;
  show();
  remember();
}

// The CSV files have the same names in all reports of a kind, so they are written out when somebody asks for them.
function addTables(row) {
  const details = document.createElement("details");
  const summary = document.createElement("summary");
  summary.textContent = table.dataset.tablesWord;
  details.append(summary);
  details.addEventListener("toggle", () => {
    if (details.childElementCount > 1) return;
    const list = document.createElement("ul");
    for (const name of tableNames[row.dataset.tables]) {
      const link = document.createElement("a");
      link.href = row.dataset.folder + "/" + name.split("/").map(encodeURIComponent).join("/");
      link.textContent = name.replace(/^data\//, "");
      const item = document.createElement("li");
      item.append(link);
      list.append(item);
    }
    details.append(list);
  });
  row.querySelector(".files").append(details);
}

for (const { row } of rows) if (row.dataset.tables !== undefined) addTables(row);
form.addEventListener("submit", event => event.preventDefault());
form.addEventListener("input", renew);
form.addEventListener("reset", () => setTimeout(renew));
more.addEventListener("click", () => {
  const last = limit;
  limit += PAGE;
  show();
  const next = rows.filter(each => !each.row.hidden)[last];
  if (next) next.row.querySelector("a, summary")?.focus();
});
form.hidden = told.hidden = false;
recall();
show();
