// Follows an import: asks every second how far it is, and shows the next page when the step is over.
"use strict";
(() => {
  const page = document.getElementById("import");
  const status = document.getElementById("import-status");
  const SECOND = 1000;
  let failures = 0;
  let told = 0;

  function show(html) {
    const news = new DOMParser().parseFromString(html, "text/html").getElementById("import-progress");
    document.getElementById("import-progress").replaceWith(document.importNode(news, true));
    const bar = page.querySelector("progress");
    const tenth = Math.floor((10 * bar.value) / bar.max);
    if (tenth > told) status.textContent = document.getElementById("import-says").textContent; // not each second
    told = tenth;
  }

  async function ask() {
    const answer = await fetch(page.dataset.live, { cache: "no-store", redirect: "manual" });
    if (answer.type === "opaqueredirect") return location.reload(); // signed out meanwhile
    if (answer.status === 404) return location.reload();
    if (answer.status !== 200) throw new Error(String(answer.status));
    if (answer.headers.get("Soi-Live") === "no") return location.reload();
    show(await answer.text());
  }

  async function follow() {
    try {
      if (!document.hidden) await ask();
      failures = 0;
    } catch {
      failures += 1;
    }
    document.getElementById("lost").hidden = failures < 2;
    setTimeout(follow, Math.min(SECOND * (1 + failures), 10 * SECOND));
  }

  setTimeout(follow, SECOND);
})();
