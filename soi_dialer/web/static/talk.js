// Keeps what is typed beside a call: answers without a reload, and the note until it is saved, even when the browser closes.
"use strict";
(() => {
  const form = document.getElementById("talk");
  const note = document.getElementById("note");
  const key = `soi-${note.dataset.draft}`;
  const kept = note.value;

  function draft(text) {
    try {
      if (text === null) localStorage.removeItem(key);
      else localStorage.setItem(key, text);
    } catch { /* storage is switched off: the note is in the page alone */ }
  }

  function restore() {
    let text = null;
    try { text = localStorage.getItem(key); } catch { /* as above */ }
    if (text === null || text === kept) return draft(null);
    if (kept !== "" && document.querySelector("#main [role=alert]:not([hidden])")) return;
    note.value = kept === "" || text.startsWith(kept) ? text : `${kept}\n${text}`;
    document.getElementById("draft-said").hidden = false;
  }

  // Buttons beside the call send the whole form and bring back the conversation alone.
  async function send(button) {
    const focused = document.activeElement?.id;
    const body = new FormData(form, button);
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(body) });
    if (!answer.ok) throw new Error(String(answer.status));
    const news = new DOMParser().parseFromString(await answer.text(), "text/html");
    const there = news.getElementById("conversation");
    const seen = news.querySelector("#talk input[name=seen]");
    if (!there || !seen) throw new Error("another page");
    const here = document.getElementById("conversation");
    for (const fold of here.querySelectorAll("details[id]")) {
      const same = there.querySelector(`#${fold.id}`);
      if (same) same.open = fold.open || same.open;
    }
    const said = news.querySelector("#main > .note[role=status]")?.textContent.trim();
    here.replaceWith(document.importNode(there, true));
    form.elements.seen.value = seen.value;
    draft(null);
    document.getElementById("conversation-said").textContent = said || "";
    (document.getElementById(focused) || document.querySelector("#conversation summary")).focus();
  }

  document.addEventListener("submit", (event) => {
    if (event.target.matches("form.who")) return draft(null); // signed out: nothing stays behind
    if (event.target !== form) return;
    const button = event.submitter;
    const beside = button?.closest("#conversation") || document.activeElement?.closest("#conversation"); // Enter in a line
    if (!button || !beside || form.dataset.plain) return draft(null);
    event.preventDefault();
    send(button).catch(() => { // refused, signed out, or without a connection: the browser shows what there is
      form.dataset.plain = "yes";
      form.requestSubmit(button);
    });
  });
  note.addEventListener("input", () => draft(note.value));
  restore();
})();
