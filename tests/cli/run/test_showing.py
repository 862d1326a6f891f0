"""What a command shows while it works: a line on a terminal, else lines on stderr."""

import io

from rich.console import Console

from ctrnn_jax.cli.run import showing


def shown(capfd, *, is_terminal):
    """Show two parts; return what the console and standard error have got."""
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=is_terminal, width=80)
    with showing(console, "simulating [1/2]") as show:
        show("drawing")
    return stream.getvalue(), capfd.readouterr().err


def test_each_part_is_a_line_on_standard_error(capfd):
    printed, errors = shown(capfd, is_terminal=False)
    assert printed == ""
    assert errors == "simulating [1/2] ...\ndrawing ...\n"


def test_on_a_terminal_it_is_one_line_that_ends(capfd):
    printed, errors = shown(capfd, is_terminal=True)
    assert errors == ""
    assert "drawing ..." in printed
    assert printed.endswith("\x1b[2K")
