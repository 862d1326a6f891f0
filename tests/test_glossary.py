"""The words of the glossary: those that are never used occur nowhere."""

from pathlib import Path
import re


ROOT = Path(__file__).parents[1]
GLOSSARY = ROOT / "ctrnn_jax" / "GLOSSARY.md"
NEVER = [
    re.compile(row[1].replace(r"\|", "|"), re.IGNORECASE)
    for row in re.finditer(
        r"^\| `(.+?)` \| ", GLOSSARY.read_text().split("## Not in")[0], re.MULTILINE
    )
]
LISTS = (GLOSSARY, Path(__file__), Path(__file__).with_name("test_floors.py"))
"""The files that list words that are never used."""

FILES = sorted(
    path
    for pattern in (
        "ctrnn_jax/**/*.py*", "tests/**/*.py", "benchmarks/**/*.py",
        "*.md", "*/*.md", ".github/**/*.md", ".ci/run", "pyproject.toml",
    )
    for path in ROOT.glob(pattern)
    if path.suffix != ".pyc" and path not in LISTS
)  # fmt: skip


def spoken(text):
    """The text with identifiers split into words and line breaks joined."""
    words = re.sub(r"(?<=[A-Za-z])_(?=[A-Za-z])", " ", text)
    return re.sub(r"\s*\n\s*(#:? ?)?", " ", words)


def test_the_glossary_was_read():
    assert len(NEVER) > 20
    assert any(pattern.search("the file is refused") for pattern in NEVER)
    assert len(FILES) > 300


def test_no_word_that_is_never_used():
    found = [
        (
            str(path.relative_to(ROOT)),
            text[max(0, match.start() - 40) : match.end() + 40],
        )
        for path in FILES
        for text in [spoken(path.read_text())]
        for pattern in NEVER
        for match in pattern.finditer(text)
    ]
    assert found == []
