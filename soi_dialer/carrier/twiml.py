"""Everything that the app can say on the phone, as TwiML by the library's own builder (Twilio: TwiML for Voice).

Words come from people, so control characters are removed (they make the document unreadable and the call fails) and
their length is capped. Every address is absolute. A Gather without an answer falls through to the next verb, so each
question ends in Hangup: a whisper that merely ends would join the caller to the agent's own voicemail.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

from soi_dialer.carrier.values import E164, clean_text

VOICE = "Polly.Joanna-Neural"
LANGUAGE = "en-US"
WORDS_CAP = 1000
KEY_SECONDS = 8
NOTE_SECONDS = 118
"""Only recordings shorter than 120 seconds are transcribed (Twilio: Record)."""

ALL_EVENTS = "initiated ringing answered completed"
"""One string: a list would be rendered as its Python text, without an error."""


def screen(words: str, key_url: str, more_words: str | None = None) -> str:
    """To the agent, before the contact is rung: who, and which key. Said twice, then hung up."""
    response = VoiceResponse()
    for _ in range(2):
        _ask(response, key_url, words, more_words)
    response.hangup()
    return str(response)


def hear_more(words: str, key_url: str) -> str:
    """What else is known about the contact, with the same question again."""
    return screen(words, key_url)


def reminder(words: str, key_url: str, sound_url: str | None = None) -> str:
    """To the agent, when the call itself is the reminder: a message to hear first, if there is one; which key."""
    response = VoiceResponse()
    _ask(response, key_url, words, sound_url=sound_url)
    _ask(response, key_url, words)
    response.hangup()
    return str(response)


def wrap_up(words: str, key_url: str) -> str:
    """After the talk: one key says how it went."""
    response = VoiceResponse()
    _ask(response, key_url, words)
    response.hangup()
    return str(response)


def whisper(words: str, key_url: str) -> str:
    """To the agent's phone on an incoming call, unheard by the caller. No key: hung up, so no voicemail is joined."""
    response = VoiceResponse()
    _ask(response, key_url, words)
    response.hangup()
    return str(response)


def bridge(
    *,
    number: str,
    caller_id: str,
    ended_url: str,
    status_url: str,
    machine_url: str | None = None,
    ring_seconds: int = 30,
    time_limit_seconds: int = 14400,
) -> str:
    """Ring the contact and join them to the agent. With `machine_url` the carrier guesses who answered."""
    dial = _dial(ended_url, caller_id, ring_seconds, time_limit_seconds)
    detection = {}
    if machine_url is not None:
        detection = {"machine_detection": "DetectMessageEnd", "amd_status_callback": _absolute(machine_url)}
    dial.number(_e164(number), **_status(status_url), **detection)
    return _document(dial)


def ring_agent_phone(
    *,
    number: str,
    caller_id: str,
    whisper_url: str,
    ended_url: str,
    status_url: str,
    ring_seconds: int = 20,
    time_limit_seconds: int = 14400,
) -> str:
    """Ring the agent's own phone for a caller, who hears ringing until the agent has pressed the key."""
    dial = _dial(ended_url, caller_id, ring_seconds, time_limit_seconds, answer_on_bridge=True)
    dial.number(_e164(number), url=_absolute(whisper_url), method="POST", **_status(status_url))
    return _document(dial)


def _dial(ended_url: str, caller_id: str, ring_seconds: int, time_limit_seconds: int, **more: bool) -> Dial:
    return Dial(
        action=_absolute(ended_url),
        method="POST",
        caller_id=_e164(caller_id),
        timeout=_between(ring_seconds, 5, 600),
        time_limit=_between(time_limit_seconds, 1, 86400),
        **more,
    )


def _document(dial: Dial) -> str:
    response = VoiceResponse()
    response.append(dial)
    return str(response)


def join() -> str:
    """Answer to a whisper's key: the document simply ends, and Twilio joins the two legs."""
    return str(VoiceResponse())


def record_note(words: str, done_url: str, recording_url: str, transcript_url: str | None) -> str:
    """Let the agent speak a note; # ends it."""
    return _record(words, done_url, recording_url, transcript_url)


def greeting(words: str, done_url: str, recording_url: str, transcript_url: str | None) -> str:
    """Take a message from a caller. Only # ends it: Twilio's default is any key, which a cheek presses by accident."""
    return _record(words, done_url, recording_url, transcript_url)


def say_and_hang_up(words: str) -> str:
    """A last word."""
    response = VoiceResponse()
    _say(response, words)
    response.hangup()
    return str(response)


def hang_up() -> str:
    """End the call without a word."""
    response = VoiceResponse()
    response.hangup()
    return str(response)


def reject() -> str:
    """Refuse an incoming call without answering it; it is not charged (Twilio: Reject)."""
    response = VoiceResponse()
    response.reject(reason="rejected")
    return str(response)


def _ask(response: VoiceResponse, key_url: str, *words: str | None, sound_url: str | None = None) -> None:
    gather = Gather(input="dtmf", num_digits=1, timeout=KEY_SECONDS, action=_absolute(key_url), method="POST")
    if sound_url is not None:
        gather.play(_absolute(sound_url))
    for sentence in words:
        _say(gather, sentence or "")
    response.append(gather)


def _record(words: str, done_url: str, recording_url: str, transcript_url: str | None) -> str:
    response = VoiceResponse()
    _say(response, words)
    transcript = {}
    if transcript_url is not None:
        transcript = {"transcribe": True, "transcribe_callback": _absolute(transcript_url)}
    response.record(
        action=_absolute(done_url),
        method="POST",
        max_length=NOTE_SECONDS,
        play_beep=True,
        finish_on_key="#",
        recording_status_callback=_absolute(recording_url),
        recording_status_callback_method="POST",
        recording_status_callback_event="completed absent",
        **transcript,
    )
    return str(response)


def _say(parent: VoiceResponse | Gather, words: str) -> None:
    """An empty Say is an error (Twilio: 13520), so nothing is said when no words are left."""
    text = clean_text(words, WORDS_CAP)
    if text:
        parent.say(text, voice=VOICE, language=LANGUAGE)


def _status(url: str) -> dict[str, str]:
    return {
        "status_callback": _absolute(url),
        "status_callback_method": "POST",
        "status_callback_event": ALL_EVENTS,
    }


def _absolute(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or url != clean_text(url, 2000):
        raise ValueError(f"not an absolute address: {url!r}")
    return url


def _e164(number: str) -> str:
    if not E164.fullmatch(number):
        raise ValueError("not an E.164 number")
    return number


def _between(seconds: int, least: int, most: int) -> int:
    return max(least, min(most, int(seconds)))
