"""Means with intervals: published values, closed forms, and their coverage."""

import numpy as np
import pytest

from ctrnn_jax.cli.report import _intervals


def test_wilson_intervals_are_those_of_newcombe_1998():
    """Table I, method 3 (score without continuity correction)."""
    for hits, trials, low, high in (
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ):
        scores = np.zeros(trials)
        scores[:hits] = 1.0
        interval = _intervals.mean_score(scores)
        assert (interval.low, interval.high) == pytest.approx((low, high), abs=5e-5)
        assert (interval.mean, interval.trials) == (hits / trials, trials)
    assert _intervals.method_of(np.ones(3)) == "95 % Wilson score interval"


def test_bootstrap_intervals_are_those_of_a_large_sample():
    """Close to the normal approximation, and the same in every call."""
    scores = np.random.default_rng(1).uniform(0, 1, 400)
    interval = _intervals.mean_score(scores)
    error = 1.96 * scores.std() / 20
    expected = (scores.mean() - error, scores.mean() + error)
    assert (interval.low, interval.high) == pytest.approx(expected, abs=4e-3)
    assert interval == _intervals.mean_score(scores)
    assert "bootstrap" in _intervals.method_of(scores)


def test_tables_have_the_means_of_each_level():
    rng = np.random.default_rng(0)
    conditions = {
        "rule": np.arange(60) % 3,
        "evidence": rng.normal(size=60),
        "other": rng.normal(size=60),
        "constant": np.ones(60),
        "t_end": np.arange(60) % 2,
        "vector": np.zeros((60, 2)),
        "missing": np.where(np.arange(60) < 3, np.nan, 1.0),
    }
    scores = (rng.uniform(size=60) < 0.7).astype(float)
    tables = _intervals.tables_by_condition(
        scores, conditions, "evidence", {"evidence": "evidence (%)"}
    )
    by_evidence, by_rule = tables
    assert by_evidence.caption == "By evidence (%), in bins of equally many trials"
    assert len(by_evidence.rows) == 12
    assert sum(int(row[3]) for row in by_evidence.rows) == 60
    means = [f"{scores[conditions['rule'] == rule].mean():.3f}" for rule in range(3)]
    assert [row[1] for row in by_rule.rows] == means
    assert [row[0] for row in by_rule.rows] == ["0", "1", "2"]
