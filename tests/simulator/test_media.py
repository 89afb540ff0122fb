from __future__ import annotations

import array
import io
import shutil
import sys
import wave

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soi_dialer.simulator import media, speech

needs_speech = pytest.mark.skipif(
    not any(shutil.which(name) for name in speech.PROGRAMS), reason="this machine has no speech program"
)


@pytest.fixture(autouse=True)
def nothing_remembered():
    media.render.cache_clear()


@pytest.fixture
def mute(monkeypatch, tmp_path):
    """A machine without any speech program; programs put into the returned folder are found."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def opened(sound: bytes) -> tuple[wave._wave_params, array.array]:
    with wave.open(io.BytesIO(sound), "rb") as file:
        return file.getparams(), array.array("h", file.readframes(file.getnframes()))


def loudness(samples: array.array) -> int:
    return max((abs(sample) for sample in samples), default=0)


def put_program(folder, name: str, script: str) -> None:
    program = folder / name
    program.write_text(f"#!{sys.executable}\n{script}")
    program.chmod(0o755)


def test_a_message_is_a_telephone_quality_wav_of_exactly_its_length(mute):
    params, samples = opened(media.render("Call me back", 12))
    assert (params.nchannels, params.sampwidth, params.framerate) == (1, 2, 8000)
    assert len(samples) == 12 * 8000


def test_a_tone_stands_for_the_words_and_then_it_is_quiet(mute):
    _, samples = opened(media.render("Call me back", 5))
    assert 1000 < loudness(samples[:8000]) < 4000
    assert loudness(samples[8000:]) == 0


@needs_speech
def test_real_words_are_heard_first_and_then_it_is_quiet():
    params, samples = opened(media.render("Hello, this is Jane. Please call me back.", 9))
    assert params.framerate == 8000
    assert len(samples) == 9 * 8000
    assert loudness(samples[: 3 * 8000]) > 5000
    assert loudness(samples[-3 * 8000 :]) == 0


@needs_speech
def test_different_words_sound_different():
    assert media.render("Yes", 2) != media.render("No, not today", 2)


@needs_speech
def test_text_that_looks_like_an_option_or_a_command_is_only_spoken(tmp_path):
    target = tmp_path / "pwned"
    _, samples = opened(media.render(f"-w {target} $(touch {target}) `touch {target}`"))
    assert loudness(samples) > 1000
    assert not target.exists()


def test_without_a_length_the_sound_is_as_long_as_its_words(mute):
    _, samples = opened(media.render("x" * 30))
    assert len(samples) == 2 * 8000


def test_words_that_do_not_fit_are_cut_off(mute):
    _, samples = opened(media.render("x" * 300, 2))
    assert len(samples) == 2 * 8000
    assert loudness(samples) > 1000


def test_no_words_are_silence(mute):
    _, samples = opened(media.render(" \n\x00", 3))
    assert len(samples) == 3 * 8000
    assert loudness(samples) == 0


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=40), st.floats(min_value=0, max_value=20))
def test_any_text_and_length_give_a_valid_wav_of_that_length(text, seconds):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", "")
        _, samples = opened(media.render(text, seconds))
    assert abs(len(samples) / 8000 - seconds) < 0.001


@pytest.mark.parametrize("seconds", [-1, 3601, float("nan"), float("inf")])
def test_a_length_that_no_recording_has_is_refused(seconds):
    with pytest.raises(ValueError, match="seconds"):
        media.render("hello", seconds)


def test_a_program_that_fails_is_replaced_by_the_tone(mute):
    put_program(mute, "espeak-ng", "raise SystemExit(1)")
    assert media.render("hello", 1) == media.wav(media._fitted(media.tone(5 / 15), 8000))


def test_a_program_that_writes_rubbish_is_replaced_by_the_tone(mute):
    put_program(mute, "espeak-ng", "import sys; open(sys.argv[-1], 'w').write('rubbish')")
    assert loudness(opened(media.render("hello", 1))[1]) > 1000


def test_a_program_that_hangs_is_stopped(mute, monkeypatch):
    monkeypatch.setattr(speech, "PATIENCE_SECONDS", 0.2)
    put_program(mute, "espeak-ng", "import time; time.sleep(60)")
    assert loudness(opened(media.render("hello", 1))[1]) > 1000


def test_the_next_program_is_tried_when_the_first_fails(mute):
    put_program(mute, "espeak-ng", "raise SystemExit(1)")
    put_program(
        mute,
        "espeak",
        "import sys, wave\n"
        "file = wave.open(sys.argv[-1], 'wb')\n"
        "file.setparams((1, 2, 22050, 0, 'NONE', ''))\n"
        "file.writeframes(b'\\x10\\x27' * 22050)\n",
    )
    _, samples = opened(media.render("hello"))
    assert abs(len(samples) - 8000) <= 2
    assert set(samples) == {10000}


def test_the_same_message_is_spoken_only_once(mute):
    put_program(mute, "espeak-ng", f"open({str(mute / 'runs')!r}, 'a').write('x'); raise SystemExit(1)")
    first = media.render("hello", 3)
    assert media.render("hello", 3) is first
    assert (mute / "runs").read_text() == "x"


@given(st.lists(st.integers(-32768, 32767), max_size=300), st.sampled_from([8000, 11025, 16000, 22050, 44100]))
def test_resampling_keeps_the_length_in_seconds_and_never_gets_louder(values, rate):
    samples = array.array("h", values)
    result = speech.resampled(samples, rate)
    assert abs(len(result) / 8000 - len(samples) / rate) <= 3 / 8000
    assert loudness(result) <= loudness(samples)


def test_an_mp3_begins_with_a_frame_and_lasts_as_long_as_the_wav(mute):
    pytest.importorskip("lameenc", reason="the MP3 encoder lameenc is not installed")
    mp3 = media.to_mp3(media.render("Call me back", 10))
    assert mp3[0] == 0xFF
    assert mp3[1] & 0xE0 == 0xE0
    assert len(mp3) * 8 / 32000 == pytest.approx(10, abs=0.5)


def test_without_the_encoder_there_is_no_mp3(monkeypatch, mute):
    monkeypatch.setitem(sys.modules, "lameenc", None)
    with pytest.raises(media.NoMp3, match="lameenc"):
        media.to_mp3(media.render("hello", 1))
