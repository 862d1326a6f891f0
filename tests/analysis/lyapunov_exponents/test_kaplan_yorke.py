"""The Kaplan-Yorke dimension of lists of exponents."""

from helpers import close
import numpy as np
import pytest

from ctrnn_jax.analysis import kaplan_yorke


def test_kaplan_yorke_of_lists():
    """Zeros within the error; incomplete lists; expanding volumes; NaN."""
    close(kaplan_yorke([-1e-4, -1.0], standard_error=[1e-3, 1e-3]), np.array(1.0))
    close(kaplan_yorke([-1e-4, -1.0]), np.array(0.0))
    close(kaplan_yorke([-2.0, 0.5]), np.array(1.25))
    assert np.isnan(kaplan_yorke([1.0, -0.5], complete=False))
    close(kaplan_yorke([1.0, -0.5, -1.0], complete=False), np.array(2.5))
    close(kaplan_yorke([1.0, -0.5]), np.array(2.0))
    close(kaplan_yorke([1.0, 0.0, -1.0]), np.array(3.0))
    close(kaplan_yorke([0.5, -np.inf]), np.array(1.0))
    assert np.isnan(kaplan_yorke([np.nan, -0.5]))
    close(kaplan_yorke([1, 0, -2], complete=False), np.array(2.5))
    with pytest.raises(ValueError, match="`exponents` must be a list"):
        kaplan_yorke(np.ones((2, 2)))
