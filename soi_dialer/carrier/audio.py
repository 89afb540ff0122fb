"""Fetch the sound of a recording and make sure that it is sound.

The address is built from the API's base, the account and the checked identifier, never taken from a webhook
(Twilio: Recording media). A log-in page, a redirect or a cut-off file is not stored as somebody's message.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from soi_dialer.carrier.errors import Refused, Unsure, code_in, from_answer
from soi_dialer.carrier.wire import Answer

LARGEST_BYTES = 25 * 1024 * 1024
DEADLINE_SECONDS = 60.0

_NOT_SOUND = "What the phone service sent is not a recording. It is tried again later."
_NOT_YET = "The recording is not there yet. It is tried again later."


@dataclasses.dataclass(frozen=True, slots=True)
class Audio:
    """A recording: `content_type` is audio/wav or audio/mpeg, told from the bytes themselves."""

    content: bytes
    content_type: str


def fetch(get: Callable[[str], Answer], url: str) -> Audio:
    """`url` without an extension. Twilio answers `.wav` and the bare address with WAV; some services only the bare.

    Raises Refused (with `may_retry` when it is not there yet) or Unsure when the answer is no recording.
    """
    answer = get(f"{url}.wav")
    if answer.status == 404:
        answer = get(url)
    if answer.status == 404:
        raise Refused(_NOT_YET, 20404, may_retry=True)
    if answer.status != 200:
        raise from_answer(answer.status, code_in(answer.content.decode("utf-8", "replace")))
    return _checked(answer)


def _checked(answer: Answer) -> Audio:
    declared = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    kind = kind_of(answer.content)
    if kind is None or not declared.startswith("audio/") or answer.headers.get("Content-Encoding"):
        raise Unsure(_NOT_SOUND)
    return Audio(answer.content, kind)


def kind_of(content: bytes) -> str | None:
    """audio/wav or audio/mpeg by the first bytes, or None."""
    if content[:4] == b"RIFF" and content[8:12] == b"WAVE":
        return "audio/wav"
    if content[:3] == b"ID3" or (len(content) > 1 and content[0] == 0xFF and content[1] & 0xE6 == 0xE2):
        return "audio/mpeg"
    return None
