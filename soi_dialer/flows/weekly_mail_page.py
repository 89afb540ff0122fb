"""The looks of the mail about a week. Mail programs know little: one column, tables, and colors that can be turned."""

from __future__ import annotations

import dataclasses
from html import escape
from typing import NamedTuple

from soi_dialer.notify.message import Link


class Row(NamedTuple):
    """A figure with its name, and what stands beside it in smaller letters."""

    name: str
    figure: str
    more: str


@dataclasses.dataclass(frozen=True, slots=True)
class Page:
    """What the mail says."""

    title: str
    advice: str
    rows: tuple[Row, ...]
    picture: str  # its name among the message's pictures
    picture_says: str
    days: tuple[Row, ...]
    links: tuple[Link, ...]
    settings: Link


_STYLE = """
body { margin: 0; padding: 0; background: #f6f1e8; color: #2b2521; }
.sheet { width: 100%; max-width: 600px; margin: 0 auto; }
.paper { padding: 24px 22px; background: #fffdf9; font: 16px/1.5 -apple-system, "Segoe UI", Roboto, Arial, sans-serif; }
h1 { margin: 0 0 14px; font-size: 20px; line-height: 1.3; }
.advice { margin: 0 0 20px; padding: 12px 14px; border-left: 4px solid #97440f; background: #fbeee2; font-size: 18px; }
table.figures { width: 100%; border-collapse: collapse; margin: 0 0 18px; }
.figures th { padding: 7px 8px 7px 0; border-top: 1px solid #e3d9ca; text-align: left; font-weight: normal; }
.figures td { padding: 7px 0; border-top: 1px solid #e3d9ca; text-align: right; }
.figures strong { white-space: nowrap; }
.more { display: block; color: #675d53; font-size: 14px; }
.picture { display: block; width: 100%; height: auto; margin: 0 0 18px; border-radius: 6px; }
.go { display: inline-block; margin: 0 8px 10px 0; padding: 10px 16px; border-radius: 6px; }
.go { background: #1d6650; color: #ffffff; text-decoration: none; font-weight: bold; }
.go + .go { background: transparent; color: #1d6650; text-decoration: underline; font-weight: normal; }
.end { margin: 16px 0 0; color: #675d53; font-size: 14px; }
.end a { color: #675d53; }
@media (prefers-color-scheme: dark) {
  body { background: #14110f; color: #f1ebe2; }
  .paper { background: #211c19; }
  .advice { background: #3a2a1d; border-left-color: #eba26b; }
  .figures th, .figures td { border-top-color: #463c34; }
  .more, .end, .end a { color: #bfb3a5; }
  .go { background: #8fd3b8; color: #10261d; }
  .go + .go { color: #8fd3b8; }
}
"""


def html_of(page: Page) -> str:
    """The whole page; everything in it is text until it is escaped here."""
    picture = f'<img class="picture" src="cid:{page.picture}" alt="{_text(page.picture_says)}" width="600">'
    go = "".join(f'<a class="go" href="{_text(link.url)}">{_text(link.label)}</a>' for link in page.links)
    parts = (
        f"<h1>{_text(page.title)}</h1>",
        f'<p class="advice">{_text(page.advice)}</p>',
        _table(page.rows, "Your figures"),
        picture,
        _table(page.days, "Talk by day"),
        f"<p>{go}</p>",
        f'<p class="end"><a href="{_text(page.settings.url)}">{_text(page.settings.label)}</a></p>',
    )
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{_text(page.title)}</title>'
        '<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">'
        f'<style>{_STYLE}</style></head><body><table class="sheet" role="presentation" align="center" cellspacing="0">'
        f'<tr><td class="paper">{"".join(parts)}</td></tr></table></body></html>'
    )


def _table(rows: tuple[Row, ...], says: str) -> str:
    lines = "".join(
        f'<tr><th scope="row">{_text(row.name)}</th><td><strong>{_text(row.figure)}</strong>'
        + (f'<span class="more">{_text(row.more)}</span>' if row.more else "")
        + "</td></tr>"
        for row in rows
    )
    return f'<table class="figures" aria-label="{_text(says)}">{lines}</table>'


def _text(text: str) -> str:
    return escape(text, quote=True)
