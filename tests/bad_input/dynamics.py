"""Wrong calls of the parts of the equation: noise, steps, forms, activations."""

CALLS = {
    "cj.StepNoise()": (
        "ValueError: `pre` must be given if `post` and `rate` are not; got None. "
        "A network without noise has noise=None."
    ),
    "cj.StepNoise(-0.1)": (
        "ValueError: `pre` must not be negative; got -0.1. It is a standard deviation."
    ),
    "cj.StepNoise(nan)": (
        "ValueError: `pre` must not be negative; got nan. It is a standard deviation."
    ),
    'cj.StepNoise(pre="0.1")': (
        "ValueError: `pre` must be numbers; got '0.1'. Give a number or an array "
        "of numbers."
    ),
    "cj.StepNoise(post=inf)": (
        "ValueError: `post` must not be negative; got inf. It is a standard deviation."
    ),
    "cj.StepNoise(rate=[0.1, -0.1])": (
        "ValueError: `rate` must not be negative; got -0.1. It is a standard deviation."
    ),
    "cj.StepNoise(sigma=0.1)": (
        "TypeError: StepNoise() has no argument `sigma`. The arguments are "
        "`pre`, `post`, `rate`."
    ),
    "cj.StepNoise(pre=key)": (
        "ValueError: `pre` must be numbers; got key<fry> of shape (). Give a "
        "number or an array of numbers."
    ),
    "cj.StepNoise(pre=net)": (
        "ValueError: `pre` must be numbers; got an EIRNN. Give a number or an "
        "array of numbers."
    ),
    "cj.StepNoise(pre=True)": (
        "ValueError: `pre` must be real numbers; got bool of shape (). Cast with "
        ".astype."
    ),
    "cj.DiffusionNoise()": (
        "TypeError: DiffusionNoise.__init__() missing 1 required positional "
        "argument: 'sigma'"
    ),
    "cj.DiffusionNoise(-1.0)": (
        "ValueError: `sigma` must not be negative; got -1. It is a standard deviation."
    ),
    "cj.DiffusionNoise(nan)": (
        "ValueError: `sigma` must not be negative; got nan. It is a standard deviation."
    ),
    'cj.DiffusionNoise("0.1")': (
        "ValueError: `sigma` must be numbers; got '0.1'. Give a number or an "
        "array of numbers."
    ),
    "cj.DiffusionNoise(None)": (
        "ValueError: `sigma` must be numbers; got None. Give a number or an "
        "array of numbers."
    ),
    "cj.DiffusionNoise(cj.DiffusionNoise(0.1))": (
        "ValueError: `sigma` must be numbers; got a DiffusionNoise. Pass its `sigma`."
    ),
    "cj.DiffusionNoise(0.1, 0.2)": (
        "TypeError: DiffusionNoise.__init__() takes 2 positional arguments but 3 "
        "were given"
    ),
    "cj.DiffusionNoise(1j)": (
        "ValueError: `sigma` must be real; got 1j. Pass its real part."
    ),
    "cj.DiffusionNoise(std=0.1)": (
        "TypeError: DiffusionNoise() has no argument `std`. The arguments are `sigma`."
    ),
    "cj.Euler(20.0)": (
        "TypeError: Euler.__init__() takes 1 positional argument but 2 were given"
    ),
    "cj.Euler(dt=20.0)": (
        "TypeError: Euler.__init__() got an unexpected keyword argument 'dt'"
    ),
    "cj.Euler(20.0, 100.0)": (
        "TypeError: Euler.__init__() takes 1 positional argument but 3 were given"
    ),
    "cj.ExponentialEuler(20.0)": (
        "TypeError: ExponentialEuler.__init__() takes 1 positional argument but "
        "2 were given"
    ),
    "cj.ExponentialEuler(dt=20.0)": (
        "TypeError: ExponentialEuler.__init__() got an unexpected keyword argument 'dt'"
    ),
    "cj.ExponentialEuler(20.0, 100.0)": (
        "TypeError: ExponentialEuler.__init__() takes 1 positional argument but "
        "3 were given"
    ),
    'cj.dynamics.CurrentForm("relu")': (
        "TypeError: CurrentForm.__init__() takes 1 positional argument but 2 were given"
    ),
    'cj.dynamics.CurrentForm(activation="relu")': (
        "TypeError: CurrentForm.__init__() got an unexpected keyword argument "
        "'activation'"
    ),
    "cj.dynamics.CurrentForm(net, net)": (
        "TypeError: CurrentForm.__init__() takes 1 positional argument but 3 were given"
    ),
    'cj.dynamics.RateForm("relu")': (
        "TypeError: RateForm.__init__() takes 1 positional argument but 2 were given"
    ),
    'cj.dynamics.RateForm(activation="relu")': (
        "TypeError: RateForm.__init__() got an unexpected keyword argument 'activation'"
    ),
    "cj.dynamics.RateForm(net, net)": (
        "TypeError: RateForm.__init__() takes 1 positional argument but 3 were given"
    ),
    'cj.dynamics.RectifiedLeakForm("relu")': (
        "TypeError: RectifiedLeakForm.__init__() takes 1 positional argument but "
        "2 were given"
    ),
    'cj.dynamics.RectifiedLeakForm(activation="relu")': (
        "TypeError: RectifiedLeakForm.__init__() got an unexpected keyword "
        "argument 'activation'"
    ),
    "cj.dynamics.RectifiedLeakForm(net, net)": (
        "TypeError: RectifiedLeakForm.__init__() takes 1 positional argument but "
        "3 were given"
    ),
    "cj.dynamics.PowerLaw(0.5)": (
        "ValueError: `exponent` must be at least 1; got 0.5. The default is 2."
    ),
    "cj.dynamics.PowerLaw(nan)": (
        "ValueError: `exponent` must be at least 1; got nan. The default is 2."
    ),
    'cj.dynamics.PowerLaw("2")': (
        "ValueError: `exponent` must be numbers; got '2'. Give a number or an "
        "array of numbers."
    ),
    "cj.dynamics.PowerLaw(2.0, gain=0.0)": (
        "ValueError: `gain` must be positive; got 0. The default is 1."
    ),
    "cj.dynamics.PowerLaw(2.0, gain=nan)": (
        "ValueError: `gain` must be positive; got nan. The default is 1."
    ),
    'cj.dynamics.PowerLaw(2.0, gain="1")': (
        "ValueError: `gain` must be numbers; got '1'. Give a number or an array "
        "of numbers."
    ),
    "cj.dynamics.PowerLaw(inf)": (
        "ValueError: `exponent` must be at least 1; got inf. The default is 2."
    ),
    "cj.dynamics.PowerLaw(np.array([2.0, 3.0]))": (
        "ValueError: `exponent` must be one number; got shape (2,). Give a number."
    ),
    "cj.dynamics.PowerLaw(power=2)": (
        "TypeError: PowerLaw.__init__() got an unexpected keyword argument 'power'"
    ),
    "cj.dynamics.PowerLaw(None)": (
        "ValueError: `exponent` must be numbers; got None. Give a number or an "
        "array of numbers."
    ),
    "cj.dynamics.ShortTermPlasticity(0.0, 200.0, 0.15)": (
        "ValueError: `tau_u` must be positive; got 0. It is in ms."
    ),
    "cj.dynamics.ShortTermPlasticity(1500.0, nan, 0.15)": (
        "ValueError: `tau_x` must be positive; got nan. It is in ms."
    ),
    "cj.dynamics.ShortTermPlasticity(1500.0, 200.0, 1.5)": (
        "ValueError: `baseline` must lie in (0, 1]; got 1.5. It is the fraction "
        "of resources used at rest."
    ),
    "cj.dynamics.ShortTermPlasticity(1500.0, 200.0, nan)": (
        "ValueError: `baseline` must lie in (0, 1]; got nan. It is the fraction "
        "of resources used at rest."
    ),
    'cj.dynamics.ShortTermPlasticity("slow", 200.0, 0.15)': (
        "ValueError: `tau_u` must be numbers; got 'slow'. Give a number or an "
        "array of numbers."
    ),
    "cj.dynamics.ShortTermPlasticity(0.15, 1500.0, 200.0)": (
        "ValueError: `baseline` must lie in (0, 1]; got 200. It is the fraction "
        "of resources used at rest."
    ),
    "cj.dynamics.ShortTermPlasticity(1500.0, 200.0)": (
        "TypeError: ShortTermPlasticity.__init__() missing 1 required positional "
        "argument: 'baseline'"
    ),
    "cj.dynamics.ShortTermPlasticity(np.ones(3), np.ones(4), 0.15)": (
        "ValueError: `tau_u, tau_x and baseline` must be one number, or one for "
        "each unit; got shapes [(3,), (4,)]. One length for all."
    ),
    "cj.dynamics.ShortTermPlasticity(np.ones((2, 2)), 200.0, 0.15)": (
        "ValueError: `tau_u, tau_x and baseline` must be one number, or one for "
        "each unit; got shapes [(2, 2)]. One length for all."
    ),
    "cj.dynamics.ShortTermPlasticity(1500.0, 200.0, U=0.15)": (
        "TypeError: ShortTermPlasticity() has no argument `U`. The arguments are "
        "`tau_u`, `tau_x`, `baseline`."
    ),
    "cj.dynamics.ShortTermPlasticity(net, 200.0, 0.15)": (
        "ValueError: `tau_u` must be numbers; got an EIRNN. Give a number or an "
        "array of numbers."
    ),
    "cj.dynamics.ShortTermPlasticity.of_kinds([0, 1])": (
        "ValueError: `facilitating` must be boolean, one per unit; got int64 of "
        "shape (2,). A comparison of numbers is boolean."
    ),
    "cj.dynamics.ShortTermPlasticity.of_kinds(True)": (
        "ValueError: `facilitating` must be boolean, one per unit; got bool of "
        "shape (). A comparison of numbers is boolean."
    ),
    'cj.dynamics.ShortTermPlasticity.of_kinds("facilitating")': (
        "ValueError: `facilitating` must be boolean, one per unit; got <U12 of "
        "shape (). A comparison of numbers is boolean."
    ),
    "cj.dynamics.ShortTermPlasticity.of_kinds(net)": (
        "ValueError: `facilitating` must be boolean, one per unit; got object of "
        "shape (). A comparison of numbers is boolean."
    ),
    'cj.dynamics.noise_from("pycogs", 0.15, dt=20.0, tau=100.0)': (
        "ValueError: `convention` must be a known name; got 'pycogs'. Did you "
        "mean 'pycog'? The options are 'pre', 'post', 'diffusion', 'pycog', "
        "'psychrnn', 'yang2019', 'nn4n', 'nn4n_hidden_layer'."
    ),
    'cj.dynamics.noise_from(0.15, "pycog", dt=20.0, tau=100.0)': (
        "ValueError: `level` must be numbers; got 'pycog'. Give a number or an "
        "array of numbers."
    ),
    'cj.dynamics.noise_from("pycog", -0.15, dt=20.0, tau=100.0)': (
        "ValueError: `level` must not be negative; got -0.15. It is a standard "
        "deviation or a variance."
    ),
    'cj.dynamics.noise_from("pycog", nan, dt=20.0, tau=100.0)': (
        "ValueError: `level` must not be negative; got nan. It is a standard "
        "deviation or a variance."
    ),
    'cj.dynamics.noise_from("pycog", "0.15", dt=20.0, tau=100.0)': (
        "ValueError: `level` must be numbers; got '0.15'. Give a number or an "
        "array of numbers."
    ),
    'cj.dynamics.noise_from("pycog", 0.15, dt=100.0, tau=20.0)': (
        "ValueError: `dt` must be at most tau with Euler (the value shown is dt "
        "/ tau); got 5. Use a smaller dt, or ExponentialEuler(), which is stable "
        "at any dt."
    ),
    'cj.dynamics.noise_from("pycog", 0.15, dt=0.0, tau=100.0)': (
        "ValueError: `dt` must be positive; got 0. It is in ms."
    ),
    'cj.dynamics.noise_from("pycog", 0.15, dt=20.0, tau=nan)': (
        "ValueError: `tau` must be positive; got nan. It is in ms."
    ),
    'cj.dynamics.noise_from("pycog", 0.15, 20.0, 100.0)': (
        "TypeError: noise_from() takes 2 positional arguments but 4 were given"
    ),
    'cj.dynamics.noise_from("pycog", 0.15, dt=20.0)': (
        "TypeError: noise_from() missing 1 required keyword-only argument: 'tau'"
    ),
    'cj.dynamics.noise_from("pycog", cj.DiffusionNoise(0.1), dt=20.0, tau=100.0)': (
        "ValueError: `level` must be numbers; got a DiffusionNoise. Give a "
        "number or an array of numbers."
    ),
    "cj.dynamics.noise_from(None, 0.15, dt=20.0, tau=100.0)": (
        "ValueError: `convention` must be a known name; got None. Did you mean "
        "'nn4n'? The options are 'pre', 'post', 'diffusion', 'pycog', "
        "'psychrnn', 'yang2019', 'nn4n', 'nn4n_hidden_layer'."
    ),
    'cj.dynamics.noise_to("pycogs", cj.DiffusionNoise(0.1), dt=20.0, tau=100.0)': (
        "ValueError: `convention` must be a known name; got 'pycogs'. Did you "
        "mean 'pycog'? The options are 'pre', 'post', 'diffusion', 'pycog', "
        "'psychrnn', 'yang2019', 'nn4n', 'nn4n_hidden_layer'."
    ),
    'cj.dynamics.noise_to("pycog", 0.1, dt=20.0, tau=100.0)': (
        "ValueError: `noise` must be a noise; got 0.1. Use "
        "cj.DiffusionNoise(...) or cj.StepNoise(...)."
    ),
    'cj.dynamics.noise_to("pycog", net, dt=20.0, tau=100.0)': (
        "ValueError: `noise` must be a noise; got an EIRNN. Use "
        "cj.DiffusionNoise(...) or cj.StepNoise(...)."
    ),
    'cj.dynamics.noise_to("pycog", None, dt=20.0, tau=100.0)': (
        "ValueError: `noise` must be a noise; got None. Use "
        "cj.DiffusionNoise(...) or cj.StepNoise(...)."
    ),
    'cj.dynamics.noise_to(cj.DiffusionNoise(0.1), "pycog", dt=20.0, tau=100.0)': (
        "ValueError: `noise` must be a noise; got 'pycog'. Use "
        "cj.DiffusionNoise(...) or cj.StepNoise(...)."
    ),
    'cj.dynamics.noise_to("pycog", cj.StepNoise(rate=0.1), dt=20.0, tau=100.0)': (
        "ValueError: `noise` must not be on the rates; got StepNoise(rate=0.1). Its "
        "strength in v depends on the weights."
    ),
    'cj.dynamics.noise_to("pycog", cj.DiffusionNoise(0.1), dt="20", tau=100.0)': (
        "ValueError: `dt` must be numbers; got '20'. Give a number or an array "
        "of numbers."
    ),
    'cj.dynamics.noise_to("pycog", cj.DiffusionNoise(0.1), dt=200.0, tau=100.0)': (
        "ValueError: `dt` must be at most tau with Euler (the value shown is dt "
        "/ tau); got 2. Use a smaller dt, or ExponentialEuler(), which is stable "
        "at any dt."
    ),
    'cj.dynamics.noise_to("pycog", cj.DiffusionNoise, dt=20.0, tau=100.0)': (
        "ValueError: `noise` must be a noise; got the class DiffusionNoise. Call "
        "it: DiffusionNoise(...)."
    ),
    'cj.dynamics.relu("1.0")': (
        "ValueError: `v` must be numbers; got '1.0'. Give a number or an array "
        "of numbers."
    ),
    "cj.dynamics.relu()": (
        "TypeError: relu() missing 1 required positional argument: 'v'"
    ),
    "cj.dynamics.relu(net)": (
        "ValueError: `v` must be numbers; got an EIRNN. Give a number or an "
        "array of numbers."
    ),
    "cj.dynamics.relu(None)": (
        "ValueError: `v` must be numbers; got None. Give a number or an array of "
        "numbers."
    ),
    'cj.dynamics.tanh("1.0")': (
        "ValueError: `v` must be numbers; got '1.0'. Give a number or an array "
        "of numbers."
    ),
    "cj.dynamics.tanh(traj)": (
        "ValueError: `v` must be numbers; got a Trajectory. Pass an array of it, "
        "such as traj.rates."
    ),
    "cj.dynamics.tanh(1.0, 2.0)": (
        "TypeError: tanh() takes 1 positional argument but 2 were given"
    ),
    'cj.dynamics.sigmoid("1.0")': (
        "ValueError: `v` must be numbers; got '1.0'. Give a number or an array "
        "of numbers."
    ),
    "cj.dynamics.sigmoid(traj)": (
        "ValueError: `v` must be numbers; got a Trajectory. Pass an array of it, "
        "such as traj.rates."
    ),
    "cj.dynamics.sigmoid(gain=2.0)": (
        "TypeError: sigmoid() has no argument `gain`. The arguments are `v`."
    ),
    'cj.dynamics.retanh("1.0")': (
        "ValueError: `v` must be numbers; got '1.0'. Give a number or an array "
        "of numbers."
    ),
    "cj.dynamics.retanh(traj)": (
        "ValueError: `v` must be numbers; got a Trajectory. Pass an array of it, "
        "such as traj.rates."
    ),
    "cj.dynamics.retanh({})": (
        "ValueError: `v` must be numbers; got {}. Give a number or an array of numbers."
    ),
    'cj.dynamics.softplus("1.0")': (
        "ValueError: `v` must be numbers; got '1.0'. Give a number or an array "
        "of numbers."
    ),
    "cj.dynamics.softplus(traj)": (
        "ValueError: `v` must be numbers; got a Trajectory. Pass an array of it, "
        "such as traj.rates."
    ),
    "cj.dynamics.softplus(None)": (
        "ValueError: `v` must be numbers; got None. Give a number or an array of "
        "numbers."
    ),
    'cj.dynamics.linear("1.0")': (
        "ValueError: `v` must be numbers; got '1.0'. Give a number or an array "
        "of numbers."
    ),
    "cj.dynamics.linear(traj)": (
        "ValueError: `v` must be numbers; got a Trajectory. Pass an array of it, "
        "such as traj.rates."
    ),
    "cj.dynamics.linear(2, 10)": (
        "TypeError: linear() takes 1 positional argument but 2 were given"
    ),
    "cj.dynamics.total_current(jnp.ones(10))": (
        "TypeError: total_current() missing 1 required keyword-only argument: 'w_hid'"
    ),
    "cj.dynamics.total_current(jnp.ones(10), w_hid=net)": (
        "ValueError: `w_hid` must be numbers; got an EIRNN. Pass an array of it, "
        "such as cj.effective(net).w_hid."
    ),
    "cj.dynamics.total_current(jnp.ones(9), w_hid=jnp.ones((10, 10)))": (
        "ValueError: `r` must have shape (*batch, 10); got shape (9,). The last "
        "axis is units."
    ),
    (
        "cj.dynamics.total_current(jnp.ones(10), jnp.ones(2), w_hid=jnp.ones((10, 10)))"
    ): (
        "ValueError: `u` must be given together with `w_in`; got u alone. Or "
        "leave both out."
    ),
    (
        "cj.dynamics.total_current(jnp.ones(10), w_hid=jnp.ones((10, 10)), "
        "w_in=jnp.ones((10, 2)))"
    ): (
        "ValueError: `u` must be given together with `w_in`; got w_in alone. Or "
        "leave both out."
    ),
    (
        "cj.dynamics.total_current(jnp.ones(10), jnp.ones(2), w_hid=jnp.ones((10, "
        "10)), w_in=jnp.ones((2, 10)))"
    ): (
        "ValueError: `w_in` must have shape (10, 2); got shape (2, 10). Weights "
        "are W[post, pre]: rows are the targets."
    ),
    (
        "cj.dynamics.total_current(jnp.ones(10), w_hid=jnp.ones((10, 10)), "
        "b_hid=jnp.ones(3))"
    ): (
        "ValueError: `b_hid` must have shape (10,); got shape (3,). Give one "
        "number for each unit."
    ),
    (
        'cj.dynamics.total_current(jnp.ones(10), w_hid=jnp.ones((10, 10)), eps="noise")'
    ): (
        "ValueError: `eps` must be numbers; got 'noise'. Give a number or an "
        "array of numbers."
    ),
    'cj.dynamics.total_current("rates", w_hid=jnp.ones((10, 10)))': (
        "ValueError: `r` must be numbers; got 'rates'. Give a number or an array "
        "of numbers."
    ),
    "cj.dynamics.total_current(jnp.ones(10), w_hid=jnp.ones(10))": (
        "ValueError: `w_hid` must be a matrix; got shape (10,). [post, pre]."
    ),
    "cj.dynamics.total_current(jnp.ones(10), w_rec=jnp.ones((10, 10)))": (
        "TypeError: total_current() has no argument `w_rec`. Did you mean "
        "`w_hid`? The arguments are `r`, `u`, `w_hid`, `w_in`, `b_hid`, `eps`."
    ),
    "cj.dynamics.total_current(traj, w_hid=jnp.ones((10, 10)))": (
        "ValueError: `r` must be numbers; got a Trajectory. Pass an array of it, "
        "such as traj.rates."
    ),
    (
        "cj.dynamics.ctrnn_step(jnp.ones(10), jnp.ones(10), gain=jnp.array(0.2), "
        'activation="relu")'
    ): (
        "ValueError: `activation` must be a function; got 'relu'. Pass the "
        "function itself."
    ),
    (
        "cj.dynamics.ctrnn_step(jnp.ones(10), jnp.ones(9), gain=jnp.array(0.2), "
        "activation=jnp.tanh)"
    ): (
        "ValueError: `current` must have shape (*batch, 10); got shape (9,). The "
        "last axis is units."
    ),
    (
        'cj.dynamics.ctrnn_step(jnp.ones(10), jnp.ones(10), gain="0.2", '
        "activation=jnp.tanh)"
    ): (
        "ValueError: `gain` must be numbers; got '0.2'. Give a number or an "
        "array of numbers."
    ),
    (
        "cj.dynamics.ctrnn_step(jnp.ones(10), jnp.ones(10), gain=jnp.ones(3), "
        "activation=jnp.tanh)"
    ): (
        "ValueError: `gain` must be one number or one per unit; got shape (3,). "
        "The last axis of `v` is units."
    ),
    "cj.dynamics.ctrnn_step(jnp.ones(10), jnp.ones(10), activation=jnp.tanh)": (
        "TypeError: ctrnn_step() missing 1 required keyword-only argument: 'gain'"
    ),
    (
        "cj.dynamics.ctrnn_step(jnp.ones(10), jnp.ones(10), gain=jnp.array(0.2), "
        "activation=jnp.tanh, form=cj.dynamics.RateForm)"
    ): (
        "ValueError: `form` must be a form of the equation; got the class "
        "RateForm. Call it: RateForm(...)."
    ),
    (
        "cj.dynamics.ctrnn_step(jnp.ones(10), jnp.ones(10), gain=jnp.array(0.2), "
        'activation=jnp.tanh, form="rate")'
    ): (
        "ValueError: `form` must be a form of the equation; got 'rate'. Use "
        "cj.dynamics.CurrentForm()."
    ),
    (
        "cj.dynamics.ctrnn_step(jnp.ones(10), jnp.ones(10), gain=jnp.array(0.2), "
        "activation=jnp.tanh, xi=cj.StepNoise(0.1))"
    ): (
        "ValueError: `xi` must be numbers; got a StepNoise. Give a number or an "
        "array of numbers."
    ),
    (
        "cj.dynamics.ctrnn_step(net, jnp.ones(10), gain=jnp.array(0.2), "
        "activation=jnp.tanh)"
    ): (
        "ValueError: `v` must be numbers; got an EIRNN. Give a number or an "
        "array of numbers."
    ),
    (
        "cj.dynamics.ctrnn_step(jnp.ones(10), traj, gain=jnp.array(0.2), "
        "activation=jnp.tanh)"
    ): (
        "ValueError: `current` must be numbers; got a Trajectory. Pass an array of "
        "it, such as traj.rates."
    ),
    (
        "cj.dynamics.ctrnn_step(jnp.ones(10), jnp.ones(10), gain=jnp.array(0.2), "
        "activation=jnp.tanh, xi=jnp.ones(3))"
    ): (
        "ValueError: `xi` must have shape (*batch, 10); got shape (3,). The last "
        "axis is units."
    ),
}
