// After a tap on a number the phone's own dialer takes over; on return the page asks what came of it.
"use strict";
(() => {
  const bar = document.getElementById("reached");
  if (!bar) return;
  let logAt = null;
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='tel:'][data-tel]");
    if (link) logAt = link.dataset.tel;
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden || logAt === null) return;
    document.getElementById("reached-link").href = logAt;
    bar.hidden = false;
    bar.scrollIntoView({ block: "center" });
    logAt = null;
  });
  document.getElementById("reached-no").addEventListener("click", () => { bar.hidden = true; });
})();
