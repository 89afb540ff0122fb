// A call button works once: the second press of a double click would only wait for the first.
"use strict";
document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-once]")) return;
  if (event.target.dataset.sent) return event.preventDefault();
  event.target.dataset.sent = "yes";
  event.target.querySelector("button").setAttribute("aria-disabled", "true");
});
// Coming back by the browser's back button shows the page as it was: let it be pressed again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-once]")) {
    delete form.dataset.sent;
    form.querySelector("button").removeAttribute("aria-disabled");
  }
});
