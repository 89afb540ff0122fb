// Finds people while one types. Without this script the same form asks for a page.
"use strict";

const form = document.querySelector("form[data-found]");
const field = form.querySelector("#q");
const list = document.getElementById("found");
const count = document.getElementById("found-count");
const PAUSE = 150;  // milliseconds without a key
let timer = 0;
let asking = null;
let asked = field.value;

field.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(look, PAUSE);
});

async function look() {
  if (field.value === asked) return;
  asking?.abort();
  asking = new AbortController();
  const wanted = field.value;
  const words = new URLSearchParams(new FormData(form));
  try {
    const answer = await fetch(`${form.dataset.found}?${words}`, { signal: asking.signal });
    if (answer.redirected) return location.reload();  // signed out meanwhile
    if (!answer.ok) return;
    list.innerHTML = await answer.text();
    asked = wanted;
    history.replaceState(null, "", `${form.getAttribute("action")}?${words}`);
    const rows = links().length;
    count.textContent = rows === 1 ? "1 person found" : `${rows} people found`;
  } catch (error) {
    if (error.name !== "AbortError") asked = null;  // no connection: the next key asks again
  }
}

function links() {
  return [...list.querySelectorAll("a.row-link")];
}

form.addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown" && links().length) {
    event.preventDefault();
    links()[0].focus();
  }
});

list.addEventListener("keydown", (event) => {
  const rows = links();
  const place = rows.indexOf(document.activeElement);
  if (place < 0 || (event.key !== "ArrowDown" && event.key !== "ArrowUp")) return;
  event.preventDefault();
  const next = event.key === "ArrowDown" ? place + 1 : place - 1;
  (next < 0 ? field : rows[Math.min(next, rows.length - 1)]).focus();
});
