"""Analyses of recorded rates: dimensions, decoding, similarity, axes, memory."""

from typing import Any

import numpy as np

import ctrnn_jax as cj
from ctrnn_jax import analysis

from ._analysed_networks import calm, session
from ._digest import attributes, Cases, Unordered
from ._linear_analysis import matrix
from ._network_files import loaded
from ._networks import inputs, key, normal, plastic, state


def pca() -> Any:
    rates = session().rates
    components = analysis.pca(rates, n_components=4)
    scores = components.project(rates)
    return (
        attributes(components, "components variances mean total_variance explained"),
        scores,
        components.reconstruct(scores),
        analysis.pca(rates).dimensions(0.9),
        analysis.participation_ratio(rates),
        analysis.participation_ratio(rates, corrected=True),
        analysis.participation_ratio_of(matrix() @ matrix().T),
    )


def decoded(decoder: analysis.AbstractDecoder, **options: Any) -> Any:
    result = analysis.decode(
        session().rates[:, ::3], session().level, decoder=decoder, folds=4, shuffles=5,
        key=key(6), **options,
    )  # fmt: skip
    return attributes(result, "accuracy shuffled chance p_values")


def decoded_memory() -> Any:
    rates, labels = session().rates[:, ::4], session().choice
    u, x = normal(62, *rates.shape), normal(63, *rates.shape)
    result = analysis.decode_memory(rates, u, x, labels, shuffles=5, key=key(6))
    return [attributes(y, "accuracy shuffled") for y in (result.rates, result.synapses)]


def shuffled_memory() -> Any:
    end = cj.rollout(plastic(n_in=2), inputs(2), key=key(2)).final_state
    within = np.array([0, 1, 0, 1])
    shuffled = analysis.shuffle_memory(
        end, key=key(6), activity=True, synapses=True, within=within
    )
    return state(shuffled)


def memory_capacity() -> Any:
    u = normal(65, 300, 2)
    u[:, 1] = 0
    rates = cj.rollout(cj.noiseless(loaded(calm)), u).rates
    results = [
        analysis.memory_capacity(rates, u[:, 0], lags=8, washout=20, corrected=x)
        for x in (False, True)
    ]
    return [attributes(result, "capacities total") for result in results]


def similar() -> Any:
    rates = session().rates
    x = rates[..., :5]
    y = rates[..., 4:9] + normal(64, *rates.shape)[..., :5] / 10
    return (
        analysis.cka(x, y),
        analysis.cka(x, y, debiased=True),
        analysis.procrustes_distance(x, y),
        analysis.procrustes_distance(x, y, scaled=False),
        analysis.principal_angles(x[0, :3], y[0, :2]),
    )


def dsa() -> Any:
    """Return the dynamical similarity of two halves of the units."""
    rates = session().rates
    x, y = rates[..., :6], rates[..., 6:]
    model: dict[str, Any] = {"rank": 4, "delays": 2, "lag": 1}
    search: dict[str, Any] = {"starts": 4, "iterations": 30, "key": key(7)}
    whole = analysis.dsa(x, y, **model, **search)
    of_x, of_y = (analysis.delay_dynamics(rates, **model) for rates in (x, y))
    in_parts = analysis.align_dynamics(of_x, of_y, **search)
    names = "distance angle alignment distances"
    return attributes(whole, names), of_x, of_y, attributes(in_parts, names)


def targeted() -> Any:
    rates, choice = session().rates, session().choice
    regressors = np.stack([2.0 * choice - 1, session().level], axis=1)
    regressors = regressors.astype(rates.dtype)
    axes = analysis.targeted_axes(rates, regressors, n_components=4)
    names = "axes raw peak coefficients mean scale"
    return attributes(axes, names), axes.project(rates)


def demixed() -> Any:
    rates, trials = session().rates, np.arange(40)
    conditions = {"choice": trials % 2, "level": trials // 2 % 3}
    averages = analysis.condition_averages(rates, conditions)
    axes = analysis.demixed_axes(averages, "choice", n_components=2)
    variances = analysis.marginal_variances(averages)
    return (
        attributes(averages, "means trials"),
        attributes(axes, "decoders encoders explained mean"),
        axes.project(rates),
        Unordered(analysis.marginals(averages).values()),
        [Unordered(x.values()) for x in (variances.fractions, variances.per_unit)],
        variances.total,
    )


def selectivity() -> Any:
    """Return tuning and selectivity of single units."""
    rates, level, choice = session().rates, session().level, session().choice
    late = rates[:, -1]
    many = {"first": rates[:20], "second": rates[20:]}
    curve = analysis.tuning_curve(late, level)
    variances = analysis.task_variances(many)
    clusters = analysis.cluster_units(normal(66, 25, 4), max_clusters=8)
    return (
        attributes(curve, "means standard_errors trials"),
        analysis.selectivity_index(late, level),
        analysis.d_prime(late, choice),
        analysis.explained_fraction(late, level),
        analysis.binned(session().evidence, at_most=6),
        analysis.task_variance(rates),
        attributes(variances, "variances normalised active"),
        attributes(clusters, "labels counts silhouettes"),
        attributes(analysis.choice_probability(late, choice), "value trials"),
    )


def population_cases() -> Cases:
    yield "pca", pca
    yield "decode.ridge", lambda: decoded(analysis.RidgeDecoder(), cross_temporal=True)
    yield "decode.lda", lambda: decoded(analysis.LDADecoder())
    yield "decode.memory", decoded_memory
    yield "memory.shuffled", shuffled_memory
    yield "memory.capacity", memory_capacity
    yield "cka", similar
    yield "dsa", dsa
    yield "targeted_axes", targeted
    yield "demixed_axes", demixed
    yield "selectivity", selectivity
