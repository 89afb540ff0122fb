"""Every page, as its owner sees it."""

from __future__ import annotations

import re

from soi_dialer.web.page import cursor_of
from tests.cast import START
from tests.web.scene import make_scene


def test_every_page_is_there_and_says_what_it_is(scene, owner):
    for path in scene.paths():
        answer = owner.get(path)
        assert answer.status_code == 200, path
        assert "<h1" in answer.text and "<title>" in answer.text, path
        assert "Traceback" not in answer.text


def test_every_page_is_there_on_postgresql_too(tmp_path, postgresql_url):
    scene = make_scene(tmp_path, postgresql_url)
    owner = scene.browser()
    for path in scene.paths():
        assert owner.get(path).status_code == 200, path
    older = cursor_of(START, 2**31 - 1)
    assert owner.get(f"/contacts/{scene.jane}?before={older}").status_code == 200
    scene.world.close()


def test_no_page_loads_anything_from_elsewhere_or_has_inline_script_or_style(scene, owner, visitor):
    texts = [visitor.get("/sign-in").text, *(owner.get(path).text for path in scene.paths())]
    for text in texts:
        assert re.findall(r'(?:src|href)="(?:https?:)?//[^"]*"', text) == []
        assert re.findall(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=", text) == []
        for file in re.findall(r'(?:src|href)="(/(?:assets|bootstrap)/[^"]+)"', text):
            with owner.get(file) as answer:
                assert answer.status_code == 200, file
