// One phone on the page. It is built once and then only told what changed, so that nobody's typing is lost.

import * as api from "./api.js";
import * as persona from "./persona.js";

const template = document.getElementById("phone");

export const initials = (name) =>
  name.split(/\s+/).filter((word) => /\p{L}/u.test(word)).slice(0, 2).map((word) => word[0].toUpperCase()).join("") || "#";

export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value) => String(value).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

export function pretty(number) {
  const parts = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(number);
  return parts ? `(${parts[1]}) ${parts[2]}-${parts[3]}` : number;
}

function put(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

function show(element, words) {
  element.hidden = !words;
  put(element, words || "");
}

export class Phone {
  constructor(number, world) {
    this.number = number;
    this.world = world;
    this.element = template.content.firstElementChild.cloneNode(true);
    this.find = (selector) => this.element.querySelector(selector);
    this.handset = null;
    this.listen();
  }

  listen() {
    for (const button of this.element.querySelectorAll("[data-do]"))
      button.addEventListener("click", () => this.attempt(() => api.act(this.number, button.dataset.do)));
    for (const button of this.element.querySelectorAll("[data-key]"))
      button.addEventListener("click", () => this.attempt(() => api.press(this.number, button.dataset.key)));
    this.find(".call").addEventListener("click", () =>
      this.attempt(() => api.call(this.number, this.world.line(), this.find(".withheld").checked)));
    this.find(".message").addEventListener("submit", (event) => this.leaveMessage(event));
    this.find(".sms").addEventListener("submit", (event) => this.sendText(event));
    this.find(".persona-kind").addEventListener("change", () => this.choosePersona());
    this.find(".talk-minutes").addEventListener("change", () => this.choosePersona());
    // Keys typed anywhere on a phone in a call are keys pressed on it.
    this.element.addEventListener("keydown", (event) => {
      const typing = event.target.matches("input, textarea, select") || event.ctrlKey || event.metaKey || event.altKey;
      if (!typing && this.handset?.state === "talking" && /^[0-9*#]$/.test(event.key)) this.find(`[data-key="${event.key}"]`).click();
    });
  }

  async attempt(deed, thanks = "") {
    try {
      await deed();
      put(this.find(".done"), thanks);
      this.world.trouble("");
    } catch (error) {
      this.speaking = false;
      this.world.trouble(`${this.handset?.name || this.number}: ${error.message}`);
    }
  }

  leaveMessage(event) {
    event.preventDefault();
    const { text, seconds } = event.target.elements;
    this.speaking = true;
    this.find(".message").hidden = true;
    this.attempt(() => api.say(this.number, text.value, Number(seconds.value)), "Message left.");
  }

  sendText(event) {
    event.preventDefault();
    const { body } = event.target.elements;
    this.attempt(async () => {
      await api.text(this.number, this.world.line(), body.value);
      body.value = "";
    }, "Text sent.");
  }

  choosePersona() {
    const [kind, minutes] = [this.find(".persona-kind").value, Number(this.find(".talk-minutes").value) || 5];
    this.find(".minutes").hidden = kind !== "answers";
    this.attempt(() => api.persona(this.number, persona.write(kind, minutes)));
  }

  // `handset` is what model.js makes of the simulator's state.
  update(handset, mine) {
    const before = this.handset?.state;
    this.handset = handset;
    if (before !== handset.state) {
      this.element.dataset.state = handset.state;
      if (handset.state !== "idle") put(this.find(".done"), "");
      if (handset.state === "idle") this.find(".message textarea").value = "";
    }
    put(this.find(".name"), handset.name);
    put(this.find(".avatar"), initials(handset.name));
    put(this.find(".number"), pretty(handset.number));
    show(this.find(".with"), handset.state === "idle" ? "" : handset.with);
    show(this.find(".hears"), handset.hears);
    show(this.find(".wants"), handset.wants ? "Waiting for a key." : "");
    this.updateControls(handset, mine);
    this.updatePersona(handset.persona);
    this.updateTexts(handset.texts);
    this.tick();
  }

  updateControls(handset, mine) {
    const { state } = handset;
    if (!handset.recording) this.speaking = false;
    this.find(".answer").hidden = state !== "ringing" || !handset.byHand;
    this.find(".decline").hidden = state !== "ringing" || !handset.byHand;
    this.find(".hangup").hidden = state !== "talking" && state !== "dialling";
    this.find(".keypad").hidden = state !== "talking" || handset.recording;
    this.find(".message").hidden = !handset.recording || !handset.byHand || this.speaking;
    this.find(".dialling").hidden = mine || state !== "idle";
    this.find(".more").hidden = mine || state !== "idle";
    for (const key of this.element.querySelectorAll("[data-key]"))
      key.classList.toggle("wanted", Boolean(handset.wants) && (handset.hears || "").includes(`ress ${key.dataset.key}`));
    const words = this.find(".message textarea");
    if (handset.recording && !words.value) words.value = `Hi, it's ${handset.name.split(" ")[0]}. I have a question about the house. Please call me back when you can.`;
  }

  updateTexts(texts) {
    const list = this.find(".texts");
    list.hidden = texts.length === 0;
    if (texts.join("\n") === [...list.children].map((item) => item.textContent).join("\n")) return;
    list.replaceChildren(...texts.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
  }

  updatePersona(value) {
    const { kind, minutes } = persona.read(value);
    const select = this.find(".persona-kind");
    if (document.activeElement === select || document.activeElement === this.find(".talk-minutes")) return;
    select.value = kind;
    this.find(".minutes").hidden = kind !== "answers";
    if (minutes) this.find(".talk-minutes").value = minutes;
  }

  tick() {
    const { state, mine, persona: how, missed } = this.handset;
    const waiting = mine ? "Quiet. Press Call on a contact in soi_dialer and this phone rings." : persona.describe(how);
    const words = {
      idle: missed ? `${waiting} · ${missed} missed` : waiting,
      ringing: "Ringing…",
      dialling: "Calling…",
      talking: `${this.activity()} · ${clock(this.world.seconds(this.handset))}`,
    }[state];
    put(this.find(".state"), words);
  }

  activity() {
    if (!this.handset.recording) return "In a call";
    return this.handset.byHand && !this.speaking ? "After the beep" : "Leaving a message";
  }
}
