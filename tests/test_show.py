"""Every result and value prints its numbers, and is a table in a notebook."""

import dataclasses
import enum
import importlib
import inspect
import re
from typing import get_args
from xml.etree import ElementTree

import equinox as eqx
import jax
import jax.numpy as jnp
from network.full_network import full
import numpy as np
import pytest
from shown import ensemble_result, fit_result, history, KINDS, objects
from test_public_api import PLACES
from training.problem import fit, fit_ensemble

import ctrnn_jax as cj
from ctrnn_jax._show import AbstractShown, number, Table, text


MOST_LINES, WIDTH = 16, 100
NOT_SHOWN = {"Cell", "FolderLock", "StepInputs", "Steps"}
"""A lock, and what a scan is made of, for custom adjoints."""


def public_values():
    """Return every public function and class, with the methods of the classes."""
    for room, names in PLACES.items():
        module = importlib.import_module(f"ctrnn_jax.{room}".rstrip("."))
        for name in names:
            value = getattr(module, name)
            yield value
            if inspect.isclass(value):
                for attribute, member in inspect.getmembers(value):
                    if inspect.isfunction(member) and not attribute.startswith("_"):
                        yield member


def classes_in(annotation):
    """Return the classes of an annotation, also those in unions and containers."""
    if inspect.isclass(annotation) and not get_args(annotation):
        return {annotation}
    return {cls for part in get_args(annotation) for cls in classes_in(part)}


def returned(function):
    """Return the annotation of what a function returns."""
    annotation = function.__annotations__.get("return")
    is_text = isinstance(annotation, str)
    return eval(annotation, function.__globals__) if is_text else annotation


def held_classes():
    """Return the classes of the package that users name or that functions return."""
    found = set()
    for value in public_values():
        if inspect.isclass(value):
            found.add(value)
        elif inspect.isfunction(value):
            found |= classes_in(returned(inspect.unwrap(value)))
    return {
        cls
        for cls in found
        if cls.__module__.startswith("ctrnn_jax.")
        and not issubclass(cls, (BaseException, enum.Enum, dict))
        and cls.__name__ not in NOT_SHOWN
    }


def test_every_class_that_users_hold_prints_its_numbers():
    classes = held_classes()
    assert len(classes) > 130
    assert (
        sorted(cls.__name__ for cls in classes if not hasattr(cls, "_repr_html_")) == []
    )


def test_every_result_has_an_example_below():
    """Classes of options inherit how they print; a few of them are enough."""
    examples = {type(x) for kind in KINDS for x in objects(kind)}
    defines = {
        cls
        for cls in held_classes()
        if "_table" in vars(cls) and not cls.__name__.startswith("Abstract")
    }
    assert len(defines) > 60
    assert sorted(cls.__name__ for cls in defines - examples) == []


def check_text(shown):
    printed = repr(shown)
    lines = printed.splitlines()
    assert 0 < len(lines) <= MOST_LINES, printed
    assert max(map(len, lines)) <= WIDTH, printed
    assert not re.search(r"[fiu]\d+\[|bool\[|<object|Traced<", printed), printed
    has_text_for_messages = isinstance(
        shown, cj.training.Divergence | cj.training.Member
    )
    assert has_text_for_messages or str(shown) == printed
    return printed


def check_html(shown):
    html = shown._repr_html_()
    root = ElementTree.fromstring(html)  # raises an error unless it is well-formed
    assert root.tag == "div"
    allowed = {"div", "strong", "table", "tbody", "tr", "th", "td", "p"}
    assert {element.tag for element in root.iter()} <= allowed
    assert not re.search("color|http|script|src=", html)
    return root


@pytest.fixture
def compiled():
    """Return the times of compilations during a test."""
    times = []

    def count(event, duration, **_):
        if event == "/jax/core/compile/backend_compile_duration":
            times.append(duration)

    jax.monitoring.register_event_duration_secs_listener(count)
    yield times
    jax.monitoring.unregister_event_duration_listener(count)


@pytest.mark.parametrize("kind", KINDS)
def test_objects_print_numbers_in_few_lines(kind, request):
    shown_objects = objects(kind)
    compiled = request.getfixturevalue("compiled")
    for shown in shown_objects:
        is_call = False
        if isinstance(shown, AbstractShown):
            is_call = shown._table().is_call  # raises none of the errors repr hides
        printed = check_text(shown)
        assert is_call or re.search(r"\d", printed), printed
        check_html(shown)
    assert compiled == []  # printing is quick


def is_numbers(leaf):
    return getattr(getattr(leaf, "dtype", None), "kind", "") in tuple("biufc")


def stacked(leaf):
    return np.stack([np.asarray(leaf)] * 2) if is_numbers(leaf) else leaf


@pytest.mark.parametrize("kind", KINDS)
def test_objects_with_leaves_that_are_no_numbers_print(kind):
    by_class = {type(x): x for x in objects(kind) if isinstance(x, (eqx.Module, tuple))}
    for shown in by_class.values():
        check_other_leaves(shown)


def check_other_leaves(shown):
    arrays = eqx.filter(shown, is_numbers)
    others = [
        jax.tree.map(lambda _: True, shown),
        jax.tree.map(lambda _: None, shown),
        jax.tree.map(lambda _: "<b>", shown),
        jax.tree.map(lambda x: jax.ShapeDtypeStruct(x.shape, x.dtype), arrays),
        jax.tree.map(stacked, shown),
        arrays,
    ]
    for other in others:
        check_text(other)
        check_html(other)

    @jax.jit
    def traced(tree):
        check_text(tree)
        check_html(tree)
        return 0

    traced.lower(arrays)


def test_arrays_that_were_donated_print_their_shape():
    state = cj.State(jnp.arange(3.0))
    state.potentials.delete()
    assert "potentials  float64 of shape (3,)" in repr(state)
    check_html(state)


def test_other_axes_than_those_of_one_result_print_the_fields():
    one = cj.analysis.PCA(jnp.eye(2), jnp.ones(2), jnp.zeros(2), jnp.asarray(2.0))
    many = jax.tree.map(lambda x: np.stack([x, x, x]), one)
    with pytest.raises(TypeError, match="The array has 2 axes, not 1"):
        many._table()
    assert repr(many).splitlines() == [
        "PCA",
        "components      3x2x2: mean 0.5, from 0 to 1",
        "variances       3x2: all 1",
        "mean            3x2: all 0",
        "total_variance  [2, 2, 2]",
    ]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, "yes"), (3, "3"), (25_000.0, "25000"), (0.1 + 0.2, "0.3"),
        (np.float32(0.1), "0.1"), (1.23456e-7, "1.235e-07"), (2e6, "2e+06"),
        (np.nan, "nan"), (-np.inf, "-inf"), (-0.0, "0"), (1 + 2.5j, "1+2.5j"),
        (jnp.asarray(0.5), "0.5"), (np.array(7), "7"),
    ],
)  # fmt: skip
def test_numbers_have_four_digits(value, expected):
    assert (number(value), text(value)) == (expected, expected)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.array([1.0, 2.5]), "[1, 2.5]"),
        (np.array([True, False, True]), "2 of 3"),
        (np.eye(3, dtype=bool), "3 of 9 (3x3)"),
        (np.arange(10.0), "10: mean 4.5, from 0 to 9"),
        (np.array([*range(9), np.nan]), "10: mean 4, from 0 to 8, 1 not finite"),
        (np.full(9, np.nan), "9: no entry is finite"),
        (np.zeros((2, 5)), "2x5: all 0"),
        (np.array([[1.0, -1.0 + 1e-9]]), "1x2: mean 0, from -1 to 1"),
        (np.full(7, 3 + 4j), "7: magnitude, mean 5, from 5 to 5"),
        (np.zeros((0, 3)), "empty, shape 0x3"),
        (np.array(["saddle", "stable", "stable"]), "1 saddle, 2 stable"),
        (np.array("stable"), "stable"),
        (np.ones((3, 4), jnp.bfloat16), "3x4: all 1"),
        (jax.random.key(0), "key<fry> of shape ()"),
        (jax.ShapeDtypeStruct((2,), np.float32), "float32 of shape (2,)"),
        (("a", "b"), "a, b"),
        ((), "none"),
        (range(100), "a range"),
        (tuple(range(100)), "0, 1, 2, 3, ..., 99"),
        ({"w_in": 3}, "w_in 3"),
        ("two\nlines", "two lines"),
        (np.tanh, "tanh"),
        (cj.dynamics.relu, "relu"),
        (cj.StepNoise(pre=0.1), "StepNoise(pre=0.1)"),
    ],
)  # fmt: skip
def test_values_are_one_line(value, expected):
    assert text(value) == expected


def test_options_print_as_the_call_that_makes_them():
    assert repr(cj.DiffusionNoise(0.15)) == "DiffusionNoise(sigma=0.15)"
    assert repr(cj.Euler()) == "Euler()"
    assert (
        repr(cj.MeanAbove(0.9)) == "MeanAbove(threshold=0.9, last=5, inclusive=False)"
    )
    plasticity = cj.dynamics.ShortTermPlasticity(1500.0, 200.0, 0.2)
    expected = "ShortTermPlasticity(tau_u=1500 ms, tau_x=200 ms, baseline=0.2)"
    assert repr(plasticity) == expected
    penalty = cj.penalties.WeightL1(1e-4, "w_in")
    assert repr(penalty) == "WeightL1(weight=0.0001, of='w_in')"
    lines = repr(full().constraints.w_hid).splitlines()
    assert (lines[0][:12], lines[-1][-3:]) == ("Chain(links=", "))))"[:3])
    assert all(len(line) <= 88 for line in lines)


def test_a_long_call_is_cut():
    @dataclasses.dataclass(repr=False)
    class Long(AbstractShown):
        names: tuple[str, ...]

        def _table(self):
            rows = tuple((name, "x" * 60) for name in self.names)
            return Table("Long", rows, is_call=True)

    lines = repr(Long(tuple(f"option_{i}" for i in range(40)))).splitlines()
    assert len(lines) == 14
    assert lines[-1].endswith("[...]")


def test_a_network_prints_its_sizes_and_times():
    net = cj.EIRNN(
        2, 10, 1, dt=20.0, tau=100.0, noise=cj.DiffusionNoise(0.15),
        dtype=jnp.float32, key=jax.random.key(0),
    )  # fmt: skip
    lines = repr(net).splitlines()
    assert lines[0] == "EIRNN: 2 inputs -> 10 units -> 1 output, float32"
    assert lines[1:4] == [
        "dt (ms)       20",
        "tau (ms)      100",
        "noise         DiffusionNoise(sigma=0.15)",
    ]
    assert "units         excitatory (8), inhibitory (2)" in lines
    many = cj.stack([net, net])
    first = "EIRNN: 2 networks, 2 inputs -> 10 units -> 1 output, float32"
    assert repr(many).splitlines()[:2] == [first, "dt (ms)       [20, 20]"]


def test_a_fit_prints_its_course():
    lines = repr(fit_result()).splitlines()
    assert lines[:7] == [
        "FitResult: 9 updates, stopped='criterion'",
        "loss             first 1, last 0.01, from 0.01 to 1",
        "terms['task']    first 1, last 0.01, from 0.01 to 1",
        "terms['rates']   first 0.1, last 0.001, from 0.001 to 0.1",
        "gradient_norm    first 2, last 0.02, from 0.02 to 2",
        "performance      first 0.5, last 0.75, from 0.5 to 0.75",
        "validation_loss  first 0.3, last 0.2, from 0.2 to 0.3",
    ]
    assert lines[7] == "best             performance 0.75, loss 0.2 after 8 updates"
    empty = cj.training.History(
        np.zeros(0), {}, np.full(1, np.nan), np.zeros(0, int), *np.zeros((3, 0))
    )
    assert repr(empty).splitlines() == [
        "History: 0 updates, 0 validations",
        "loss             none",
        "gradient_norm    nan",
        "performance      none",
        "validation_loss  none",
    ]
    diverged = dataclasses.replace(history(), loss=np.full(3, np.nan))
    assert "loss             first nan, last nan\n" in repr(diverged)


def test_an_ensemble_prints_a_row_for_each_member():
    lines = repr(ensemble_result()).splitlines()
    assert lines[0] == "EnsembleResult: 3 members"
    facts = [line.split("  ")[0] for line in lines[2:6]]
    assert facts == ["best", "best performance", "last loss", "updates"]
    text = "member 2 (seed 2, noise 0.3): 0.75 after 8 updates"
    assert lines[2] == f"best              {text}"
    assert lines[3] == "best performance  0.625 ± 0.1021 (mean ± sd)"
    assert lines[-4].split("  ")[0] == "member"
    rows = [line.split() for line in lines[-3:]]
    assert rows == [
        ["0", "0", "0.1", "9", "criterion", "0.01", "0.5"],
        ["1", "1", "0.2", "9", "criterion", "0.02", "0.625"],
        ["2", "2", "0.3", "5", "criterion", "0.3", "0.75"],
    ]
    many = repr(ensemble_result(24)).splitlines()
    assert len(many) <= MOST_LINES
    assert many[-2:] == ["... and 18 more", "table() and to_dataframe() have all rows"]
    assert many[2].startswith("best              member 23 (seed 23, noise 2.4")
    assert len(repr(ensemble_result(8)).splitlines()) == 15  # all of few


def test_a_grid_is_aligned():
    curve = cj.analysis.PsychometricCurve(
        np.array([-12.8, 3.2]), np.array([0.25, 0.75]), np.array([100, 50]),
        np.array([0.0433, 0.0612]),
    )  # fmt: skip
    assert repr(curve).splitlines() == [
        "PsychometricCurve: 2 levels",
        "evidence  proportion  trials  standard_error",
        "   -12.8        0.25     100          0.0433",
        "     3.2        0.75      50          0.0612",
    ]


def test_long_words_of_a_grid_leave_room_for_all_numbers():
    units = [f"Lesion([4, 3, 30, 31, 32, 33, {last}])" for last in (34, 35)]
    numbers = [jnp.full(2, -0.00123456 * (i + 1)) for i in range(5)]
    effect = cj.analysis.PerturbationEffect(numbers[0][0], *numbers, (*units,))
    measures = {"performance": effect, "rate_excitatory": effect}
    effects = cj.analysis.PerturbationEffects(measures, effect.names, 0.95, 12)
    _, *lines = repr(effects).splitlines()
    cells = "  -0.001235  -0.001235  -0.002469  -0.003704  -0.004938"
    assert lines == [
        "perturbation      measure             intact  perturbed     change        low"
        "       high",
        *(
            f"Lesion([...{last}])  {measure}{cells}"
            for last in (" 34", " 35")
            for measure in ("performance    ", "rate_excitatory")
        ),
    ]
    # with one column of words, names are longer
    names = [line.split("  ")[0] for line in repr(effect).splitlines()[2:]]
    assert names == [f"Lesion([4, 3, 30..., 32, 33, {last}])" for last in (34, 35)]


def test_html_has_the_cells_of_the_text_and_escapes_names():
    name = "<b>all & 'more'</b>"
    effect = cj.analysis.PerturbationEffect(
        jnp.asarray(0.75),
        *(jnp.asarray([x]) for x in (0.5, -0.25, -0.3, -0.2, 0.025)),
        (name,),
    )
    effects = cj.analysis.PerturbationEffects({"<slope>": effect}, (name,), 0.95, 12)
    root = check_html(effects)
    assert root.findtext("strong") == (
        "PerturbationEffects: 1 perturbation, 12 trials, 95 % intervals of the change"
    )
    head, row = root.findall("./table/tbody/tr")
    assert [cell.text for cell in head] == [
        "perturbation", "measure", "intact", "perturbed", "change", "low", "high",
    ]  # fmt: skip
    assert [cell.text for cell in row] == [
        name, "<slope>", "0.75", "0.5", "-0.25", "-0.3", "-0.2",
    ]  # fmt: skip
    assert name in repr(effects)
    rows = check_html(fit_result()).findall("./table/tbody/tr")
    assert [cell.text for cell in rows[0]] == [
        "loss", "first 1, last 0.01, from 0.01 to 1",
    ]  # fmt: skip
    many = check_html(ensemble_result(24))
    assert many.findtext("p") == "... and 18 more"


def test_an_own_task_prints_too():
    class Repeat(cj.tasks.AbstractTask):
        delay: float = 500.0
        dt: float = eqx.field(static=True, default=20.0)
        input_names, output_names = ("x",), ("<y>",)

        @property
        def n_steps(self):
            return 5

        def render(self, condition, key):
            raise NotImplementedError

        def score(self, outputs, trials):
            raise NotImplementedError

    assert repr(Repeat()).splitlines() == [
        "Repeat: 1 input -> 1 output, at most 5 steps of 20 ms",
        "input_names   x",
        "output_names  <y>",
        "delay         500",
    ]
    check_html(Repeat())


def test_results_of_training_print():
    results = fit(6), fit_ensemble(6)
    for result in results:
        result._table()
        check_text(result)
        check_html(result)
    assert repr(results[0]).startswith("FitResult: 6 updates, stopped='steps'\n")
    untrained = fit_ensemble(1)
    assert "EnsembleResult: 4 members\n" in repr(untrained)


def test_ratios_that_do_not_exist_print_without_a_warning():
    pca = cj.analysis.PCA(*map(jnp.asarray, (np.eye(2), np.zeros(2), np.zeros(2), 0.0)))
    assert "component  variance  explained (%)  together (%)" in repr(pca)
    assert "       0         0            nan           nan" in repr(pca)
