// The control interface of the simulator, one function per thing a person does with a phone.

async function send(method, path, body) {
  const response = await fetch(path, {
    method,
    headers: body === undefined ? {} : { "Content-Type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
    cache: "no-store",
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error || answer.message || `The simulator answered ${response.status}.`);
  return answer;
}

const handset = (number, deed = "") => `/_sim/handsets/${encodeURIComponent(number)}${deed && "/" + deed}`;

// Answers at once without `since`; otherwise when something has changed since that version, or after `wait` seconds.
export const state = (since, wait) => send("GET", since === undefined ? "/_sim/state" : `/_sim/state?since=${since}&wait=${wait}`);
export const deliveries = async (limit) => (await send("GET", `/_sim/deliveries?limit=${limit}`)).items;
export const resend = (id) => send("POST", `/_sim/deliveries/${encodeURIComponent(id)}/resend`, {});
export const act = (number, deed) => send("POST", handset(number, deed), {});
export const press = (number, digits) => send("POST", handset(number, "press"), { digits });
export const say = (number, text, seconds) => send("POST", handset(number, "message"), { text, seconds });
export const persona = (number, value) => send("PUT", handset(number), { persona: value });
export const text = (from, to, body) => send("POST", "/_sim/sms", { from, to, body });
export const manners = (value) => send("PUT", "/_sim/manners", value);
// Whoever presses the button acts from then on, whatever the phone's owner would do.
export const call = (number, to, withheld) =>
  send("POST", handset(number, "call"), { to, by_hand: true, ...(withheld && { from_display: "anonymous" }) });
