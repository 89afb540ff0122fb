// Asks the simulator what is going on, again as soon as something changes, and shows it.

import * as api from "./api.js";
import { Backstage } from "./backstage.js";
import { worldFrom } from "./model.js";
import { Phone } from "./phone.js";
import * as sound from "./sound.js";

const byId = (id) => document.getElementById(id);
const FEW = 14;
const RETRY_MS = 1000;
const WAIT_SECONDS = { lively: 1, idle: 20 };
const phones = new Map();
const backstage = new Backstage(byId("problems"), byId("problem-list"), byId("deliveries"), byId("no-deliveries"), trouble);
let world = null;
let version;
let heard = "";
let showsAll = false;

const ways = {
  line: () => world.line,
  seconds: (handset) => handset.seconds + ((performance.now() - world.readAt) / 1000) * handset.pace,
  trouble,
};

function trouble(words) {
  byId("trouble").hidden = !words;
  byId("trouble").textContent = words;
}

async function watch() {
  for (;;) {
    try {
      await look();
      byId("offline").hidden = true;
    } catch (error) {
      byId("offline").hidden = false;
      version = undefined;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

// Waits for a change. While a call is up it looks at least once a second, so that the timers follow the call's own clock.
async function look() {
  const lively = world?.lively;
  const state = await api.state(version, lively ? WAIT_SECONDS.lively : WAIT_SECONDS.idle);
  if (state.unchanged) {
    if (lively) version = undefined;
    return;
  }
  version = state.version;
  world = worldFrom(state, performance.now());
  draw();
  drawJump(state.problems.length);
  await backstage.update(state);
}

function phoneFor(handset) {
  if (!phones.has(handset.number)) phones.set(handset.number, new Phone(handset.number, ways));
  return phones.get(handset.number);
}

function draw() {
  const own = world.handsets.find((handset) => handset.mine);
  byId("no-own").hidden = Boolean(own);
  if (own) place(byId("own"), [phoneFor(own)]);
  for (const handset of world.handsets) phoneFor(handset).update(handset, handset.mine);
  drawContacts();
  drawDials();
  tell(own);
}

function drawContacts() {
  const wanted = byId("search").value.trim().toLowerCase();
  const digits = wanted.replace(/\D/g, "");
  const contacts = world.handsets.filter((handset) => !handset.mine);
  const shown = contacts.filter((handset) => handset.state !== "idle" || handset.name.toLowerCase().includes(wanted)
    || (digits.length > 1 && handset.number.includes(digits)));
  shown.sort((one, other) => (one.state === "idle") - (other.state === "idle") || one.name.localeCompare(other.name));
  const few = showsAll || wanted ? shown : shown.filter((handset, position) => position < FEW || handset.state !== "idle");
  place(byId("contacts"), few.map(phoneFor));
  byId("count").textContent = shown.length === contacts.length ? `${contacts.length}` : `${shown.length} of ${contacts.length}`;
  byId("all").hidden = few.length === shown.length;
  byId("all").textContent = `Show all ${shown.length} phones`;
  byId("nobody").hidden = shown.length > 0 || !wanted;
}

// Puts the phones there in this order, and moves only those that are out of place: a moved one loses the focus.
function place(parent, wanted) {
  const kept = new Set(wanted.map((phone) => phone.element));
  for (const child of [...parent.children]) if (!kept.has(child)) child.remove();
  wanted.forEach((phone, position) => {
    if (parent.children[position] === phone.element) return;
    const focused = phone.element.contains(document.activeElement) ? document.activeElement : null;
    parent.insertBefore(phone.element, parent.children[position] || null);
    focused?.focus({ preventScroll: true });
  });
}

function drawDials() {
  for (const choice of document.querySelectorAll("#scale input")) choice.checked = Number(choice.value) === world.scale;
  if (document.activeElement !== byId("manner")) byId("manner").value = world.manner;
}

function drawJump(problems) {
  byId("jump").classList.toggle("bad", problems > 0);
  byId("jump").textContent = problems ? `${problems} ${problems === 1 ? "problem" : "problems"} found` : "Behind the scenes";
}

function tell(own) {
  const ringing = world.handsets.filter((handset) => handset.state === "ringing");
  const words = ringing.map((handset) => handset.mine ? "Your phone is ringing." : `${handset.name}’s phone is ringing.`).join(" ");
  if (byId("news").textContent !== words) byId("news").textContent = words;
  document.title = `${own?.state === "ringing" ? "☎ Ringing! · " : ""}Handsets · practice phone company`;
  sound.ring(ringing.length > 0);
  const hearer = [own, ...world.handsets].find((handset) => handset?.byHand && (handset.spoken || handset.beep));
  const prompt = hearer ? `${hearer.number} ${hearer.hears}` : "";
  if (prompt === heard) return;
  heard = prompt;
  sound.hush();
  if (hearer?.beep) sound.beep();
  else if (hearer) sound.speak(hearer.spoken);
}

byId("sound").addEventListener("click", () => {
  if (sound.isOn()) sound.turnOff();
  else sound.turnOn();
  byId("sound").setAttribute("aria-pressed", String(sound.isOn()));
  byId("sound").textContent = sound.isOn() ? "Sound is on" : "Turn sound on";
  if (world) draw();
});
byId("search").addEventListener("input", () => world && drawContacts());
byId("all").addEventListener("click", () => { showsAll = true; drawContacts(); });
byId("scale").addEventListener("change", (event) => change({ scale: Number(event.target.value) }));
byId("manner").addEventListener("change", (event) => change({ manner: event.target.value }));

async function change(manners) {
  await api.manners(manners).then(() => trouble(""), (error) => trouble(error.message));
}

// On a wide screen there is room for the settings; on a narrow one they are folded away.
const wide = matchMedia("(min-width: 700px)");
const unfold = () => { byId("settings").open = wide.matches; };
wide.addEventListener("change", unfold);
unfold();

setInterval(() => { for (const phone of phones.values()) if (phone.handset?.state === "talking") phone.tick(); }, 250);
watch();
