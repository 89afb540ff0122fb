"""Real speech by a program of this machine, where there is one: espeak-ng, espeak or macOS's say."""

from __future__ import annotations

import array
import os
import shutil
import subprocess
import sys
import tempfile
import wave

RATE = 8000
"""Samples per second of everything that we hand out: what a telephone line carries."""

PATIENCE_SECONDS = 10
"""A speech program that takes longer is stopped, and a tone is played instead."""

LONGEST_TEXT = 4096
"""Characters that `<Say>` takes (Twilio: Say). More than that is not spoken."""

PROGRAMS = {
    "espeak-ng": ["-v", "en-us", "-s", "160", "--stdin", "-w", "{file}"],
    "espeak": ["-v", "en-us", "-s", "160", "--stdin", "-w", "{file}"],
    "say": ["-o", "{file}", "--file-format=WAVE", f"--data-format=LEI16@{RATE}", "-f", "-"],
}
"""Each reads the text from its standard input, so that no text is ever taken for an option or a command."""


def speak(text: str) -> array.array[int] | None:
    """The text as 16-bit samples at `RATE`; None where no program could speak it."""
    for name, options in PROGRAMS.items():
        program = shutil.which(name)
        samples = _spoken(program, options, text[:LONGEST_TEXT]) if program else None
        if samples:
            return samples
    return None


def _spoken(program: str, options: list[str], text: str) -> array.array[int] | None:
    with tempfile.TemporaryDirectory(prefix="soi_dialer_speech_") as folder:
        path = os.path.join(folder, "speech.wav")
        command = [program, *(option.format(file=path) for option in options)]
        try:
            subprocess.run(command, input=text.encode(), capture_output=True, timeout=PATIENCE_SECONDS, check=True)
            return _samples(path)
        except (OSError, subprocess.SubprocessError, wave.Error, EOFError):
            return None


def _samples(path: str) -> array.array[int] | None:
    with wave.open(path, "rb") as file:
        if (file.getnchannels(), file.getsampwidth()) != (1, 2):
            return None
        samples = array.array("h", file.readframes(file.getnframes()))
        if sys.byteorder == "big":
            samples.byteswap()
        return resampled(samples, file.getframerate())


def resampled(samples: array.array[int], rate: int) -> array.array[int]:
    """The same sound at `RATE`. Each new sample is the mean of those it replaces, which keeps hisses from folding down.

    Written out because the standard library lost its `audioop` in Python 3.13.
    """
    if rate == RATE:
        return samples
    step = rate / RATE
    width = max(1, round(step))
    length = int((len(samples) - width) / step) + 1 if len(samples) >= width else 0
    starts = (int(number * step) for number in range(length))
    return array.array("h", (sum(samples[start : start + width]) // width for start in starts))
