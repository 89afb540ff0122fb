// Through the page's people by keys: j and k go on and back, c calls, s skips, z is for later, n writes a note.
"use strict";
(() => {
  const OFF = "keys-off";
  const items = [...document.querySelectorAll(".today-item")];
  const help = document.querySelector(".keys");
  const button = document.querySelector("[data-keys-off]");
  if (!items.length || !help) return;
  const isOff = () => localStorage.getItem(OFF) === "yes";
  const say = () => (button.textContent = isOff() ? "Switch the keys on" : "Switch the keys off");

  function go(by) {
    const here = items.indexOf(document.activeElement.closest(".today-item"));
    const there = here < 0 ? items.findIndex((item) => item.dataset.today === "open") : here + by;
    (items[Math.max(there, 0)] || items[here]).focus();
  }

  function act(key) {
    const part = document.activeElement.closest(".today-item")?.querySelector(`[data-key="${key}"]`);
    if (!part) return;
    if (part.matches("details")) {
      part.open = true;
      part.querySelector("textarea, button").focus();
    } else {
      part.querySelector("button")?.click(); // somebody whose number was hidden has none
    }
  }

  const doings = { j: () => go(1), ArrowDown: () => go(1), k: () => go(-1), ArrowUp: () => go(-1) };
  for (const key of ["c", "s", "z", "n"]) doings[key] = () => act(key);
  doings["?"] = () => { help.open = !help.open; };

  document.addEventListener("keydown", (event) => {
    if (isOff() || event.ctrlKey || event.metaKey || event.altKey || !doings[event.key]) return;
    if (event.target.closest("input, textarea, select, audio")) return;
    // Arrows scroll the page as ever until somebody is in the list.
    if (event.key.startsWith("Arrow") && !document.activeElement.closest(".today-item")) return;
    event.preventDefault();
    doings[event.key]();
  });
  button.addEventListener("click", () => {
    localStorage.setItem(OFF, isOff() ? "no" : "yes");
    say();
  });
  say();
  help.hidden = false;
})();
