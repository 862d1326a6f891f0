"""Files of results: the same bits after a round trip, an error for each wrong file."""

import json

import equinox as eqx
from helpers import identical
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from safetensors import safe_open
from safetensors.numpy import load_file, save_file
from training.problem import ENERGY, fit, fit_ensemble, NAN_AT_7, OPTIMISER

import ctrnn_jax as cj
from ctrnn_jax._tree import with_fields
from ctrnn_jax.network import NetworkFileError
from ctrnn_jax.training import load_result, save_result


def without_optimiser(result):
    """Return a result as it is read: everything but the optimiser's state.

    Numbers that may be NaN become arrays, whose bits are compared.
    """
    best = result.best
    numbers = np.asarray([best.performance, best.loss])
    best = with_fields(best, performance=numbers, loss=None)
    state = with_fields(result.state, opt_state=(), best=best)
    return with_fields(result, state=state, best=best)


RESULTS = {
    "last": lambda: fit(12),
    "best": lambda: fit(12, loss=ENERGY, restore_best=True),
    "before a validation": lambda: fit(3),
    "diverged": lambda: fit(12, optimiser=NAN_AT_7),
    "member": lambda: fit_ensemble(12).member(2),
    "old key": lambda: fit(5, key=jax.random.PRNGKey(1)),
    "averaged": lambda: fit(
        12, optimiser=optax.lookahead(OPTIMISER, sync_period=6, slow_step_size=0.5)
    ),
}


@pytest.mark.usefixtures("optax_promotes")
@pytest.mark.parametrize(
    "name",
    [
        "last", "best", "before a validation", "diverged", "member",
        pytest.param("old key", marks=pytest.mark.slow),
        pytest.param("averaged", marks=pytest.mark.slow),
    ],
)  # fmt: skip
def test_a_loaded_result_has_the_bits_of_the_saved_one(name, tmp_path):
    result = RESULTS[name]()
    path = save_result(tmp_path / "result.safetensors", result)
    back = load_result(path)
    assert identical(without_optimiser(back), without_optimiser(result))
    assert back.divergence == result.divergence
    assert type(back.best.performance) is type(result.best.performance)


def test_history_keeps_float64_where_networks_are_float32(tmp_path):
    result = fit(5)
    small = with_fields(result, network=cj.astype(result.network, "float32"))
    small = with_fields(small, best=with_fields(result.best, network=small.network))
    small = with_fields(
        small, state=with_fields(result.state, network=small.network, best=small.best)
    )
    path = save_result(tmp_path / "result", small)
    with jax.enable_x64(False):
        back = load_result(path)
    assert back.history.loss.dtype == np.float64
    assert identical(back.history, result.history)
    assert identical(back.network, small.network)


def test_equal_networks_are_stored_once_and_equal_results_give_equal_bytes(tmp_path):
    result = fit(5)
    paths = [save_result(tmp_path / name, result) for name in ("a", "b")]
    assert paths[0].read_bytes() == paths[1].read_bytes()
    names = load_file(paths[0])
    assert sum(name.endswith("raw.w_hid") for name in names) == 1


def test_fit_does_not_continue_from_a_loaded_state(tmp_path):
    path = save_result(tmp_path / "result", fit(5))
    message = "A loaded result has no optimiser state: leave `state` out."
    with pytest.raises(ValueError, match=message):
        fit(5, state=load_result(path).state, key=None)


def test_a_custom_activation_and_class_are_arguments(tmp_path):
    result = fit(5)
    net = cj.replace(result.network, activation=jnp.sin)
    path = save_result(tmp_path / "result", with_fields(result, network=net))
    with pytest.raises(NetworkFileError, match="Pass it as `activation=`"):
        load_result(path)
    back = load_result(path, activation=jnp.sin)
    assert back.network.activation is jnp.sin


def edited(path, change, kind="result"):
    """Change the description in a file, with a checksum that is right."""
    from ctrnn_jax.network._file_format import _checksum

    with safe_open(path, "numpy") as file:
        header = json.loads(file.metadata()["ctrnn_jax"])
    change(header)
    tensors = load_file(path)
    if "sha256" in header and kind in header:
        header["sha256"] = _checksum(header[kind], tensors)
    save_file(tensors, path, {"ctrnn_jax": json.dumps(header)})


CHANGES = {
    "does not describe a result: 'sha256'": lambda h: h.pop("sha256"),
    "does not describe a result: 'result'": lambda h: h.pop("result"),
    "does not describe a result: 'network'": lambda h: h["result"].pop("network"),
    "does not describe a result: 'best'": lambda h: h["result"].pop("best"),
    "does not describe a result: `stopped` must be a known name; got 'stepps'. Did "
    "you mean 'steps'": lambda h: h["result"].update(stopped="stepps"),
    "has format 3; this version reads": lambda h: h.update(format=3),
    "unknown class 'os.system'": lambda h: h["result"]["network"].update(
        {"class": "os.system"}
    ),
}


@pytest.mark.parametrize("message", CHANGES)
def test_each_changed_file_has_a_specific_error(message, tmp_path):
    path = save_result(tmp_path / "result", fit(5))
    edited(path, CHANGES[message])
    with pytest.raises(NetworkFileError) as error:
        load_result(path)
    assert message in str(error.value)


def test_files_of_another_kind_name_the_function_that_reads_them(tmp_path):
    result = fit(5)
    of_result = save_result(tmp_path / "result", result)
    of_network = cj.save(tmp_path / "network", result.network)
    message = (
        r"holds a result, not a network\. Read it with cj\.training\.load_result\."
    )
    with pytest.raises(NetworkFileError, match=message):
        cj.load(of_result)
    with pytest.raises(NetworkFileError, match=r"Read it with cj\.load\."):
        load_result(of_network)


def test_damaged_files_are_errors(tmp_path):
    """No flipped bit gives another result."""
    result = fit(5)
    path = save_result(tmp_path / "result", result)
    whole, saved = path.read_bytes(), load_result(path)
    for cut in (0, 5, 100, len(whole) - 1):
        path.write_bytes(whole[:cut])
        with pytest.raises(NetworkFileError, match="results are written by `cj"):
            load_result(path)
    rng = np.random.default_rng(0)
    num_errors = 0
    for place in rng.integers(8, len(whole), 80):
        changed = bytearray(whole)
        changed[place] ^= 1 << int(rng.integers(8))
        path.write_bytes(changed)
        try:
            back = load_result(path)
        except ValueError:
            num_errors += 1
        else:  # the version in the header, or padding
            assert identical(back, saved)
    assert num_errors >= 70


def test_float64_is_not_made_float32(tmp_path):
    path = save_result(tmp_path / "result", fit(5))
    with jax.enable_x64(False), pytest.raises(ValueError, match="holds float64, which"):
        load_result(path)


def test_weights_that_are_not_finite_are_read_on_request_only(tmp_path):
    result = fit(5)
    nan = jnp.full_like(result.network.raw.b_hid, jnp.nan)
    spoiled = eqx.tree_at(lambda r: r.network.raw.b_hid, result, nan)
    path = save_result(tmp_path / "result", spoiled)
    with pytest.raises(NetworkFileError, match="NaN or infinite entries of `b_hid`"):
        load_result(path)
    back = load_result(path, allow_nan=True)
    assert identical(without_optimiser(back), without_optimiser(spoiled))
