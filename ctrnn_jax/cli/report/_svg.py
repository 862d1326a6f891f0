"""Figures as SVG elements of a page: with its colours, in both of its themes."""

import base64
from collections.abc import Callable
import io
import re
from xml.etree import ElementTree

import matplotlib
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from ...plotting import BEYOND
from ._content import Picture


_PIXELS = 96.0
"""CSS pixels of an inch."""

_MOST_BYTES = 400_000
"""A larger SVG, of many points, becomes a PNG of fewer bytes."""

_GREY = re.compile(r"#([0-9a-f]{2})\1\1\b", re.IGNORECASE)
_REFERENCE = re.compile(r"url\(#([^)]+)\)")


class Drawings:
    """Draws the pictures of a page, whose SVG elements have ids that differ."""

    def __init__(self) -> None:
        self._count = 0

    def draw(self, make: Callable[[], Figure], alt: str, caption: str) -> Picture:
        """Return the picture of the figure that `make` returns."""
        with matplotlib.rc_context(
            {"svg.fonttype": "path", "svg.hashsalt": "ctrnn_jax", "font.size": 10.0}
        ):
            figure = make()
            caption = " ".join((caption, *_not_shown(figure)))
            width, height = figure.get_size_inches()
            size = (round(width * _PIXELS, 1), round(height * _PIXELS, 1))
            markup = _markup(figure)
            if len(markup) > _MOST_BYTES:
                return Picture(alt, caption, size, source=_png(figure))
        self._count += 1
        svg = _element(markup, f"p{self._count}-", alt)
        return Picture(alt, caption, size, svg=svg)


def _not_shown(figure: Figure) -> tuple[str, ...]:
    """Return a sentence for each side of axes beyond which points are not shown."""
    lines = (line for ax in figure.axes for line in ax.lines)
    texts = (str(line.get_label()) for line in lines if line.get_gid() in BEYOND)
    return tuple(f"Not shown: {text}; triangles mark their place." for text in texts)


def data_uri(data: bytes, kind: str) -> str:
    """Return the address that holds the bytes of an image of a media type."""
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def plain(text: str) -> str:
    """Return text that matplotlib draws as it is: no formulas, no hidden labels."""
    text = text.replace("$", r"\$")
    return f" {text}" if text.startswith("_") else text


def _markup(figure: Figure) -> bytes:
    FigureCanvasSVG(figure)
    buffer = io.BytesIO()
    # without the date, so that equal figures give equal bytes
    none = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    figure.savefig(buffer, format="svg", dpi=150, transparent=True, metadata=none)
    return buffer.getvalue()


def _png(figure: Figure) -> str:
    FigureCanvasAgg(figure)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=150, metadata={"Software": None})
    return data_uri(buffer.getvalue(), "image/png")


def _element(markup: bytes, prefix: str, alt: str) -> str:
    """Return the SVG element for a page: its ids begin with `prefix`.

    Greys become mixtures of the colours of text and paper of the page, so that the
    picture can be read in its light and in its dark theme.
    """
    root = ElementTree.fromstring(markup)
    for parent in list(root.iter()):
        for child in list(parent):
            # the rule of the style element is in that of the page
            if _local(child.tag) in ("metadata", "style"):
                parent.remove(child)
    seen = set[str]()
    for node in root.iter():
        # equal images of a figure share an id, which is that of the first one
        if node.get("id") in seen:
            del node.attrib["id"]
        seen.add(node.get("id", ""))
        node.tag = _local(node.tag)
        node.attrib = {
            _local(name): _attribute(_local(name), value, prefix)
            for name, value in node.attrib.items()
        }
    width, height = (root.attrib.pop(name) for name in ("width", "height"))
    points = [float(text.removesuffix("pt")) for text in (width, height)]
    root.attrib.pop("version", None)
    root.set("viewBox", f"0 0 {points[0]:g} {points[1]:g}")
    root.set("role", "img")
    root.set("aria-label", alt)
    return ElementTree.tostring(root, encoding="unicode")


def _local(name: str) -> str:
    """Return a name without its namespace, which HTML knows."""
    return name.rpartition("}")[2]


def _attribute(name: str, value: str, prefix: str) -> str:
    """Return the value of an attribute with ids and greys of the page."""
    if name == "id":
        return prefix + value.replace(" ", "-")
    if name == "href" and value.startswith("#"):
        return f"#{prefix}{value[1:]}"
    value = _REFERENCE.sub(rf"url(#{prefix}\1)", value)
    return _GREY.sub(_themed, value) if name == "style" else value


def _themed(grey: re.Match[str]) -> str:
    """Return a grey as a mixture of the colours of text and paper."""
    percent = round(100 * int(grey[1], 16) / 255)
    if percent in (0, 100):
        return "var(--paper)" if percent else "var(--ink)"
    return f"color-mix(in srgb, var(--paper) {percent}%, var(--ink))"
