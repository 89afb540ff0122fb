// How somebody behaves when their phone rings, as the page's chooser knows it and as the simulator keeps it.

export function write(kind, minutes) {
  return kind === "answers" ? { kind, talk_seconds: minutes * 60 } : { kind };
}

export function read(persona) {
  return { kind: persona.kind, minutes: persona.talk_seconds ? Math.max(1, Math.round(persona.talk_seconds / 60)) : 5 };
}

export function describe(persona) {
  const { kind, minutes } = read(persona);
  return {
    manual: "You answer by hand",
    answers: persona.talk_seconds === null ? "Answers and talks" : `Talks ${minutes} min`,
    busy: "Busy",
    rings_out: "Never picks up",
    declines: "Declines",
    voicemail: "Has voicemail",
    unreachable: "Cannot be reached",
    refused: "Refused by the network",
  }[kind] ?? "";
}
