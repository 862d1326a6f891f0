"""XLA options that compile quickly, for programs that run once: tests and `--smoke`."""

from ctrnn_jax._quick_compilation import OPTIONS


def with_quick_compilation(given: str) -> str:
    """Return a value of `XLA_FLAGS` in which the given flags come last, and win."""
    flags = (f"--{name}={str(value).lower()}" for name, value in OPTIONS.items())
    return f"{' '.join(flags)} {given}".strip()
