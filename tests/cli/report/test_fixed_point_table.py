"""The table of fixed points in a report."""

from ctrnn_jax.cli.report import _analyses


def test_the_slowest_mode_of_each_kind_is_shown_and_growth_is_named():
    """Of saddles, whose leading time constants are negative, the slowest growth."""
    points = [
        {"stability": kind, "leading_time_constant_ms": time}
        for kind, time in (
            ("saddle", -20.0), ("saddle", -300.0), ("stable", 50.0), ("stable", 120.0),
            ("slow", None),
        )
    ]  # fmt: skip
    table = _analyses._fixed_points(points)
    assert table.rows == (
        ("saddle", "2", "-300 (growth)"),
        ("slow", "1", "unknown"),
        ("stable", "2", "120"),
    )
