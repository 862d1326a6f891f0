"""Invalid arguments of presets raise errors that name the argument."""

import jax
import pytest

import ctrnn_jax as cj


KEY = jax.random.key(3)


@pytest.mark.usefixtures("as_for_a_user")
@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: cj.presets.masse2019(6, 1, key=KEY),
            "`n_hidden` must be a whole number, at least 2; got 1",
        ),
        (
            lambda: cj.presets.masse2019(6, fields=0, key=KEY),
            "`fields` must be a whole number, at least 1; got 0",
        ),
        (
            lambda: cj.presets.masse2019(24, fields=5, key=KEY),
            "`fields` must divide the 24 inputs; got 5",
        ),
        (
            lambda: cj.presets.song2016(n_hidden=1, key=KEY),
            "`n_hidden` must be a whole number, at least 2; got 1",
        ),
        (
            lambda: cj.presets.song2016("rdm_dens", key=KEY),
            "Did you mean 'rdm_dense'",
        ),
        (
            lambda: cj.presets.yang2019(w_hid="identiti", key=KEY),
            "`w_hid` must be a known name; got 'identiti'. Did you mean 'identity'",
        ),
    ],
)
def test_invalid_arguments_raise(make, message):
    with pytest.raises(ValueError, match=message):
        make()
