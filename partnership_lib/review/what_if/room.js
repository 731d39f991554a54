// Names what ipywidgets leaves without a name, and has messages said aloud. Runs once per page.
(() => {
  if (window.whatIfNames) { return; }
  window.whatIfNames = true;
  const set = (element, name, value) => {
    if (element && value && element.getAttribute(name) !== value) { element.setAttribute(name, value); }
  };
  const name = (room) => {
    for (const row of room.querySelectorAll(".what-if-row")) {
      const label = (row.querySelector(".widget-label") || {}).textContent;
      const unit = (row.querySelector(".what-if-unit") || { textContent: "" }).textContent.trim();
      const box = row.querySelector("input[type=text]");
      for (const handle of row.querySelectorAll(".noUi-handle")) {
        set(handle, "aria-label", label);
        set(handle, "aria-valuetext", box && `${box.value} ${unit}`);
      }
      for (const button of row.querySelectorAll(".what-if-reset")) { set(button, "aria-label", `${button.textContent}: ${label}`); }
    }
    for (const group of room.querySelectorAll(".widget-toggle-buttons")) {
      set(group, "role", "group");
      set(group, "aria-label", (group.querySelector(".widget-label") || {}).textContent);
      for (const button of group.querySelectorAll("button")) { set(button, "aria-pressed", String(button.classList.contains("mod-active"))); }
    }
    for (const status of room.querySelectorAll(".what-if-status")) { set(status, "role", "status"); }
    const title = room.querySelector(".what-if-head h1");
    if (title && document.body.dataset.voila && document.title !== title.textContent) { document.title = title.textContent; }
  };
  let planned = false;
  const look = () => {
    if (planned) { return; }
    planned = true;
    requestAnimationFrame(() => { planned = false; document.querySelectorAll(".what-if").forEach(name); });
  };
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["class", "aria-valuenow"] });
  look();
})();
