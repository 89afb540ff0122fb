"""Pictures for mail, which shows no SVG."""

from __future__ import annotations

PAPER = "#fffdf9"
"""Behind the picture, in the light and in the dark: its colors are made for it."""


def png_of(svg: str, width: int) -> bytes:
    """The picture in so many pixels across; its letters are those of the machine's own fonts.

    Raises:
        ValueError: it is no picture.
    """
    import resvg_py  # three megabytes that a web server never needs

    return bytes(resvg_py.svg_to_bytes(svg_string=svg, width=width, background=PAPER))
