"""The page in a real browser: Chromium without a window, driven by Playwright."""

import shutil

from cli.commands import ctrnn_jax, SMALL, TASK
from cli.report.pages import hostile, killed
import jax
import pytest


pytestmark = pytest.mark.slow

PHONE, DESK = 390, 1200
PICTURES = """
() => [...document.querySelectorAll("figure > svg, figure > img")].map(x => {
    const box = x.getBoundingClientRect();
    const has_pixels = x.tagName != "IMG" || (x.complete && x.naturalWidth > 0);
    return [box.width, box.height, has_pixels];
})
"""
TEXTS = """
() => [...document.querySelectorAll("h1, h2, h3, p, dd, dt, td, figcaption")].map(x => {
    const size = parseFloat(getComputedStyle(x).fontSize);
    return [size, x.scrollWidth - x.clientWidth, x.innerText];
})
"""
SURFACES = """
() => {
    const colour = (x) => {
        const text = getComputedStyle(x);
        return [text.color, text.backgroundColor];
    };
    return [colour(document.body)[0], colour(document.body)[1],
            colour(document.querySelector("section:not(.problems)"))[1],
            colour(document.querySelector("figcaption, .title"))[0],
            colour(document.querySelector("a"))[0]];
}
"""


@pytest.fixture(scope="module")
def browser():
    """Return Chromium, of the system or of Playwright."""
    playwright = pytest.importorskip("playwright.sync_api")
    path = shutil.which("chromium") or shutil.which("google-chrome")
    with playwright.sync_playwright() as started:
        try:
            opened = started.chromium.launch(
                executable_path=path, args=["--no-sandbox"]
            )
        except playwright.Error:
            pytest.skip("No Chromium was found: apt-get install chromium.")
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def pages(trained, tmp_path_factory):
    """Return a page of each kind, by name."""
    root, runs = tmp_path_factory.mktemp("pages"), {}
    analysed = shutil.copytree(trained, root / "analysed")
    flags = ["--fixed-points", "--geometry", "--candidates", 64, "--trials", 100]
    flags += ["--format", "svg"]
    runs["trained"] = [trained]
    runs["analysed"] = [analysed]
    runs["killed"] = [killed(trained, root / "killed")]
    runs["hostile"] = [hostile(trained, root)]
    runs["sweep"] = [root / "sweep"]
    runs["several"] = [trained, analysed, runs["killed"][0], runs["hostile"][0]]
    with jax.numpy_dtype_promotion("standard"):
        assert ctrnn_jax("analyse", analysed, *flags) == 0
        sweep = ["sweep", TASK, "--seeds", 0, 1, 2, "--learning-rate", "1e-3", "1e-2"]
        steps = ["--steps", 20, "--validate-every", 5, "--no-stop", "--out"]
        assert ctrnn_jax(*sweep, *steps, root / "sweep", *SMALL) == 0
        for name, folders in runs.items():
            out = root / f"{name}.html"
            assert ctrnn_jax("report", *folders, "--out", out) == 0
    return {name: root / f"{name}.html" for name in runs}


NAMES = ("trained", "analysed", "killed", "hostile", "sweep", "several")


@pytest.fixture
def visit(browser, pages):
    """Return a function that opens a page; messages and requests fail the test."""
    contexts, said, requested = [], [], []

    def open_page(name, width, theme):
        size = {"width": width, "height": 900}
        context = browser.new_context(viewport=size, color_scheme=theme)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("dialog", lambda dialog: said.append(dialog.message))
        page.on("request", lambda request: requested.append(request.url))
        page.goto(pages[name].as_uri())
        page.wait_for_load_state("networkidle")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert said == []
    others = [url for url in requested if not url.startswith(("data:", "file:"))]
    assert others == []
    assert sum(url.startswith("file:") for url in requested) == len(contexts)


@pytest.mark.parametrize("name", NAMES)
def test_pictures_have_a_size_and_the_page_does_not_scroll_sideways(visit, name):
    for width in (PHONE, DESK):
        page = visit(name, width, "light")
        pictures = page.evaluate(PICTURES)
        assert len(pictures) >= 2
        for picture_width, height, has_pixels in pictures:
            assert has_pixels
            assert height > 60
            assert 200 < picture_width <= width
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        for size, overflow, text in page.evaluate(TEXTS):
            assert size >= 13, text
            assert overflow <= 1, text


def luminance(colour):
    """Return the relative luminance of `rgb(r, g, b)` (WCAG 2)."""
    parts = [float(x) / 255 for x in colour[colour.index("(") + 1 : -1].split(",")[:3]]
    linear = [
        x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts
    ]
    return sum(w * x for w, x in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    """Return the contrast ratio of two colours (WCAG 2)."""
    low, high = sorted(map(luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", ["trained", "killed"])
def test_both_themes_have_contrast(visit, name):
    papers = []
    for theme in ("light", "dark"):
        page = visit(name, DESK, theme)
        ink, ground, paper, quiet, link = page.evaluate(SURFACES)
        for text in (ink, quiet, link):
            assert contrast(text, paper) > 4.5
            assert contrast(text, ground) > 4.5
        papers.append(luminance(paper))
        # lines of the pictures have the colour of the text
        fill = page.evaluate(
            "getComputedStyle(document.querySelector('figure svg')).fill"
        )
        assert fill == ink
    assert papers[0] > 0.9
    assert papers[1] < 0.05


def test_a_printed_page_is_black_on_white(visit):
    page = visit("trained", DESK, "dark")
    page.emulate_media(media="print", color_scheme="dark")
    ink, ground, paper, *_ = page.evaluate(SURFACES)
    assert contrast(ink, ground) > 20
    assert paper in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)")
