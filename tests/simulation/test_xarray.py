"""Trajectories as datasets of xarray: names, times and values; files of NetCDF."""

import sys

import canonical
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ctrnn_jax as cj


KEY = jax.random.key(0)
AREAS = cj.connectivity.MultiAreaEI(
    {"sensory": 4, "motor": 6},
    inputs={"stimulus": 2, "context": 1},
    outputs={"choice": 2, "eye": 1},
    frac_excitatory=0.5,
    key=KEY,
)
NAMED = cj.EIRNN(*AREAS.sizes, connectivity=AREAS, dt=20.0, tau=100.0, key=KEY)
TASK = canonical.TASK


@pytest.fixture(autouse=True)
def xarray():
    return pytest.importorskip("xarray")


def test_axes_have_names_times_and_the_recorded_values():
    inputs = canonical.inputs(3, steps=6)
    traj = cj.rollout(canonical.ctrnn(), inputs)
    data = traj.to_xarray()
    assert dict(data.sizes) == {"trial": 3, "time": 6, "unit": 5, "output": 2}
    for name in ("potentials", "rates"):
        assert data[name].dims == ("trial", "time", "unit")
        np.testing.assert_array_equal(data[name], getattr(traj, name))
    assert data.outputs.dims == ("trial", "time", "output")
    np.testing.assert_array_equal(data.outputs, traj.outputs)
    # the state after input t is that at the end of step t
    np.testing.assert_array_equal(data.time, [20.0, 40.0, 60.0, 80.0, 100.0, 120.0])
    assert data.time.attrs == {"units": "ms"}
    assert data.dt == 20.0
    assert set(data.coords) == {"trial", "time", "unit", "output"}
    np.testing.assert_array_equal(data.rates.sel(time=60.0), traj.rates[:, 2])


def test_units_have_class_and_area_and_outputs_their_names():
    traj = cj.rollout(NAMED, jnp.ones((2, 4, 3)))
    data = traj.to_xarray()
    assert data["class"].values.tolist() == 2 * ["excitatory"] + 2 * [
        "inhibitory"
    ] + 3 * ["excitatory"] + 3 * ["inhibitory"]
    assert data.area.values.tolist() == 4 * ["sensory"] + 6 * ["motor"]
    assert data.output.values.tolist() == ["choice 0", "choice 1", "eye"]
    part = data.rates.isel(
        unit=(data.area == "motor") & (data["class"] == "inhibitory")
    )
    np.testing.assert_array_equal(part, traj.rates_of("motor", "inhibitory"))
    eye = data.outputs.sel(output="eye")
    np.testing.assert_array_equal(eye, traj.outputs_of("eye")[..., 0])


def test_names_of_overlapping_groups():
    """A unit of no group has an empty area, one of two groups both names."""
    Groups = cj.connectivity.Groups
    units = Groups(5, ("early", "late"), (((0, 2),), ((1, 4),)))
    outputs = Groups(2, ("go",), (((1, 2),),))
    layout = cj.connectivity.Layout(Groups(2), units, outputs)
    connectivity = cj.connectivity.Connectivity(
        w_hid=~np.eye(5, dtype=bool), layout=layout
    )
    net = canonical.ctrnn(connectivity=connectivity)
    data = cj.rollout(net, canonical.inputs()).to_xarray()
    assert data.area.values.tolist() == ["early", "early late", "late", "late", ""]
    assert data.output.values.tolist() == ["0", "go"]
    assert "class" not in data.coords
    assert dict(data.sizes) == {"time": 6, "unit": 5, "output": 2}


def test_a_record_with_a_stride_has_the_times_of_its_steps():
    plasticity = cj.dynamics.ShortTermPlasticity(200.0, 1500.0, 0.15)
    net = canonical.ctrnn(synapses=plasticity)
    record = cj.Record(potentials=False, outputs=False, synapses=True, stride=2)
    traj = cj.rollout(net, canonical.inputs(2, 3, steps=7), record=record)
    data = traj.to_xarray()
    assert set(data.data_vars) == {"rates", "synapse_u", "synapse_x"}
    assert data.rates.dims == ("batch_0", "trial", "time", "unit")
    np.testing.assert_array_equal(data.time, [40.0, 80.0, 120.0])
    synapses = traj.synapses
    assert synapses is not None
    np.testing.assert_array_equal(data.synapse_u, synapses.u)
    assert data.stride == 2


def test_time_major_trajectories_have_the_same_dataset(xarray):
    net, inputs = canonical.ctrnn(), canonical.inputs(2, 3)
    first = cj.rollout(net, np.moveaxis(inputs, -2, 0), time_major=True).to_xarray()
    last = cj.rollout(net, inputs).to_xarray()
    xarray.testing.assert_allclose(first, last, rtol=1e-12)
    one = cj.rollout(net, np.moveaxis(inputs[0], -2, 0), time_major=True).to_xarray()
    assert one.rates.dims == ("trial", "time", "unit")


@pytest.mark.parametrize("time_major", [False, True])
def test_a_stack_of_networks_has_an_axis_more(time_major):
    nets = cj.stack([canonical.ctrnn(seed=i) for i in range(2)])
    inputs = canonical.inputs(3)

    def run(net):
        u = np.moveaxis(inputs, 1, 0) if time_major else inputs
        return cj.rollout(net, u, time_major=time_major)

    data = jax.vmap(run)(nets).to_xarray()
    assert data.rates.dims == ("batch_0", "trial", "time", "unit")
    assert data.rates.shape == (2, 3, 6, 5)
    alone = cj.rollout(canonical.ctrnn(seed=1), inputs)
    np.testing.assert_allclose(data.rates[1], alone.rates, rtol=1e-12)
    other = cj.replace(canonical.ctrnn(seed=1), dt=10.0)
    traj = jax.vmap(run)(cj.stack([canonical.ctrnn(), other]))
    message = r"`dt` must be the same in all networks; got \[10.0, 20.0\]"
    with pytest.raises(ValueError, match=message):
        traj.to_xarray()


def test_trials_add_inputs_targets_conditions_and_epochs():
    trials = TASK.validation(KEY, 11)
    traj = cj.rollout(canonical.ctrnn(), trials.inputs)
    data = traj.to_xarray(trials=trials, task=TASK)
    assert data.input.values.tolist() == list(TASK.input_names)
    assert data.output.values.tolist() == list(TASK.output_names)
    for name in ("inputs", "targets", "mask"):
        np.testing.assert_array_equal(data[name], getattr(trials, name))
    assert data.inputs.dims == ("trial", "time", "input")
    for name, values in trials.conditions.items():
        assert data[name].dims == ("trial",)
        np.testing.assert_array_equal(data[name], values)
    for name, steps in trials.epochs.items():
        edges = np.stack([data[f"{name}_start"], data[f"{name}_end"]], axis=-1)
        np.testing.assert_array_equal(edges, 20.0 * np.asarray(steps))
        assert data[f"{name}_start"].attrs == {"units": "ms"}
    means = data.rates.groupby("evidence").mean("trial")
    evidence = np.asarray(trials.conditions["evidence"])
    expected = np.asarray(traj.rates)[evidence == evidence.max()].mean(axis=0)
    np.testing.assert_allclose(means.sel(evidence=evidence.max()), expected)


def test_names_of_the_network_stand_in_for_a_task():
    """A condition whose name is in use gets another name."""
    names = {"t_end": jnp.full(2, 4), "is_catch": jnp.zeros(2, bool)}
    conditions = names | {"time": jnp.ones(2), "angles": jnp.ones((2, 3))}
    inputs, targets = jnp.ones((2, 4, 3)), jnp.ones((2, 4, 3))
    trials = cj.tasks.Trial(inputs, targets, targets, conditions, {})
    record = cj.Record(outputs=False, stride=3)
    traj = cj.rollout(NAMED, inputs, record=record)
    data = traj.to_xarray(trials=trials)
    assert data.input.values.tolist() == ["stimulus 0", "stimulus 1", "context"]
    assert data.condition_time.dims == ("trial",)
    assert data.angles.dims == ("trial", "angles_0")
    np.testing.assert_array_equal(data.time, [60.0])
    assert data.inputs.shape == (2, 1, 3)


def test_netcdf_has_the_same_numbers_and_names(tmp_path, xarray):
    trials = TASK.validation(KEY, 11)
    net = cj.astype(canonical.eirnn(), "bfloat16")
    inputs = trials.inputs.astype("bfloat16")
    data = cj.rollout(net, inputs).to_xarray(trials=trials, task=TASK)
    assert data.rates.dtype == np.float32
    path = tmp_path / "trials.nc"
    data.to_netcdf(path, engine="scipy")
    back = xarray.load_dataset(path, engine="scipy")
    xarray.testing.assert_equal(back, data)
    assert back.time.attrs == {"units": "ms"}
    assert back.attrs["source"] == f"ctrnn-jax {cj.__version__}"


def test_wrong_trajectories_and_trials_are_errors(monkeypatch):
    net, trials = canonical.ctrnn(), TASK.validation(KEY, 11)
    traj = cj.rollout(net, trials.inputs)

    def raises(message):
        return pytest.raises(ValueError, match=message)

    stepped = cj.step(net, net.initial_state(), np.zeros(2))
    with raises("`trajectory` must be that of a rollout; got that of step"):
        stepped.to_xarray()
    nothing = cj.Record(potentials=False, rates=False, outputs=False)
    with raises("`record` must keep a value; got none"):
        cj.rollout(net, trials.inputs, record=nothing).to_xarray()
    with raises(r"`trials` must be those of the trajectory, \(11,\) with 10 recorded"):
        traj.to_xarray(trials=TASK.validation(KEY, 22))
    with raises(r"`task` must have shape \(2,\); got shape \(3,\)"):
        traj.to_xarray(task=cj.tasks.make("flip_flop"))
    monkeypatch.setitem(sys.modules, "xarray", None)
    message = r"^to_xarray\(\) needs xarray. Install it with pip install 'ctrnn-jax"
    with pytest.raises(ModuleNotFoundError, match=message):
        traj.to_xarray()
