"""Line icons, drawn inline so that they take the color of the words beside them. Screen readers pass them over."""

from __future__ import annotations

from markupsafe import Markup

_SHAPES = {
    "home": '<path d="M4 11l8-7 8 7v8a1 1 0 0 1-1 1h-4v-6h-6v6H5a1 1 0 0 1-1-1z"/>',
    "people": '<circle cx="9" cy="8" r="3.4"/><path d="M2.8 19.5c.6-3.5 3-5.3 6.2-5.3s5.6 1.8 6.2'
    ' 5.3M15.8 4.9a3.3 3.3 0 0 1 0 6.2M18 14.8c1.8.8 2.9 2.4 3.2 4.7"/>',
    "back": '<path d="M9 5L4 10l5 5M4 10h10.5a5 5 0 0 1 5 5v4"/>',
    "tape": '<circle cx="6.5" cy="12" r="3.7"/><circle cx="17.5" cy="12" r="3.7"/><path d="M6.5 15.7h11"/>',
    "chart": '<path d="M4 20h16M7 20v-6M12 20V6M17 20v-9"/>',
    "phone": '<path d="M6.2 3.5h3l1.6 4.2-2 1.5a12 12 0 0 0 6 6l1.5-2 4.2 1.6v3a2 2 0 0 1-2.2 2A17 17 0'
    ' 0 1 4.2 5.7a2 2 0 0 1 2-2.2z"/>',
    "in": '<path d="M17 7L7 17M7 9v8h8"/>',
    "out": '<path d="M7 17L17 7M9 7h8v8"/>',
    "stop": '<circle cx="12" cy="12" r="8.5"/><path d="M6 6l12 12"/>',
    "late": '<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5l3 2"/>',
    "check": '<path d="M5 12.5l4.5 4.5L19 7.5"/>',
    "search": '<circle cx="10.5" cy="10.5" r="6"/><path d="M15 15l5 5"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
}

_SVG = (
    '<svg class="icon" viewBox="0 0 24 24" width="22" height="22" aria-hidden="true" focusable="false" fill="none" '
    'stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round">{}</svg>'
)

ICONS = {name: Markup(_SVG.format(shape)) for name, shape in _SHAPES.items()}


def icon(name: str) -> Markup:
    """The icon of that name, for templates."""
    return ICONS[name]
