"""The lines about a computation in progress: their text, and where they appear."""

import io
import sys
import types

import jax
import numpy as np
import pytest

from ctrnn_jax import _progress
from ctrnn_jax._progress import compiling, Counter, noting, reporting


class Terminal(io.StringIO):
    """A terminal of unknown width."""

    def isatty(self):
        return True

    @property
    def rows(self):
        """What is visible in the end: `\\r` returns to the start of a line."""
        rows = []
        for row in self.getvalue().split("\n"):
            cells = ""
            for part in row.split("\r"):
                cells = part + cells[len(part) :]
            rows.append(cells.rstrip())
        return rows


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands until `clock.now` is set."""
    clock = types.SimpleNamespace(now=0.0)
    times = types.SimpleNamespace(perf_counter=lambda: clock.now)
    monkeypatch.setattr(_progress, "time", times)
    return clock


@pytest.fixture
def terminal(monkeypatch):
    # of this module alone: pytest replaces that of `sys` after the fixtures
    terminal = Terminal()
    streams = types.SimpleNamespace(stderr=terminal, modules=sys.modules)
    monkeypatch.setattr(_progress, "sys", streams)
    return terminal


def run(clock, seconds, *, progress=None, step=1.0, total=10**6, unit="points"):
    """Report a computation that ends after this time."""
    with reporting(progress, "search", unit, total) as display:
        count = 0
        while clock.now < seconds:
            clock.now += step
            count += 1
            display.show(count)
        display.close(f"{count} {unit} in {display.seconds}")


def test_a_line_has_the_count_the_rate_and_the_time_left(clock):
    counter = Counter("updates", 1000, can_end_early=True)
    clock.now = 7.0
    assert counter.line(50, ["loss 0.5"]) == "updates 50/1000  loss 0.5  7 s"
    clock.now = 9.0
    # 50 updates in the 2 s since the first line, which leaves compiling out
    expected = "updates 100/1000  loss 0.4  25 updates/s, at most 36 s left  9 s"
    assert counter.line(100, ["loss 0.4"]) == expected
    assert counter.speed(100, until=600) == "25 updates/s, about 20 s to the criterion"
    assert counter.speed(100, until=1000) == "25 updates/s, at most 36 s left"
    other = Counter("points", 30)
    assert other.line(10, []) == "points 10/30  0 s"
    clock.now = 19.0
    assert other.line(20, []) == "points 20/30  1 points/s, about 10 s left  10 s"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.0, "0 s"),
        (99.4, "99 s"),
        (100.0, "2 min"),
        (5940.0, "99 min"),
        (7500.0, "2 h 5 min"),
    ],
)
def test_durations(seconds, text):
    assert _progress.duration(seconds) == text


def test_a_day_in_a_file_has_a_few_hundred_lines(clock, capsys):
    run(clock, 24 * 3600.0, progress=True)
    lines = capsys.readouterr().err.splitlines()
    assert 100 < len(lines) < 300
    assert lines[0] == "search: points 1/1000000  1 s"
    assert lines[1].startswith("search: points 2/1000000  1 points/s, about ")
    assert lines[-1] == "search: 86400 points in 24 h 0 min"


def test_by_default_a_file_gets_nothing(clock, capsys):
    run(clock, 100.0)
    run(clock, 200.0, progress=False)
    assert capsys.readouterr() == ("", "")


def test_a_terminal_shows_one_line_that_is_rewritten(clock, terminal):
    run(clock, 60.0)
    assert terminal.rows == ["search: 60 points in 60.0 s", ""]
    assert "\rsearch: points 30/1000000" in terminal.getvalue()
    assert max(map(len, terminal.getvalue().split("\r"))) < 80


def test_a_quick_computation_leaves_no_line_unless_it_is_requested(clock, terminal):
    run(clock, 1.0, step=0.1)
    assert terminal.rows == [""]
    run(clock, clock.now + 0.95, step=0.1, progress=True)
    assert terminal.rows == ["search: 10 points in 1.0 s", ""]


def test_a_terminal_is_written_ten_times_a_second_at_most(clock, terminal):
    run(clock, 12.0, step=0.001, progress=True)
    assert 110 < terminal.getvalue().count("\r") < 130


@pytest.mark.parametrize("columns", [20, 200])
def test_a_line_is_cut_to_the_width_of_the_terminal(
    clock, terminal, monkeypatch, columns
):
    monkeypatch.setattr(terminal, "fileno", lambda: 0)
    size = types.SimpleNamespace(columns=columns)
    os = types.SimpleNamespace(get_terminal_size=lambda _: size)
    monkeypatch.setattr(_progress, "os", os)
    with reporting(True, "search", "points", 10) as display:
        display.show(1, "short", "x" * 300)
        text = {200: "search: points 1/10  short  0 s", 20: "search: points 1/10"}
        assert terminal.rows == [text[columns]]


def test_a_notebook_gets_lines(clock, capsys, monkeypatch):
    shell = types.SimpleNamespace(kernel=object())
    ipython = types.SimpleNamespace(get_ipython=lambda: shell)
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    run(clock, 3.5)
    lines = capsys.readouterr().err.splitlines()
    assert lines[-1] == "search: 4 points in 4.0 s"
    # nothing in the first 2 s
    assert [line.split("  ")[0] for line in lines[:-1]] == [
        "search: points 2/1000000", "search: points 3/1000000",
        "search: points 4/1000000",
    ]  # fmt: skip
    shell.kernel = None  # IPython in a terminal
    run(clock, 10.0)
    assert capsys.readouterr().err == ""


def test_compiling_is_shown_at_once(clock, capsys, terminal):
    with reporting(None, "search", "points", 10) as display:
        compiling("the search")
        assert terminal.rows == ["search: compiling the search ..."]
        clock.now = 5.0
        display.show(3)
        assert terminal.rows == ["search: points 3/10  5 s"]
        display.close("3 points")
    compiling("nothing")
    assert terminal.rows == ["search: 3 points", ""]
    assert capsys.readouterr() == ("", "")


def test_a_computation_within_another_is_silent_unless_it_is_requested(clock, terminal):
    with reporting(True, "outer", "values", 2) as display:
        display.show(1)
        run(clock, 10.0)
        assert terminal.rows == ["outer: values 1/2  0 s"]
    notes = []
    with noting(notes.append):
        run(clock, 20.0)
        compiling("it")
    assert notes == ["compiling it"]


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_an_error_begins_a_new_line(clock, terminal, error):
    def fail():
        with reporting(True, "search", "points", 10) as display:
            display.show(3)
            raise error

    with pytest.raises(error):
        fail()
    assert terminal.rows == ["search: points 3/10  0 s", ""]
    compiling("nothing")
    assert terminal.rows[-1] == ""


def test_nothing_is_left_of_a_line_when_other_text_is_printed(clock, terminal):
    with reporting(True, "search", "points", 10) as display:
        display.show(3)
        display.clear()
        terminal.write("a callback\n")
        display.show(4)
        assert terminal.rows == ["a callback", "search: points 4/10  0 s"]


@pytest.mark.parametrize("error", [OSError, ValueError])
def test_a_stream_that_cannot_be_written_ends_the_display_only(
    clock, terminal, monkeypatch, error
):
    def write(text):
        raise error

    with reporting(True, "search", "points", 10) as display:
        display.show(1)
        monkeypatch.setattr(terminal, "write", write)
        clock.now = 1.0
        display.show(2)
        assert not display.is_on
        display.say("nothing")
        display.note("nothing")
        display.close("nothing")


def test_without_a_standard_error_nothing_is_shown(clock, monkeypatch):
    closed = io.StringIO()
    closed.close()
    for stream in (None, closed):
        streams = types.SimpleNamespace(stderr=stream)
        monkeypatch.setattr(_progress, "sys", streams)
        run(clock, clock.now + 5.0, progress=True)


def test_only_the_first_process_reports(clock, capsys, monkeypatch):
    monkeypatch.setattr(jax, "process_index", lambda: 1)
    run(clock, 10.0, progress=True)
    assert capsys.readouterr().err == ""


def test_nothing_is_shown_while_jax_traces(capsys):
    def traced(x):
        with reporting(True, "f", "points", 1, arguments=x) as display:
            display.close("traced")
        return x

    def constant(x):
        with reporting(True, "f", "points", 1) as display:
            display.close("traced")
        return x

    x = np.ones(2)
    for function in (jax.jit(traced), jax.vmap(traced), jax.jit(constant)):
        function(x)
    jax.grad(lambda x: traced(x).sum())(x)
    assert capsys.readouterr().err == ""
    traced(x)
    assert capsys.readouterr().err == "f: traced\n"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.25, "0.2500"), (3908217850000.2124, "3.908e+12"), (4.0, "4.000"),
        (1234.56, "1235"), (1e-6, "1.000e-06"), (0.0, "0.000"), (np.inf, "inf"),
    ],
)  # fmt: skip
def test_losses_have_four_digits(value, text):
    assert _progress.four_digits(value) == text


def test_texts_of_one_network():
    means = {"loss": 0.5, "terms.task": 0.4, "terms.rates": 0.1, "gradient_norm": 2.0}
    texts = _progress.texts_of_one(np.asarray([0.5, 0.7]), (5, 0.6), [means])
    assert texts == [
        "performance 0.700 (last 5: 0.600)",
        "loss 0.5000 (task 0.4000, rates 0.1000)",
        "gradient 2",
    ]
    nothing = {"loss": None, "terms.task": None, "gradient_norm": None}
    texts = _progress.texts_of_one(np.zeros(0), None, [nothing])
    assert texts == ["performance --", "loss --"]
    assert _progress.texts_of_one(np.asarray([1.0]), (1, 1.0), []) == [
        "performance 1.000"
    ]


def test_texts_of_many_networks():
    codes, best = np.asarray([0, 0, 1, 2]), np.asarray([0.5, np.nan, 0.9, 0.7])
    assert _progress.texts_of_many(codes, best, [0.3, 0.1, None]) == [
        "2 running, 1 at the criterion, 1 diverged",
        "median loss 0.2000",
        "best performance: median 0.700, 0.500 to 0.900",
    ]
    texts = _progress.texts_of_many(np.zeros(2, int), np.full(2, np.nan), [])
    assert texts == ["2 running"]
