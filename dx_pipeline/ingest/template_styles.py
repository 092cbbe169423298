"""How the cells of the template look; nothing here changes what is asked or read."""

from __future__ import annotations

from typing import Any

_FONT = {"font_name": "Times New Roman", "font_size": 11, "valign": "vcenter"}
_BOXED = {**_FONT, "border": 1, "border_color": "#7F7F7F"}
_ENTRY = {**_BOXED, "locked": False}
STYLES: dict[str, dict[str, Any]] = {
    "identity": {**_FONT, "italic": True, "font_size": 9, "align": "center", "text_wrap": True},
    "text": {**_FONT, "text_wrap": True},
    "motto": {**_FONT, "bold": True, "align": "center"},
    "title": {**_FONT, "bold": True, "font_size": 15, "align": "center", "font_color": "#1F3864"},
    "subtitle": {**_FONT, "italic": True, "align": "center"},
    "banner": {**_FONT, "bold": True, "align": "center", "font_color": "#FFFFFF", "bg_color": "#C00000"},
    "label": {**_BOXED, "bold": True, "bg_color": "#F2F2F2"},
    "fixed": {**_BOXED, "bg_color": "#F2F2F2"},
    "entry": {**_ENTRY, "text_wrap": True},
    "head": {**_BOXED, "bold": True, "align": "center", "text_wrap": True, "bg_color": "#D9E2F3"},
    "number": {**_BOXED, "italic": True, "font_size": 9, "align": "center", "bg_color": "#F2F2F2"},
    "scope": {**_BOXED, "text_wrap": True},
    "order": {**_BOXED, "align": "center"},
    # no number format: a program that saves the sheet as CSV writes what is shown, and a format would round
    # (91.026 to 91,03) or group (1.595 for 1595)
    "figure": {**_ENTRY, "align": "right"},
    "closed": {**_BOXED, "pattern": 8, "fg_color": "#A6A6A6", "bg_color": "#E7E6E6"},
}
