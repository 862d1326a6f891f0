"""Every error reads "`name` must <rule>; got <value or shape>. <What to do.>"""

import os
import re

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ctrnn_jax as cj
from ctrnn_jax import _checks, _files, _tree


RAGGED = [[1.0], [1.0, 2.0]]
NAN = float("nan")

INVALID = [
    (_checks.check_positive, (0.0, "Help."), "be positive; got 0. Help."),
    (_checks.check_positive, ([1.0, NAN], "Help."), "be positive; got nan. Help."),
    (_checks.check_positive, (np.inf, "Help."), "be positive; got inf. Help."),
    (_checks.check_positive, ("a", "Help."), "be numbers; got 'a'."),
    (_checks.check_positive, (RAGGED, "Help."), f"be numbers; got {RAGGED}."),
    (_checks.check_not_negative, (-1, "Help."), "not be negative; got -1. Help."),
    (_checks.check_not_negative, (NAN, "Help."), "not be negative; got nan. Help."),
    (_checks.check_finite, ([[0.0], [-np.inf]],), "be finite; got -inf."),
    (_checks.check_number, ("1",), "be a number; got '1'."),
    (_checks.check_number, (True,), "be a number; got True."),
    (_checks.check_number, (np.ones(2),), "be a number; got float64 of shape (2,)."),
    (_checks.check_number, (None,), "be a number; got None."),
    (_checks.check_flag, (1,), "be True or False; got 1."),
    (_checks.check_list, ("ab",), "be a list of numbers; got 'ab'."),
    (_checks.check_list, (3,), "be a list of numbers; got 3."),
    (_checks.check_fraction, (1.01,), "lie in [0, 1]; got 1.01."),
    (_checks.check_fraction, (-0.01,), "lie in [0, 1]; got -0.01."),
    (_checks.check_fraction, ("0",), "lie in [0, 1]; got '0'."),
    (_checks.check_fraction, (NAN,), "lie in [0, 1]; got nan."),
    (_checks.check_choice, ("tima", ["time", "x"]), "'tima'. Did you mean 'time'? The"),
    (_checks.check_choice, (3, ["time", "x"]), "3. The options are 'time', 'x'."),
    (_checks.check_shape, (np.ones(2), (3,), "Help."), "(3,); got shape (2,). Help."),
    (_checks.check_over_time, (np.ones((3, 2)), 4), "have shape (*batch, time, 4)"),
    (_checks.check_over_time, (np.ones(4), 4), "have shape (*batch, time, 4)"),
    (
        _checks.check_dtype,
        (np.ones(2), jnp.dtype("float32")),
        "dtype float32; got float64",
    ),
    (_checks.check_instance, (3, str, "be text", "Help."), "be text; got 3. Help."),
    (_checks.steps_in, ("20", 10.0), "be a number; got '20'."),
    (_checks.steps_in, (-20, 10.0), "not be negative; got -20 ms."),
    (_checks.steps_in, (np.inf, 10.0), "be a duration in ms; got inf."),
    (_checks.steps_in, (25, 10.0), "of dt = 10 ms; got 25 ms. The nearest is 20 ms."),
    (_checks.steps_in, (1, 10.0), "of dt = 10 ms; got 1 ms. The nearest is 10 ms."),
    (_checks.as_array, (RAGGED, float, (2,)), f"be numbers; got {RAGGED}."),
    (_checks.as_array, (np.ones(2) > 0, float, (2,)), "be real numbers; got bool of"),
    (_checks.as_array, (np.ones(2), float, (3,)), "Give one number for each unit."),
    (_checks.as_array, (np.ones(2), float, (3, 2)), "Weights are W[post, pre]:"),
]


@pytest.mark.parametrize(("check", "arguments", "message"), INVALID)
def test_invalid_values_are_named(as_for_a_user, check, arguments, message):
    with pytest.raises(ValueError, match=re.escape(message)) as error:
        check("value", *arguments)
    assert str(error.value).startswith("`value` must ")


@pytest.mark.parametrize(
    ("value", "at_least"), [(2.0, 1), (True, 1), ("2", 1), (0, 1), (2, 3)]
)
def test_invalid_counts_are_named(as_for_a_user, value, at_least):
    rule = f"`n` must be a whole number, at least {at_least}; got {value!r}."
    with pytest.raises(ValueError, match=re.escape(rule)):
        _checks.check_count("n", value, at_least=at_least)


def test_valid_values_pass_and_are_returned():
    assert _checks.check_count("n", np.int32(3), at_least=3) == 3
    assert _checks.check_fraction("f", 1) == 1.0
    assert _checks.check_fraction("f", 0.0) == 0.0
    assert _checks.check_flag("flag", np.bool_(False)) is False
    assert _checks.check_list("values", iter([1, 2])) == (1, 2)
    assert _checks.check_choice("word", "x", ["time", "x"]) == "x"
    assert _checks.check_number("x", jnp.asarray(2)) == 2.0
    assert _checks.steps_in("t", 0.0, 10.0) == 0
    assert _checks.steps_in("t", 0.3, 0.1) == 3
    _checks.check_positive("x", np.array([1e-9, 5.0]), "")
    _checks.check_not_negative("x", 0.0, "")
    _checks.check_over_time("x", jnp.ones((2, 3, 4)), 4)
    array = _checks.as_array("w", [[1, 2]], jnp.dtype("float32"), (1, 2))
    assert array.dtype == jnp.float32
    np.testing.assert_array_equal(array, [[1.0, 2.0]])


def test_values_under_a_transformation_pass_unchecked():
    def checked(x):
        _checks.check_positive("x", x, "")
        return x

    assert jax.eval_shape(checked, -1.0).shape == ()


def test_ragged_lists_are_errors_for_users(as_for_a_user):
    with pytest.raises(ValueError, match="`sigma` must be numbers; got"):
        cj.DiffusionNoise(RAGGED)


def test_a_file_that_cannot_be_written_leaves_no_part(tmp_path, monkeypatch):
    path = tmp_path / "file"
    before = os.umask(0o027)
    try:
        assert _files.write_atomically(path, b"first") == path
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o640

    def fails(*arguments):
        raise OSError("no space")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", fails)
        with pytest.raises(OSError, match="no space"):
            _files.write_atomically(path, b"second")
    assert [file.name for file in tmp_path.iterdir()] == ["file"]
    assert path.read_bytes() == b"first"
    _files.write_atomically(path, b"third")
    assert path.read_bytes() == b"third"
    message = f"there is no such folder; make it first: '{tmp_path / 'none'}'"
    with pytest.raises(FileNotFoundError, match=re.escape(message)):
        _files.write_atomically(tmp_path / "none" / "file", b"")


def test_ctrl_c_after_a_file_was_written_is_raised(tmp_path, monkeypatch):
    """It was once replaced by an error about the temporary file, which was gone."""
    replace = os.replace

    def replace_and_interrupt(*paths):
        replace(*paths)
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", replace_and_interrupt)
    with pytest.raises(KeyboardInterrupt):
        _files.write_atomically(tmp_path / "file", b"data")
    assert (tmp_path / "file").read_bytes() == b"data"
    assert len(list(tmp_path.iterdir())) == 1


def test_fields_of_modules_are_replaced_and_compared():
    noise = cj.DiffusionNoise(0.1)
    other = _tree.with_fields(noise, sigma=jnp.asarray(0.2))
    assert type(other) is cj.DiffusionNoise
    assert float(other.sigma) == 0.2
    with pytest.raises(ValueError, match="`field of DiffusionNoise` must be a known"):
        _tree.with_fields(noise, sigm=0.2)
    x, y = jnp.ones(2), jnp.zeros(2)
    assert _tree.same_structure((x, y), (y, x))
    for different in ((x,), [x, y], (x, jnp.zeros(3)), (x, y.astype(jnp.float32))):
        assert not _tree.same_structure((x, y), different)
    weak = {"a": jnp.asarray(1.0), "n": jnp.asarray(1), "name": None}
    strong = _tree.strong(weak, jnp.dtype("float32"))
    assert (strong["a"].dtype, strong["a"].weak_type) == (jnp.float32, False)
    assert strong["n"].dtype == weak["n"].dtype
