"""Networks with the published settings of papers and packages."""

from functools import partial

from ctrnn_jax.presets import masse2019, nn4n, psychrnn, song2016, yang2019

from ._digest import Cases
from ._networks import built, drawn_weights, key


SONG2016 = (
    "rdm_dense", "rdm_fixed", "rdm_nodale", "rdm_varstim", "rdm_rt", "mante",
    "mante_areas", "multisensory", "romo", "lee", "sinewave",
)  # fmt: skip


def preset_cases() -> Cases:
    song = partial(song2016, key=key(1))
    for structure in SONG2016:
        make = partial(song, structure, n_hidden=40)
        yield f"song2016.{structure}", partial(drawn_weights, make)
    yield "song2016.published_size", partial(built, song, 12)
    start = partial(song, "multisensory", n_hidden=40, connect_start=True)
    yield "song2016.multisensory_start", partial(drawn_weights, start)

    yang = partial(yang2019, 9, 32, 5, key=key(1))
    identity = partial(yang, activation="softplus", w_hid="identity")
    yield "yang2019.softplus.identity", partial(built, identity, 12)
    orthogonal = partial(yang, activation="relu", w_hid="orthogonal")
    yield "yang2019.relu.orthogonal", partial(built, orthogonal, 12)

    masse = partial(masse2019, 6, 20, key=key(1))
    yield "masse2019", partial(built, masse, 12)
    yield "masse2019.fields", partial(built, partial(masse, fields=3), 12)
    not_plastic = partial(masse, short_term_plasticity=False)
    yield "masse2019.without_plasticity", partial(built, not_plastic, 12)

    psych = partial(psychrnn, 3, 20, 2, dt=10.0, tau=100.0, key=key(1))
    yield "psychrnn", partial(built, psych, 12)
    dale = partial(psych, dale_ratio=0.8, rec_noise=0.2)
    yield "psychrnn.dale", partial(built, dale, 12)

    plain = partial(nn4n, 2, 20, 2, key=key(1))
    yield "nn4n", partial(built, plain, 12)
    noisy = partial(plain, dale=True, preact_noise=0.3, postact_noise=0.2)
    yield "nn4n.dale", partial(built, noisy, 12)
