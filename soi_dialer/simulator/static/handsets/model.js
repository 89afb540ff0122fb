// The simulator's state in the words of the page. No other file knows the names that the simulator uses.

const STATES = { idle: "idle", ringing: "ringing", dialling: "dialling", "in-call": "talking" };

// What the simulator says in brackets is heard, but not spoken.
const ASIDES = { beep: "Beep!", ringing: "It rings at the other end…" };

const TEXTS = 3;

export function worldFrom(state, readAt) {
  const names = new Map(state.handsets.map((handset) => [handset.number, handset.name]));
  for (const number of state.numbers) names.set(number.number, "your soi_dialer number");
  const handsets = state.handsets.map((handset) => handsetFrom(handset, names, state.settings.scale));
  const own = ownOf(state.handsets);
  if (own !== undefined) handsets[own].mine = true;
  return {
    handsets,
    readAt,
    scale: state.settings.scale,
    manner: state.settings.manner,
    line: state.numbers[0]?.number,
    lively: state.live > 0 || state.pending > 0,
  };
}

function handsetFrom(handset, names, scale) {
  const { number, persona, wants, by_hand: byHand } = handset;
  const state = STATES[handset.state] || "idle";
  const [, aside] = /^\((.*)\)$/.exec(handset.hears) || [];
  const joined = /^joined with (.*)/.exec(aside || "")?.[1];
  return {
    number, persona, state, byHand,
    name: handset.name || number,
    mine: false,
    hears: aside === undefined ? handset.hears : ASIDES[aside] || "",
    spoken: aside === undefined ? handset.hears : "",
    beep: aside === "beep",
    wants: wants === "keys",
    recording: state === "talking" && wants === "message",
    with: joined ? `with ${joined}` : withWhom(handset, names),
    missed: handset.missed,
    texts: handset.texts.slice(-TEXTS).map((text) => text.body),
    seconds: handset.elapsed_seconds || 0,
    pace: joined || !byHand ? scale : 1,
  };
}

function withWhom(handset, names) {
  if (!handset.other) return "";
  const who = names.get(handset.other) || handset.other;
  return { ringing: `from ${who}`, dialling: `to ${who}` }[handset.state] || `with ${who}`;
}

// The agent's phone says so itself; otherwise it is the first that a person answers by hand.
function ownOf(handsets) {
  const said = handsets.findIndex((handset) => handset.mine);
  const byHand = handsets.findIndex((handset) => handset.persona.kind === "manual");
  const found = said >= 0 ? said : byHand;
  return found >= 0 ? found : undefined;
}

export function deliveryFrom(delivery) {
  const { id, at, kind, url, params, status, ms, error, answer } = delivery;
  const words = status === null ? "on its way" : status === 0 ? error && error.length < 12 ? error : "no answer" : `${status} · ${Math.round(ms)} ms`;
  return {
    id: String(id), at, url, params,
    what: delivery.manner === "resent" ? `${kind}, sent again` : kind,
    path: url.replace(/^https?:\/\/[^/]+/, ""),
    answer: words,
    bad: status === 0 || status >= 400,
    body: status === 0 ? error : answer,
  };
}
