"""Read pages of HTML, and make damaged copies of runs."""

from html.parser import HTMLParser
import json
import shutil


class Page(HTMLParser):
    """The elements of a page `(name, attributes)`, and its visible text."""

    def __init__(self, path):
        super().__init__()
        self.elements, self.parts, self._hidden = [], [], 0
        self.source = path.read_text()
        self.feed(self.source)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self._hidden += tag in ("style", "script", "svg")

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        self._hidden -= tag in ("style", "script", "svg")

    def handle_data(self, data):
        if not self._hidden:
            self.parts.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.parts).split())

    def named(self, name):
        """Return the attributes of every element of a name."""
        return [attributes for tag, attributes in self.elements if tag == name]

    def cells(self):
        """Return the texts of the rows of all tables."""
        rows = self.source.split("<tr>")[1:]
        return [Row(row.partition("</tr>")[0]).texts for row in rows]


class Row(HTMLParser):
    """The texts of the cells of a row."""

    def __init__(self, source):
        super().__init__()
        self.texts = []
        self.feed(source)

    def handle_starttag(self, tag, attrs):
        self.texts.append("")

    def handle_data(self, data):
        self.texts[-1] += data


def killed(run, folder):
    """Copy a run as it is when it is killed half-way: one line is incomplete."""
    shutil.copytree(run, folder)
    for path in [*folder.glob("*.png"), *folder.glob("*.html")]:
        path.unlink()
    for name in ("summary.json", "network.safetensors"):
        (folder / name).unlink()
    history = folder / "history.jsonl"
    first, second, third, _ = history.read_text().splitlines()
    history.write_text(f"{first}\n{second}\n{third[:40]}")
    shutil.rmtree(folder / "checkpoints" / "20")
    return folder


HOSTILE = '<script>alert(1)</script><img src=x onerror=alert(2)>&"'


def hostile(run, folder):
    """Copy a run whose name, task and analyses hold markup."""
    name = HOSTILE.replace("/", "")
    copied = shutil.copytree(run, folder / name)
    config = json.loads((copied / "config.json").read_text())
    (copied / "config.json").write_text(json.dumps(config | {"task": HOSTILE}))
    (copied / "analysis").mkdir(exist_ok=True)
    numbers = {HOSTILE: HOSTILE, "exponents": [1.0, -2.0]}
    (copied / "analysis" / "lyapunov.json").write_text(json.dumps(numbers))
    return copied
