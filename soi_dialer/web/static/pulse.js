// Keeps the count in the title and the scheduler's banner true while a page stays open.
"use strict";
(() => {
  const banner = document.getElementById("scheduler");
  const EVERY = 20 * 1000;

  async function ask() {
    const answer = await fetch(banner.dataset.pulse, { cache: "no-store", redirect: "manual" });
    if (answer.status !== 200) return; // signed out, or a moment's trouble: what stands there stays
    const { owed, problem } = await answer.json();
    document.title = (owed ? `(${owed}) ` : "") + document.title.replace(/^\(\d+\) /, "");
    const words = banner.querySelector("[data-words]");
    if (words.textContent !== (problem || "")) words.textContent = problem || "";
    banner.hidden = !problem;
  }

  setInterval(() => ask().catch(() => {}), EVERY);
})();
