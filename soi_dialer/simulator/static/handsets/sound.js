// What is heard: a soft ring tone, and the words that a phone speaks. A browser allows neither before a person asks.

let context = null;
let ringing = null;
const player = new Audio();

export const isOn = () => context !== null;

export function turnOn() {
  context = new AudioContext();
}

export function turnOff() {
  hush();
  ringing = null;
  context.close();
  context = null;
}

function burst(at, seconds, pitches = [440, 480]) {
  const volume = context.createGain();
  volume.connect(context.destination);
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(0.06, at + 0.05);
  volume.gain.setValueAtTime(0.06, at + seconds - 0.2);
  volume.gain.linearRampToValueAtTime(0, at + seconds);
  for (const hertz of pitches) {
    const tone = context.createOscillator();
    tone.frequency.value = hertz;
    tone.connect(volume);
    tone.start(at);
    tone.stop(at + seconds);
  }
  return volume;
}

// North American cadence, a little quicker: 1.6 s of ringing, 2.4 s of quiet.
export function ring(wanted) {
  if (!context || wanted === (ringing !== null)) return;
  if (!wanted) {
    clearInterval(ringing.timer);
    ringing.volume.disconnect();
    ringing = null;
    return;
  }
  ringing = { volume: burst(context.currentTime, 1.6) };
  ringing.timer = setInterval(() => { if (ringing) ringing.volume = burst(context.currentTime, 1.6); }, 4000);
}

export function beep() {
  if (context) burst(context.currentTime, 0.5, [1000]);
}

export function speak(words) {
  if (!context) return;
  hush();
  player.src = `/speech.wav?text=${encodeURIComponent(words.slice(0, 1000))}`;
  player.play().catch(() => speakInBrowser(words));
}

export function hush() {
  player.pause();
  if ("speechSynthesis" in window) speechSynthesis.cancel();
}

function speakInBrowser(words) {
  if (context && "speechSynthesis" in window) speechSynthesis.speak(new SpeechSynthesisUtterance(words));
}
