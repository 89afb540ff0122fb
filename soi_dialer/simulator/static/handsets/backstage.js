// What goes on between the phone company and soi_dialer: webhooks with their answers, and mistakes in TwiML.

import * as api from "./api.js";
import { deliveryFrom } from "./model.js";

const SHOWN = 30;

function make(tag, className, words) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (words !== undefined) element.textContent = words;
  return element;
}

const lines = (values) => Object.entries(values).filter(([, value]) => value !== "").map(([name, value]) => `${name}: ${value}`).join("\n");

export class Backstage {
  constructor(problems, problemList, deliveries, none, trouble) {
    Object.assign(this, { problems, problemList, deliveries, none, trouble });
    this.rows = new Map();
  }

  async update(state) {
    this.showProblems(state.problems || []);
    this.showDeliveries(await api.deliveries(SHOWN));
  }

  showProblems(problems) {
    this.problems.hidden = problems.length === 0;
    this.problemList.replaceChildren(...problems.slice(-10).reverse().map((problem) =>
      make("li", "", `${problem.code ? problem.code + ": " : ""}${problem.message}${problem.url ? " (" + problem.url + ")" : ""}`)));
  }

  showDeliveries(answer) {
    const wanted = answer.map(deliveryFrom).reverse();
    this.none.hidden = wanted.length > 0;
    const ids = new Set(wanted.map((delivery) => delivery.id));
    for (const [id, row] of this.rows) if (!ids.has(id)) { row.element.remove(); this.rows.delete(id); }
    wanted.forEach((delivery, position) => {
      const row = this.rowFor(delivery);
      const there = this.deliveries.children[position];
      if (there !== row.element) this.deliveries.insertBefore(row.element, there || null);
    });
  }

  rowFor(delivery) {
    const known = this.rows.get(delivery.id);
    const text = JSON.stringify(delivery);
    if (known?.text === text) return known;
    const row = known || { element: make("div", "delivery") };
    row.text = text;
    const open = row.element.querySelector("details")?.open || false;
    row.element.setAttribute("role", "listitem");
    row.element.replaceChildren(this.details(delivery, open));
    this.rows.set(delivery.id, row);
    return row;
  }

  details(delivery, open) {
    const details = make("details");
    details.open = open;
    const summary = make("summary");
    const time = make("time", "", delivery.at ? new Date(delivery.at).toLocaleTimeString([], { hour12: false }) : "");
    const what = make("span", "what");
    what.append(make("b", "", delivery.what), ` ${delivery.path}`);
    summary.append(time, what, make("span", delivery.bad ? "answer bad" : "answer", delivery.answer));
    const inside = make("div", "inside");
    inside.append(make("p", "soft", "Sent"), make("pre", "", `${delivery.url}\n${lines(delivery.params)}`));
    if (delivery.body) inside.append(make("p", "soft", "Answered"), make("pre", "", delivery.body));
    const again = make("button", "", "Send it again");
    again.type = "button";
    again.addEventListener("click", () => api.resend(delivery.id).catch((error) => this.trouble(error.message)));
    inside.append(again);
    details.append(summary, inside);
    return details;
  }
}
