// Follows a call: asks every second for the parts of the page that move. The note field is never touched.
"use strict";
(() => {
  const page = document.getElementById("call");
  const status = document.getElementById("status");
  if (location.hash === "#status") status.focus();
  if (!page.dataset.live) return;

  const SECOND = 1000;
  let tag = `"${page.dataset.tag}"`;
  let failures = 0;
  let looksAfterTheEnd = 10; // the carrier's last reports come a little after the call has ended
  let talkedSince = null;

  function startTimer() {
    const timer = page.querySelector("[data-seconds]");
    talkedSince = timer ? performance.now() - Number(timer.dataset.seconds) * SECOND : null;
  }

  function showTimer() {
    const timer = page.querySelector("[data-seconds]");
    if (!timer || talkedSince === null) return;
    const seconds = Math.floor((performance.now() - talkedSince) / SECOND);
    timer.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }

  // What was chosen or typed in a part stays so when news come in between.
  function keepChosen(old, part) {
    for (const field of old.querySelectorAll("input[id]:not([type=hidden])")) {
      const same = part.querySelector(`#${field.id}`);
      if (!same) continue;
      if (field.checked !== field.defaultChecked) same.checked = field.checked;
      if (field.value !== field.defaultValue) same.value = field.value;
    }
  }

  function replace(part) {
    const old = document.getElementById(part.id);
    const focused = old.contains(document.activeElement) ? document.activeElement.id : "";
    const open = old.querySelector("details[open]") !== null;
    keepChosen(old, part);
    old.replaceWith(part);
    if (open) part.querySelector("details")?.setAttribute("open", "");
    if (focused) (document.getElementById(focused) || status).focus();
  }

  function show(html) {
    const news = new DOMParser().parseFromString(html, "text/html");
    for (const part of [...news.querySelectorAll("[data-part]")]) replace(document.importNode(part, true));
    const says = news.querySelector("[data-status]").textContent;
    if (status.textContent !== says) status.textContent = says;
    startTimer();
  }

  async function ask() {
    const answer = await fetch(page.dataset.live, { headers: { "If-None-Match": tag }, cache: "no-store", redirect: "manual" });
    if (answer.type === "opaqueredirect") return location.reload(); // signed out meanwhile
    if (answer.status !== 200 && answer.status !== 304) throw new Error(String(answer.status));
    if (answer.status === 200) {
      tag = answer.headers.get("ETag");
      show(await answer.text());
    }
    return answer.headers.get("Soi-Live") !== "no";
  }

  async function follow() {
    try {
      if (!document.hidden && !(await ask())) looksAfterTheEnd -= 1;
      failures = 0;
    } catch {
      failures += 1;
    }
    document.getElementById("lost").hidden = failures < 2;
    if (looksAfterTheEnd > 0) setTimeout(follow, Math.min(SECOND * (1 + failures), 10 * SECOND));
  }

  startTimer();
  setInterval(showTimer, SECOND / 4);
  setTimeout(follow, SECOND);
})();
