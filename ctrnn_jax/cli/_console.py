"""Plain text on a console of rich."""

from collections.abc import Callable

from rich.console import Console


def printer(console: Console, *, soft_wrap: bool = True) -> Callable[[str], None]:
    """Return a function that prints a line as it is: no markup, no highlighting."""

    def say(text: str) -> None:
        console.print(text, highlight=False, markup=False, soft_wrap=soft_wrap)

    return say
