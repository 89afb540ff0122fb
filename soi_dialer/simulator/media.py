"""What a recording sounds like: the words first, then quiet, as long as the recording lasted.

WAV is 16-bit mono PCM at 8 kHz (Twilio: Recording resource, mono). MP3 needs the wheel `lameenc`; without it the
simulator has no MP3 to give, which `to_mp3` says by raising `NoMp3`.
"""

from __future__ import annotations

import array
import functools
import io
import math
import re
import sys
import wave

from soi_dialer.simulator.speech import RATE, speak

LONGEST_SECONDS = 3600
"""`<Record maxLength>` is an hour unless set otherwise (Twilio: Record); a longer sound is a mistake of the caller."""

TONE_HERTZ = 330
TONE_HEIGHT = 2600
"""About a twelfth of full scale: audible in a headset, never startling."""

TONE_PULSES_PER_SECOND = 1.5
CHARACTERS_PER_SECOND = 15
"""Roughly the pace of English speech: how long the tone stands for a text."""

MP3_RATE = 16000
MP3_KILOBITS = 32
"""MP3 below 16 kHz is MPEG-2.5, which was never standardised and which some players refuse."""


class NoMp3(Exception):
    """The wheel `lameenc` is not installed."""


@functools.lru_cache(maxsize=8)
def render(text: str, seconds: float | None = None) -> bytes:
    """A WAV file of `seconds` in which `text` is heard first, cut off where it does not fit; None: as long as it takes.

    Raises ValueError when `seconds` is negative, not a number or over `LONGEST_SECONDS`. Few are kept, because a
    two-minute message is two megabytes.
    """
    if seconds is not None and not 0 <= seconds <= LONGEST_SECONDS:
        raise ValueError(f"a sound lasts from 0 to {LONGEST_SECONDS} seconds, not {seconds}")
    samples = _heard(" ".join(re.sub(r"[\x00-\x1f\x7f]", " ", text).split()))
    return wav(samples if seconds is None else _fitted(samples, round(seconds * RATE)))


def wav(samples: array.array[int]) -> bytes:
    """The samples as a WAV file."""
    if sys.byteorder == "big":
        samples = array.array("h", samples)
        samples.byteswap()
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
    return out.getvalue()


def to_mp3(sound: bytes) -> bytes:
    """The WAV file `sound` as MP3. Raises `NoMp3` where the encoder is not installed."""
    try:
        import lameenc
    except ImportError as error:
        raise NoMp3("MP3 needs the Python package lameenc") from error
    with wave.open(io.BytesIO(sound), "rb") as file:
        frames, rate = file.readframes(file.getnframes()), file.getframerate()
    encoder = lameenc.Encoder()
    encoder.set_channels(1)
    encoder.set_in_sample_rate(rate)
    encoder.set_out_sample_rate(MP3_RATE)
    encoder.set_bit_rate(MP3_KILOBITS)
    encoder.set_quality(7)
    encoder.silence()
    return bytes(encoder.encode(frames)) + bytes(encoder.flush())


def _heard(text: str) -> array.array[int]:
    if not text:
        return array.array("h")
    return speak(text) or tone(len(text) / CHARACTERS_PER_SECOND)


def _fitted(samples: array.array[int], length: int) -> array.array[int]:
    quiet = array.array("h", bytes(2 * max(0, length - len(samples))))
    return samples[:length] + quiet


def tone(seconds: float) -> array.array[int]:
    """A soft tone that swells and fades, in place of words."""
    return array.array("h", (_tone_at(number / RATE) for number in range(round(seconds * RATE))))


def _tone_at(at_seconds: float) -> int:
    swell = math.sin(math.pi * at_seconds * TONE_PULSES_PER_SECOND) ** 2
    return int(TONE_HEIGHT * swell * math.sin(2 * math.pi * TONE_HERTZ * at_seconds))
