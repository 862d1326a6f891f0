"""Wrong calls of networks: their making, editing, files and what they say."""

CALLS = {
    "cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0)": (
        "TypeError: CTRNN.__init__() missing 1 required keyword-only argument: 'key'"
    ),
    "cj.CTRNN(2, 10, 2, 20.0, 100.0, key=key)": (
        "TypeError: CTRNN.__init__() takes 4 positional arguments but 6 "
        "positional arguments (and 1 keyword-only argument) were given"
    ),
    "cj.CTRNN(2.0, 10, 2, dt=20.0, tau=100.0, key=key)": (
        "ValueError: `n_in` must be a whole number, at least 0; got 2.0. Give an int."
    ),
    "cj.CTRNN(2, 0, 2, dt=20.0, tau=100.0, key=key)": (
        "ValueError: `n_hidden` must be a whole number, at least 1; got 0. Give an int."
    ),
    'cj.CTRNN("2", 10, 2, dt=20.0, tau=100.0, key=key)': (
        "ValueError: `n_in` must be a whole number, at least 0; got '2'. Give an int."
    ),
    "cj.CTRNN(2, 10, -1, dt=20.0, tau=100.0, key=key)": (
        "ValueError: `n_out` must be a whole number, at least 0; got -1. Give an int."
    ),
    "cj.CTRNN(task, 10, 2, dt=20.0, tau=100.0, key=key)": (
        "ValueError: `n_in` must be a whole number, at least 0; got a "
        "PerceptualDecision. Give an int."
    ),
    'cj.CTRNN(2, 10, 2, dt="20", tau=100.0, key=key)': (
        "ValueError: `dt` must be numbers; got '20'. Give a number or an array "
        "of numbers."
    ),
    "cj.CTRNN(2, 10, 2, dt=nan, tau=100.0, key=key)": (
        "ValueError: `dt` must be positive; got nan. It is the step in ms."
    ),
    "cj.CTRNN(2, 10, 2, dt=100.0, tau=20.0, key=key)": (
        "ValueError: `dt` must be at most tau with Euler (the value shown is dt "
        "/ tau); got 5. Use a smaller dt, or ExponentialEuler(), which is stable "
        "at any dt."
    ),
    "cj.CTRNN(2, 10, 2, dt=[20.0, 10.0], tau=100.0, key=key)": (
        "ValueError: `dt` must be one number; got shape (2,). Give a number."
    ),
    "cj.CTRNN(2, 10, 2, dt=None, tau=100.0, key=key)": (
        "ValueError: `dt` must be numbers; got None. Give a number or an array "
        "of numbers."
    ),
    "cj.CTRNN(2, 10, 2, dt=20.0, tau=np.full(9, 100.0), key=key)": (
        "ValueError: `tau` must be one number or one per unit; got shape (9,) "
        "for 10 units. Units are ms."
    ),
    "cj.CTRNN(2, 10, 2, dt=20.0, tau=inf, key=key)": (
        "ValueError: `tau` must be positive; got inf. It is the time constant in ms."
    ),
    "cj.CTRNN(2, 10, 2, dt=20.0, tau=0, key=key)": (
        "ValueError: `tau` must be positive; got 0. It is the time constant in ms."
    ),
    'cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0, activation="Rellu", key=key)': (
        "ValueError: `activation` must be a known name; got 'Rellu'. Did you "
        "mean 'relu'? The options are 'relu', 'tanh', 'sigmoid', 'retanh', "
        "'softplus', 'linear', 'power_law'."
    ),
    "cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0, activation=np.tanh, key=key)": (
        "ValueError: `activation` must use jax.numpy; got a traced array in a function "
        "of NumPy. Use jnp in place of np."
    ),
    "cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0, activation=jnp.sum, key=key)": (
        "ValueError: `activation` must return rates of shape (10,); got float32 of "
        "shape (). It gets the potentials."
    ),
    "cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0, activation=3, key=key)": (
        "ValueError: `activation` must be text or a function; got 3. Give text."
    ),
    "cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0, activation=net, key=key)": (
        "ValueError: `activation` must be text or a function; got an EIRNN. Pass "
        "its `activation`."
    ),
    (
        "cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0, activation=cj.dynamics.PowerLaw, "
        "key=key)"
    ): (
        "ValueError: `activation` must be text or a function; got the class "
        "PowerLaw. Call it: PowerLaw(...)."
    ),
    "cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0, noise=0.1, key=key)": (
        "ValueError: `noise` must be a noise; got 0.1. Use "
        "cj.DiffusionNoise(...) or cj.StepNoise(...)."
    ),
    "cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0, noise=cj.DiffusionNoise, key=key)": (
        "ValueError: `noise` must be a noise; got the class DiffusionNoise. Call "
        "it: DiffusionNoise(...)."
    ),
    (
        "cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0, noise=cj.DiffusionNoise(np.ones(3)), "
        "key=key)"
    ): (
        "ValueError: `noise` must have one level, or one per unit; got levels of "
        "shape (3,) for 10 units. Give a number or an array of that length."
    ),
    'cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0, method="euler", key=key)': (
        "ValueError: `method` must be a method of discretisation; got 'euler'. "
        "Use cj.Euler()."
    ),
    "cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0, method=cj.Euler, key=key)": (
        "ValueError: `method` must be a method of discretisation; got the class "
        "Euler. Call it: Euler(...)."
    ),
    'cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0, form="rate", key=key)': (
        "ValueError: `form` must be a form of the equation; got 'rate'. Use "
        "cj.dynamics.CurrentForm()."
    ),
    "cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0, synapses=True, key=key)": (
        "ValueError: `synapses` must be short-term plasticity; got True. Use "
        "cj.dynamics.ShortTermPlasticity(...)."
    ),
    (
        "cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0, "
        "synapses=cj.dynamics.ShortTermPlasticity(1500.0, 200.0, np.full(4, 0.2)), "
        "key=key)"
    ): (
        "ValueError: `synapses` must have one value, or one per unit; got values "
        "of shape (4,) for 10 units. Give a number or an array of that length."
    ),
    "cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0, w_in=np.ones((2, 10)), key=key)": (
        "ValueError: `w_in` must have shape (10, 2); got shape (2, 10). Weights "
        "are W[post, pre]: rows are the targets."
    ),
    ("cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0, w_hid=np.full((10, 10), nan), key=key)"): (
        "ValueError: `w_hid` must be finite; got 100 of 100 entries wrong, the "
        "first [0, 0] = nan. Replace NaN and infinity."
    ),
    'cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0, w_hid="normal", key=key)': (
        "ValueError: `w_hid` must be numbers or a function; got 'normal'. Give a "
        "number or an array of numbers."
    ),
    ("cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0, w_hid=cj.initialisers.Normal, key=key)"): (
        "ValueError: `w_hid` must be numbers or a function; got the class "
        "Normal. Call it: Normal(...)."
    ),
    "cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0, w_hid=net, key=key)": (
        "ValueError: `w_hid` must be numbers or a function; got an EIRNN. Pass an "
        "array of it, such as cj.effective(net).w_hid."
    ),
    "cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0, w_hid=matrix > 0, key=key)": (
        "ValueError: `w_hid` must be real numbers; got bool of shape (10, 10). "
        "Cast with .astype."
    ),
    "cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0, w_hid=1j * matrix, key=key)": (
        "ValueError: `w_hid` must be real numbers; got complex64 of shape (10, "
        "10). Cast with .astype."
    ),
    "cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0, w_hid=[[1.0, 2.0], [3.0]], key=key)": (
        "ValueError: `w_hid` must be numbers; got [[1.0, 2.0], [3.0]]. Give an array."
    ),
    (
        "cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0, w_hid=lambda size: np.ones(size), "
        "key=key)"
    ): ("TypeError: <lambda>() takes 1 positional argument but 3 were given"),
    (
        "cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0, w_hid=lambda key, shape, dtype: "
        "np.ones(shape[0]), key=key)"
    ): (
        "ValueError: `<lambda>` must return weights of shape (10, 10); got shape "
        "(10,). Its second argument is the shape."
    ),
    (
        "cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0, w_hid=lambda key, shape, dtype: "
        '"ones", key=key)'
    ): (
        "ValueError: `<lambda>` must be numbers; got 'ones'. Give a number or an "
        "array of numbers."
    ),
    "cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0, w_out=0.1, key=key)": (
        "ValueError: `w_out` must have shape (2, 10); got shape (). Weights are "
        "W[post, pre]: rows are the targets."
    ),
    "cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0, b_hid=inf, key=key)": (
        "ValueError: `b_hid` must have shape (10,); got shape (). Give one "
        "number for each unit."
    ),
    "cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0, b_hid=np.full(10, inf), key=key)": (
        "ValueError: `b_hid` must be finite; got 10 of 10 entries wrong, the "
        "first [0] = inf. Replace NaN and infinity."
    ),
    (
        "cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0, b_out=np.ones(2), "
        "use_bias_out=False, key=key)"
    ): (
        "ValueError: `b_out` must be left out where its bias is switched off; "
        "got float64 of shape (2,). Drop `b_out` or the switch."
    ),
    (
        "cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0, v0=cj.initialisers.Identity(), key=key)"
    ): (
        "ValueError: `Identity` must be for matrices; got shape (10,). Use "
        "Constant(...) for a vector."
    ),
    (
        "cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0, v0=cj.initialisers.Constant(nan), "
        "key=key)"
    ): ("ValueError: `value` must be finite; got nan. Replace NaN and infinity."),
    'cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0, use_bias_hid="no", key=key)': (
        "ValueError: `use_bias_hid` must be True or False; got 'no'. Give a boolean."
    ),
    "cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0, use_bias_hid=0, key=key)": (
        "ValueError: `use_bias_hid` must be True or False; got 0. Give a boolean."
    ),
    'cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0, train_v0="False", key=key)': (
        "ValueError: `train_v0` must be True or False; got 'False'. Give a boolean."
    ),
    "cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0, train_tau=None, key=key)": (
        "ValueError: `train_tau` must be True or False; got None. Give a boolean."
    ),
    "cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0, connectivity=matrix > 0, key=key)": (
        "ValueError: `connectivity` must be a connectivity; got bool of shape "
        "(10, 10). See cj.connectivity; a boolean array is "
        "cj.constraints.Masked(array)."
    ),
    (
        "cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0, "
        "connectivity=cj.connectivity.no_autapses(9), key=key)"
    ): (
        "ValueError: `connectivity` must be for the sizes (2, 10, 2) of the "
        "network; got (None, 9, None). Build the network with "
        "cj.EIRNN(*connectivity.sizes, ...)."
    ),
    (
        "cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0, "
        "connectivity=cj.connectivity.MultiArea, key=key)"
    ): (
        "ValueError: `connectivity` must be a connectivity; got the class "
        "MultiArea. Call it: MultiArea(...)."
    ),
    (
        "cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0, "
        "constraints=cj.constraints.NoAutapses(), key=key)"
    ): (
        "ValueError: `constraints` must be a dictionary; got a NoAutapses. Give a dict."
    ),
    (
        'cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0, constraints={"w_rec": '
        "cj.constraints.NoAutapses()}, key=key)"
    ): (
        "ValueError: `constraints` must be a known name; got 'w_rec'. Did you "
        "mean 'w_hid'? The options are 'w_in', 'w_hid', 'w_out', 'b_hid', "
        "'b_out', 'v0', 'tau'."
    ),
    (
        'cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0, constraints={"w_hid": matrix > 0}, '
        "key=key)"
    ): (
        "ValueError: `constraints['w_hid']` must be a constraint; got bool of "
        "shape (10, 10). Wrap a boolean array as Masked(array)."
    ),
    (
        'cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0, constraints={"w_hid": '
        "cj.constraints.NoAutapses}, key=key)"
    ): (
        "ValueError: `constraints['w_hid']` must be a constraint; got the class "
        "NoAutapses. Call it: NoAutapses(...)."
    ),
    (
        'cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0, constraints={"w_hid": '
        "[cj.constraints.NoAutapses()]}, key=key)"
    ): (
        "ValueError: `constraints['w_hid']` must be a constraint; got [a "
        "NoAutapses]. Combine several with cj.constraints.chain(...)."
    ),
    (
        'cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0, constraints={"w_in": '
        "cj.constraints.Masked(np.ones((2, 10), bool))}, key=key)"
    ): (
        "ValueError: `mask` must have the shape (10, 2) of the weights; got "
        "shape (2, 10). Axis 0 is post (targets), axis 1 is pre (sources). "
        "Transpose it."
    ),
    (
        'cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0, constraints={"b_hid": '
        "cj.constraints.NoAutapses()}, key=key)"
    ): (
        "ValueError: `constraints` must fit the weights: NoAutapses is for "
        "square weights; got shape (10,). Use it for `w_hid`."
    ),
    'cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0, dtype="float", key=key)': (
        "ValueError: `dtype` must be enabled; got float64. Set jax_enable_x64 "
        "before using float64."
    ),
    'cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0, dtype="float64", key=key)': (
        "ValueError: `dtype` must be enabled; got float64. Set jax_enable_x64 "
        "before using float64."
    ),
    "cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0, dtype=int, key=key)": (
        "ValueError: `dtype` must be a floating point type; got int64. Use jnp.float32."
    ),
    'cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0, dtype="flot32", key=key)': (
        "ValueError: `dtype` must be a floating point type; got 'flot32'. Use "
        "jnp.float32."
    ),
    "cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0, key=None)": (
        "ValueError: `key` must be a JAX random key; got None. Use jax.random.key(0)."
    ),
    "cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0, key=jax.random.split(key, 3))": (
        "ValueError: `key` must be one key; got keys of shape (3,). Take one of "
        "them, as keys[0]."
    ),
    "cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0, seed=1)": (
        "TypeError: CTRNN() has no argument `seed`. Did you mean `key`? The "
        "arguments are `n_in`, `n_hidden`, `n_out`, `dt`, `tau`, `activation`, "
        "`noise`, `method`, `form`, `synapses`, `w_in`, `w_hid`, `w_out`, "
        "`b_hid`, `b_out`, `v0`, `use_bias_hid`, `use_bias_out`, `train_v0`, "
        "`train_tau`, `connectivity`, `constraints`, `dtype`, `key`."
    ),
    "cj.CTRNN(2, 10, 2, dt=20.0, alpha=0.2, key=key)": (
        "TypeError: CTRNN() has no argument `alpha`. Did you mean `tau`? The "
        "arguments are `n_in`, `n_hidden`, `n_out`, `dt`, `tau`, `activation`, "
        "`noise`, `method`, `form`, `synapses`, `w_in`, `w_hid`, `w_out`, "
        "`b_hid`, `b_out`, `v0`, `use_bias_hid`, `use_bias_out`, `train_v0`, "
        "`train_tau`, `connectivity`, `constraints`, `dtype`, `key`."
    ),
    "cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0, hidden_size=10, key=key)": (
        "TypeError: CTRNN() has no argument `hidden_size`. Did you mean "
        "`n_hidden`? The arguments are `n_in`, `n_hidden`, `n_out`, `dt`, `tau`, "
        "`activation`, `noise`, `method`, `form`, `synapses`, `w_in`, `w_hid`, "
        "`w_out`, `b_hid`, `b_out`, `v0`, `use_bias_hid`, `use_bias_out`, "
        "`train_v0`, `train_tau`, `connectivity`, `constraints`, `dtype`, `key`."
    ),
    (
        "cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0, w_hid=3 * matrix, "
        'constraints={"w_hid": cj.constraints.chain(cj.constraints.Bounded(-1, 1), '
        "cj.constraints.NoAutapses())}, key=key)"
    ): (
        "ValueError: `w_hid` must satisfy its constraint, Bounded then "
        "NoAutapses; got 10 of 100 weights ([0, 0] = 3, [1, 1] = 3, [2, 2] = 3, "
        "...) of units onto themselves. For the nearest valid weights build "
        "`net` without `w_hid`, then use cj.replace(net, "
        "w_hid=net.constraints.w_hid.project(w_hid))."
    ),
    (
        'cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0, w_hid=matrix, constraints={"w_hid": '
        "cj.constraints.LowRank(1)}, key=key)"
    ): (
        "ValueError: `w_hid` must satisfy its constraint, LowRank; got 9 of 100 "
        "weights ([1, 1] = 1, [2, 2] = 1, [3, 3] = 1, ...) of a rank above 1. "
        "For the nearest valid weights build `net` without `w_hid`, then use "
        "cj.replace(net, "
        "w_hid=net.constraints.w_hid.effective(net.constraints.w_hid.raw(w_hid)))."
    ),
    (
        "cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0, w_hid=np.tri(10), "
        'constraints={"w_hid": cj.constraints.Symmetric()}, key=key)'
    ): (
        "ValueError: `w_hid` must satisfy its constraint, Symmetric; got 90 of "
        "100 weights ([0, 1] = 0, [0, 2] = 0, [0, 3] = 0, ...) that differ from "
        "those of the reverse synapses. For the nearest valid weights build "
        "`net` without `w_hid`, then use cj.replace(net, "
        "w_hid=net.constraints.w_hid.project(w_hid))."
    ),
    (
        "cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0, w_hid=np.tri(10), "
        'constraints={"w_hid": cj.constraints.Skew()}, key=key)'
    ): (
        "ValueError: `w_hid` must satisfy its constraint, Skew; got 100 of 100 "
        "weights ([0, 0] = 1, [0, 1] = 0, [0, 2] = 0, ...) that differ from "
        "minus those of the reverse synapses. For the nearest valid weights "
        "build `net` without `w_hid`, then use cj.replace(net, "
        "w_hid=net.constraints.w_hid.project(w_hid))."
    ),
    (
        "cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0, w_hid=np.tri(10), "
        'constraints={"w_hid": cj.constraints.RowBalanced()}, key=key)'
    ): (
        "ValueError: `w_hid` must satisfy its constraint, RowBalanced; got 100 "
        "of 100 weights ([0, 0] = 1, [0, 1] = 0, [0, 2] = 0, ...) in rows whose "
        "sum is not 0: row 0 is the first. For the nearest valid weights build "
        "`net` without `w_hid`, then use cj.replace(net, "
        "w_hid=net.constraints.w_hid.project(w_hid))."
    ),
    (
        "cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0, w_hid=3 * matrix, "
        'constraints={"w_hid": cj.constraints.SpectralRadiusBelow(1.0)}, key=key)'
    ): (
        "ValueError: `w_hid` must satisfy its constraint, SpectralRadiusBelow; "
        "got 100 of 100 weights ([0, 0] = 3, [0, 1] = 0, [0, 2] = 0, ...) with a "
        "spectral radius above 1. For the nearest valid weights build `net` "
        "without `w_hid`, then use cj.replace(net, "
        "w_hid=net.constraints.w_hid.project(w_hid))."
    ),
    (
        "cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0, w_hid=np.ones((10, 10)), "
        'constraints={"w_hid": cj.constraints.Masked(np.tri(10) > 0)}, key=key)'
    ): (
        "ValueError: `w_hid` must satisfy its constraint, Masked; got 45 of 100 "
        "weights ([0, 1] = 1, [0, 2] = 1, [0, 3] = 1, ...) of synapses that do "
        "not exist. For the nearest valid weights build `net` without `w_hid`, "
        "then use cj.replace(net, w_hid=net.constraints.w_hid.project(w_hid))."
    ),
    (
        "cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0, w_hid=-np.ones((10, 10)), "
        'constraints={"w_hid": cj.constraints.SignMask(np.tri(10))}, key=key)'
    ): (
        "ValueError: `w_hid` must satisfy its constraint, SignMask; got 100 of "
        "100 weights ([0, 0] = -1, [0, 1] = -1, [0, 2] = -1, ...) of another "
        "sign than `signs`, whose entry [0, 0] is +1. For the nearest valid "
        "weights build `net` without `w_hid`, then use cj.replace(net, "
        "w_hid=net.constraints.w_hid.project(w_hid))."
    ),
    (
        "cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0, w_hid=-np.ones((10, 10)), "
        'constraints={"w_hid": cj.constraints.Fixed(matrix)}, key=key)'
    ): (
        "ValueError: `w_hid` must satisfy its constraint, Fixed; got 10 of 100 "
        "weights ([0, 0] = -1, [1, 1] = -1, [2, 2] = -1, ...) that are fixed at "
        "other values: entry [0, 0] is 1. For the nearest valid weights build "
        "`net` without `w_hid`, then use cj.replace(net, "
        "w_hid=net.constraints.w_hid.project(w_hid))."
    ),
    (
        "cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0, w_hid=-np.ones((10, 10)), "
        'constraints={"w_hid": cj.constraints.Fixed(matrix, plastic=np.zeros((10, '
        "10), bool))}, key=key)"
    ): (
        "ValueError: `w_hid` must satisfy its constraint, Fixed; got 100 of 100 "
        "weights ([0, 0] = -1, [0, 1] = -1, [0, 2] = -1, ...) that are fixed at "
        "other values: entry [0, 0] is 1. For the nearest valid weights build "
        "`net` without `w_hid`, then use cj.replace(net, "
        "w_hid=net.constraints.w_hid.project(w_hid))."
    ),
    (
        "cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0, "
        "w_hid=cj.initialisers.SpectralRadius(1.0, cj.initialisers.Normal()), "
        'constraints={"w_hid": cj.constraints.Masked(np.tri(10, k=-1) > 0)}, '
        "key=key)"
    ): (
        "ValueError: `w_hid` must be finite; got 100 of 100 entries wrong, the "
        "first [0, 0] = nan. Its initialiser made them: a spectral radius of 0, "
        "as of a mask that leaves no loop, cannot be scaled."
    ),
    "cj.EIRNN(2, 10, 2, dt=20.0, tau=100.0, key=0)": (
        "ValueError: `key` must be a JAX random key; got 0. Use jax.random.key(0)."
    ),
    "cj.EIRNN(2, 10, 2, dt=20.0, tau=100.0, frac_excitatory=80, key=key)": (
        "ValueError: `frac_excitatory` must lie in [0, 1]; got 80. Give a fraction."
    ),
    "cj.EIRNN(2, 10, 2, dt=20.0, tau=100.0, frac_excitatory=nan, key=key)": (
        "ValueError: `frac_excitatory` must lie in [0, 1]; got nan. Give a fraction."
    ),
    'cj.EIRNN(2, 10, 2, dt=20.0, tau=100.0, frac_excitatory="0.8", key=key)': (
        "ValueError: `frac_excitatory` must lie in [0, 1]; got '0.8'. Give a fraction."
    ),
    "cj.EIRNN(2, 10, 2, dt=20.0, tau=100.0, frac_excitatory=1.0, key=key)": (
        "ValueError: `frac_excitatory` must leave at least one unit of each "
        "class; got 1 of 10 units, so none is inhibitory. For one class only use "
        "CTRNN with constraints={'w_hid': NonNegative()}."
    ),
    "cj.EIRNN(2, 10, 2, dt=20.0, tau=100.0, frac_excitatory=[0.8, 0.2], key=key)": (
        "ValueError: `frac_excitatory` must lie in [0, 1]; got [0.8, 0.2]. Give "
        "a fraction."
    ),
    "cj.EIRNN(2, 10, 2, dt=20.0, tau=100.0, ei_ratio=0.8, key=key)": (
        "TypeError: EIRNN() has no argument `ei_ratio`. Did you mean "
        "`frac_excitatory`? The arguments are `n_in`, `n_hidden`, `n_out`, `dt`, "
        "`tau`, `frac_excitatory`, `activation`, `noise`, `method`, `form`, "
        "`synapses`, `dale`, `autapses`, `positive_input`, `excitatory_readout`, "
        "`sign_map`, `w_in`, `w_hid`, `w_out`, `b_hid`, `b_out`, `v0`, "
        "`use_bias_hid`, `use_bias_out`, `train_v0`, `train_tau`, "
        "`connectivity`, `constraints`, `dtype`, `key`."
    ),
    'cj.EIRNN(2, 10, 2, dt=20.0, tau=100.0, dale="no", key=key)': (
        "ValueError: `dale` must be True or False; got 'no'. Give a boolean."
    ),
    "cj.EIRNN(2, 10, 2, dt=20.0, tau=100.0, autapses=0, key=key)": (
        "ValueError: `autapses` must be True or False; got 0. Give a boolean."
    ),
    "cj.EIRNN(2, 10, 2, dt=20.0, tau=100.0, positive_input=1.0, key=key)": (
        "ValueError: `positive_input` must be True or False; got 1.0. Give a boolean."
    ),
    'cj.EIRNN(2, 10, 2, dt=20.0, tau=100.0, excitatory_readout="False", key=key)': (
        "ValueError: `excitatory_readout` must be True or False; got 'False'. "
        "Give a boolean."
    ),
    'cj.EIRNN(2, 10, 2, dt=20.0, tau=100.0, sign_map="abs", key=key)': (
        "ValueError: `sign_map` must be a magnitude map; got 'abs'. Use "
        "cj.constraints.Abs()."
    ),
    "cj.EIRNN(2, 10, 2, dt=20.0, tau=100.0, sign_map=cj.constraints.Abs, key=key)": (
        "ValueError: `sign_map` must be a magnitude map; got the class Abs. Call "
        "it: Abs(...)."
    ),
    (
        "cj.EIRNN(2, 10, 2, dt=20.0, tau=100.0, sign_map=cj.constraints.Softplus(), "
        "w_in=np.zeros((10, 2)), key=key)"
    ): (
        "ValueError: `w_in` must be reachable by its map, NonNegative; got 20 of "
        "20 entries wrong, the first [0, 0] = 0. Softplus() cannot reach 0: use "
        "the map Abs(), or weights above 0."
    ),
    "cj.EIRNN(2, 10, 2, dt=20.0, tau=100.0, w_hid=np.ones((10, 10)), key=key)": (
        "ValueError: `w_hid` must satisfy its constraint, Dale then NoAutapses; "
        "got 20 of 100 weights ([0, 8] = 1, [0, 9] = 1, [1, 8] = 1, ...) of the "
        "wrong sign: unit 8 is inhibitory, excitatory units come first "
        "(dale=False allows them) and 10 of 100 weights ([0, 0] = 1, [1, 1] = 1, "
        "[2, 2] = 1, ...) of units onto themselves (autapses=True allows them). "
        "For the nearest valid weights build `net` without `w_hid`, then use "
        "cj.replace(net, w_hid=net.constraints.w_hid.project(w_hid))."
    ),
    "cj.EIRNN(2, 10, 2, dt=20.0, tau=100.0, w_in=-np.ones((10, 2)), key=key)": (
        "ValueError: `w_in` must satisfy its constraint, NonNegative; got 20 of "
        "20 weights ([0, 0] = -1, [0, 1] = -1, [1, 0] = -1, ...) below 0 "
        "(positive_input=False allows them). For the nearest valid weights build "
        "`net` without `w_in`, then use cj.replace(net, "
        "w_in=net.constraints.w_in.project(w_in))."
    ),
    "cj.EIRNN(2, 10, 2, dt=20.0, tau=100.0, w_out=np.ones((2, 10)), key=key)": (
        "ValueError: `w_out` must satisfy its constraint, Dale then Masked; got "
        "4 of 20 weights ([0, 8] = 1, [0, 9] = 1, [1, 8] = 1, ...) of the wrong "
        "sign: unit 8 is inhibitory, excitatory units come first (dale=False "
        "allows them) and 4 of 20 weights ([0, 8] = 1, [0, 9] = 1, [1, 8] = 1, "
        "...) from inhibitory units (excitatory_readout=False allows them). For "
        "the nearest valid weights build `net` without `w_out`, then use "
        "cj.replace(net, w_out=net.constraints.w_out.project(w_out))."
    ),
    (
        "cj.EIRNN(2, 10, 2, dt=20.0, tau=100.0, dale=False, w_out=np.ones((2, 10)), "
        "key=key)"
    ): (
        "ValueError: `w_out` must satisfy its constraint, Masked; got 4 of 20 "
        "weights ([0, 8] = 1, [0, 9] = 1, [1, 8] = 1, ...) of synapses that do "
        "not exist. For the nearest valid weights build `net` without `w_out`, "
        "then use cj.replace(net, w_out=net.constraints.w_out.project(w_out))."
    ),
    (
        "cj.EIRNN(2, 10, 2, dt=20.0, tau=100.0, w_hid=cj.initialisers.Identity(), "
        "key=key)"
    ): (
        "ValueError: `w_hid` must keep a weight of its initialiser under its "
        "constraint, Dale then NoAutapses; got Identity, all of whose weights it "
        "removes. If they connect units to themselves, pass autapses=True."
    ),
    (
        "cj.EIRNN(2, 10, 2, dt=20.0, tau=100.0, "
        "connectivity=cj.connectivity.MultiArea(2, n_hidden=10, inputs=2, outputs=2, "
        "key=key), key=key)"
    ): (
        "ValueError: `connectivity` must say which of its units are excitatory; "
        "got groups ['area_1', 'area_2'] without signs. Use MultiAreaEI(...), or "
        "`excitatory=` of MultiIO and block."
    ),
    (
        "cj.EIRNN(2, 8, 2, dt=20.0, tau=100.0, connectivity=areas, "
        "frac_excitatory=0.5, key=key)"
    ): (
        "ValueError: `frac_excitatory` must be left out where the connectivity "
        "has signs; got 0.5. Give it to the connectivity."
    ),
    "cj.EIRNN(2, 1, 2, dt=20.0, tau=100.0, key=key)": (
        "ValueError: `frac_excitatory` must leave at least one unit of each "
        "class; got 0.8 of 1 units, so none is inhibitory. For one class only "
        "use CTRNN with constraints={'w_hid': NonNegative()}."
    ),
    (
        "cj.EIRNN(2, 10, 2, dt=20.0, tau=100.0, "
        "w_hid=cj.initialisers.SpectralRadius(0.1, cj.initialisers.Normal()), "
        'constraints={"w_hid": cj.constraints.Fixed(0.5 * np.eye(10, k=1) + 0.5 * '
        "np.eye(10, k=-1) * np.r_[np.ones(8), -1, -1] * np.r_[np.ones(8), 0, 0])}, "
        "key=key)"
    ): (
        "ValueError: `values` must satisfy the network's other constraints; got "
        "2 of 100 entries wrong, the first [7, 8] = 0.5. Fixed weights are "
        "signed, W[post, pre]; a mask must let them exist."
    ),
    (
        'cj.EIRNN(2, 10, 2, dt=20.0, tau=100.0, constraints={"w_hid": '
        "cj.constraints.Fixed(-matrix)}, key=key)"
    ): (
        "ValueError: `values` must satisfy the network's other constraints; got "
        "10 of 100 entries wrong, the first [0, 0] = -1. Fixed weights are "
        "signed, W[post, pre]; a mask must let them exist."
    ),
    (
        'cj.EIRNN(2, 10, 2, dt=20.0, tau=100.0, constraints={"w_hid": '
        "cj.constraints.NonNegative()}, key=key)"
    ): (
        "ValueError: `links` must hold one constraint of a kind, in the order of "
        "the table; got NonNegative after Dale. chain(...) sorts them; see "
        "help(cj.constraints.Chain)."
    ),
    "net.w_hid": (
        "AttributeError: EIRNN has no attribute 'w_hid'. Use cj.effective(net).w_hid."
    ),
    "net.W_hid": (
        "AttributeError: EIRNN has no attribute 'W_hid'. Use cj.effective(net).w_hid."
    ),
    "net.weight_hh_l0": (
        "AttributeError: EIRNN has no attribute 'weight_hh_l0'. Use "
        "cj.effective(net).w_hid."
    ),
    "net.forward": (
        "AttributeError: EIRNN has no attribute 'forward'. Use cj.rollout(net, inputs)."
    ),
    "net.parameters()": (
        "AttributeError: EIRNN has no attribute 'parameters'. Use "
        "eqx.partition(net, cj.trainable(net))."
    ),
    "net.state_dict()": (
        "AttributeError: EIRNN has no attribute 'state_dict'. Use cj.save(path, net)."
    ),
    "net.train()": (
        "AttributeError: EIRNN has no attribute 'train'. Use cj.fit(net, task, "
        "optimiser, ...)."
    ),
    "net.hidden_size": (
        "AttributeError: EIRNN has no attribute 'hidden_size'. Use net.n_hidden."
    ),
    "nets.w_in": (
        "AttributeError: EIRNN has no attribute 'w_in'. Use cj.effective(net).w_in."
    ),
    "perturbed.w_hid": (
        "AttributeError: Perturbed has no attribute 'w_hid'. Use "
        "cj.effective(net.network).w_hid."
    ),
    "perturbed.dt": (
        "AttributeError: Perturbed has no attribute 'dt'. Use net.network.dt."
    ),
    "net(trials.inputs)": (
        "TypeError: EIRNN is not a function. Use cj.rollout(net, inputs), or "
        "cj.step(net, state, u)."
    ),
    "perturbed(trials.inputs)": (
        "TypeError: Perturbed is not a function. Use cj.rollout(net, inputs), or "
        "cj.step(net, state, u)."
    ),
    'setattr(net, "dt", 2)': (
        "FrozenInstanceError: cannot assign to 'dt': networks do not change. Use "
        "net = cj.replace(net, dt=...)."
    ),
    'setattr(net, "w_rec", matrix)': (
        "FrozenInstanceError: cannot assign to 'w_rec': networks do not change. "
        "Use net = cj.replace(net, w_hid=...)."
    ),
    'setattr(net, "n_hidden", 20)': (
        "FrozenInstanceError: cannot assign to 'n_hidden': networks do not "
        "change. Build another network."
    ),
    'setattr(perturbed, "tau", 50.0)': (
        "FrozenInstanceError: cannot assign to 'tau': networks do not change. "
        "Use net = cj.replace(net.network, tau=...)."
    ),
    "cj.EiRNN": (
        "AttributeError: module 'ctrnn_jax' has no attribute 'EiRNN'. Did you "
        "mean ctrnn_jax.EIRNN?"
    ),
    "cj.rolout": (
        "AttributeError: module 'ctrnn_jax' has no attribute 'rolout'. Did you "
        "mean ctrnn_jax.rollout?"
    ),
    "cj.analysis.find_fixed_point": (
        "AttributeError: module 'ctrnn_jax.analysis' has no attribute "
        "'find_fixed_point'. Did you mean ctrnn_jax.analysis.find_fixed_points?"
    ),
    "cj.constraints.dale": (
        "AttributeError: module 'ctrnn_jax.constraints' has no attribute 'dale'. "
        "Did you mean ctrnn_jax.constraints.Dale?"
    ),
    "cj.network.rolout": (
        "AttributeError: module 'ctrnn_jax.network' has no attribute 'rolout'. "
        "Did you mean ctrnn_jax.rollout?"
    ),
    "net.initial_state(4)": (
        "ValueError: `batch_shape` must be a list; got 4. Give a tuple."
    ),
    "net.initial_state((-1,))": (
        "ValueError: `batch_shape` must be a whole number, at least 0; got -1. "
        "Give an int."
    ),
    'net.initial_state("batch")': (
        "ValueError: `batch_shape` must be a list; got 'batch'. Give a tuple."
    ),
    "net.initial_state(2.5)": (
        "ValueError: `batch_shape` must be a list; got 2.5. Give a tuple."
    ),
    "net.state_at(np.ones(3))": (
        "ValueError: `potentials` must have shape (*batch, 10); got shape (3,). "
        "One potential for each unit."
    ),
    'net.state_at("x")': (
        "ValueError: `potentials` must be numbers; got 'x'. Give a number or an "
        "array of numbers."
    ),
    "net.state_at(nan)": (
        "ValueError: `potentials` must have shape (*batch, 10); got shape (). "
        "One potential for each unit."
    ),
    "cj.State()": (
        "TypeError: State.__init__() missing 1 required positional argument: "
        "'potentials'"
    ),
    'cj.State("rest")': (
        "ValueError: `potentials` must be numbers; got 'rest'. Give a number or "
        "an array of numbers."
    ),
    "cj.State(net)": (
        "ValueError: `potentials` must be numbers; got an EIRNN. Give a number "
        "or an array of numbers."
    ),
    "cj.State(None)": (
        "ValueError: `potentials` must be numbers; got None. Give an array; a "
        "trajectory has None for what was not recorded."
    ),
    "cj.State(np.ones(10), step=-1)": (
        "ValueError: `step` must be a whole number, at least 0; got -1. It "
        "counts the steps taken."
    ),
    "cj.State(np.ones(10), step=1.5)": (
        "ValueError: `step` must be a whole number, at least 0; got 1.5. It "
        "counts the steps taken."
    ),
    'cj.State(np.ones(10), step="first")': (
        "ValueError: `step` must be numbers; got 'first'. Give a number or an "
        "array of numbers."
    ),
    "cj.State(np.ones(10), synapses=np.ones(10))": (
        "ValueError: `synapses` must be the state of the synapses; got float64 "
        "of shape (10,). Use net.initial_state().synapses."
    ),
    'cj.State(np.ones(10), rate_noise="x")': (
        "ValueError: `rate_noise` must be numbers; got 'x'. Give a number or an "
        "array of numbers."
    ),
    "cj.State(np.ones(10) > 0)": (
        "ValueError: `potentials` must be real numbers; got bool of shape (10,). "
        "Cast with .astype."
    ),
    "cj.State(1j * np.ones(10))": (
        "ValueError: `potentials` must be real numbers; got complex64 of shape "
        "(10,). Cast with .astype."
    ),
    "cj.astype(net, int)": (
        "ValueError: `dtype` must be a floating point type; got int64. Use jnp.float32."
    ),
    'cj.astype(net, "float64")': (
        "ValueError: `dtype` must be enabled; got float64. Set jax_enable_x64 "
        "before using float64."
    ),
    'cj.astype(net, "half precision")': (
        "ValueError: `dtype` must be a floating point type; got 'half "
        "precision'. Use jnp.float32."
    ),
    "cj.astype(jnp.float32, net)": (
        "ValueError: `net` must be a network; got the class float32. Pass a "
        "CTRNN or EIRNN."
    ),
    "cj.astype(perturbed, jnp.float16)": (
        "ValueError: `net` must be a network; got a Perturbed. Pass a CTRNN or "
        "EIRNN. Perturb last, as in cj.perturb(cj.noiseless(net), ...). "
        "Its `network` is the intact one; cj.replace changes weights lastingly."
    ),
    "cj.astype(traj, jnp.float16)": (
        "ValueError: `net` must be a network; got a Trajectory. Pass a CTRNN or EIRNN."
    ),
    "cj.effective(perturbed)": (
        "ValueError: `net` must be a network; got a Perturbed. Pass a CTRNN or "
        "EIRNN. Perturb last, as in cj.perturb(cj.noiseless(net), ...). "
        "Its `network` is the intact one; cj.replace changes weights lastingly."
    ),
    "cj.effective(traj)": (
        "ValueError: `net` must be a network; got a Trajectory. Pass a CTRNN or EIRNN."
    ),
    "cj.effective(cj.EIRNN)": (
        "ValueError: `net` must be a network; got the class EIRNN. Call it: EIRNN(...)."
    ),
    "cj.effective(net.raw)": (
        "ValueError: `net` must be a network; got a Weights. Pass a CTRNN or EIRNN."
    ),
    'cj.effective(net, "w_hid")': (
        "TypeError: effective() has too many positional arguments"
    ),
    "cj.noiseless(perturbed)": (
        "ValueError: `net` must be a network; got a Perturbed. Pass a CTRNN or "
        "EIRNN. Perturb last, as in cj.perturb(cj.noiseless(net), ...). "
        "Its `network` is the intact one; cj.replace changes weights lastingly."
    ),
    "cj.noiseless(task)": (
        "ValueError: `net` must be a network; got a PerceptualDecision. Pass a "
        "CTRNN or EIRNN."
    ),
    "cj.noiseless([net, net])": (
        "ValueError: `net` must be a network; got [an EIRNN, an EIRNN]. Pass a CTRNN "
        "or EIRNN."
    ),
    "cj.noiseless(0.1)": (
        "ValueError: `net` must be a network; got 0.1. Pass a CTRNN or EIRNN."
    ),
    "cj.replace(net, w_rec=matrix)": (
        "TypeError: replace() has no argument `w_rec`. Did you mean `w_hid`? The "
        "arguments are `w_in`, `w_hid`, `w_out`, `b_hid`, `b_out`, `v0`, `tau`, "
        "`dt`, `noise`, `method`, `form`, `synapses`, `activation`."
    ),
    "cj.replace(net, alpha=0.2)": (
        "TypeError: replace() has no argument `alpha`. Did you mean `tau`? The "
        "arguments are `w_in`, `w_hid`, `w_out`, `b_hid`, `b_out`, `v0`, `tau`, "
        "`dt`, `noise`, `method`, `form`, `synapses`, `activation`."
    ),
    "cj.replace(net, n_hidden=20)": (
        "TypeError: replace() cannot change `n_hidden`. Build another network."
    ),
    "cj.replace(net, w_hid=np.ones((10, 10)))": (
        "ValueError: `w_hid` must satisfy its constraint, Dale then NoAutapses; "
        "got 20 of 100 weights ([0, 8] = 1, [0, 9] = 1, [1, 8] = 1, ...) of the "
        "wrong sign: unit 8 is inhibitory, excitatory units come first "
        "(dale=False allows them) and 10 of 100 weights ([0, 0] = 1, [1, 1] = 1, "
        "[2, 2] = 1, ...) of units onto themselves (autapses=True allows them). "
        "For the nearest valid weights use cj.replace(net, "
        "w_hid=net.constraints.w_hid.project(w_hid))."
    ),
    "cj.replace(net, w_in=np.full((10, 2), inf))": (
        "ValueError: `w_in` must be finite; got 20 of 20 entries wrong, the "
        "first [0, 0] = inf. Replace NaN and infinity."
    ),
    "cj.replace(net, w_in=np.ones((2, 10)))": (
        "ValueError: `w_in` must have shape (10, 2); got shape (2, 10). Weights "
        "are W[post, pre]: rows are the targets."
    ),
    "cj.replace(net, w_hid=cj.initialisers.Normal())": (
        "ValueError: `w_hid` must be numbers; got a Normal. Give an array."
    ),
    "cj.replace(net, w_hid=None)": (
        "ValueError: `w_hid` must be numbers; got None. Give an array."
    ),
    'cj.replace(net, w_hid="identity")': (
        "ValueError: `w_hid` must be numbers; got 'identity'. Give an array."
    ),
    "cj.replace(net, v0=nan)": (
        "ValueError: `v0` must have shape (10,); got shape (). Give one number "
        "for each unit."
    ),
    "cj.replace(net, dt=-1.0)": (
        "ValueError: `dt` must be positive; got -1. It is the step in ms."
    ),
    "cj.replace(net, dt=500.0)": (
        "ValueError: `dt` must be at most tau with Euler (the value shown is dt "
        "/ tau); got 5. Use a smaller dt, or ExponentialEuler(), which is stable "
        "at any dt."
    ),
    'cj.replace(net, dt="20")': (
        "ValueError: `dt` must be numbers; got '20'. Give a number or an array "
        "of numbers."
    ),
    "cj.replace(net, tau=nan)": (
        "ValueError: `tau` must be positive; got nan. It is the time constant in ms."
    ),
    "cj.replace(net, tau=np.ones(3))": (
        "ValueError: `tau` must be one number or one per unit; got shape (3,) "
        "for 10 units. Units are ms."
    ),
    "cj.replace(net, noise=0.1)": (
        "ValueError: `noise` must be None, StepNoise(...) or "
        "DiffusionNoise(...); got 0.1. A bare number would not say whether it "
        "scales with dt."
    ),
    "cj.replace(net, noise=cj.StepNoise)": (
        "ValueError: `noise` must be None, StepNoise(...) or "
        "DiffusionNoise(...); got the class StepNoise. A bare number would not "
        "say whether it scales with dt."
    ),
    'cj.replace(net, method="euler")': (
        "ValueError: `method` must be Euler() or ExponentialEuler(); got "
        "'euler'. Pass one."
    ),
    "cj.replace(net, form=None)": (
        "ValueError: `form` must be CurrentForm(), RateForm() or "
        "RectifiedLeakForm(); got None. CurrentForm() is the default."
    ),
    "cj.replace(net, synapses=0.2)": (
        "ValueError: `synapses` must be a ShortTermPlasticity; got 0.2. Or None."
    ),
    'cj.replace(net, activation="rellu")': (
        "ValueError: `activation` must be a known name; got 'rellu'. Did you "
        "mean 'relu'? The options are 'relu', 'tanh', 'sigmoid', 'retanh', "
        "'softplus', 'linear', 'power_law'."
    ),
    "cj.replace(net, activation=None)": (
        "ValueError: `activation` must be a name or a function; got None. The "
        "names are 'relu', 'tanh', 'sigmoid', 'retanh', 'softplus', 'linear', "
        "'power_law'."
    ),
    "cj.replace(net, activation=net)": (
        "ValueError: `activation` must be a name or a function; got an EIRNN. "
        "The names are 'relu', 'tanh', 'sigmoid', 'retanh', 'softplus', "
        "'linear', 'power_law'."
    ),
    "cj.replace(nets, dt=10.0)": (
        "ValueError: `net` must be one network; got a stack of shape (2,). Map "
        "over it with jax.vmap."
    ),
    "cj.replace(perturbed, dt=10.0)": (
        "ValueError: `net` must be a network; got a Perturbed. Pass a CTRNN or "
        "EIRNN. Perturb last, as in cj.perturb(cj.noiseless(net), ...). "
        "Its `network` is the intact one; cj.replace changes weights lastingly."
    ),
    "cj.replace(plain.raw, w_hid=matrix)": (
        "ValueError: `net` must be a network; got a Weights. Pass a CTRNN or EIRNN."
    ),
    "cj.replace(net, matrix)": (
        "TypeError: replace() takes 1 positional argument but 2 were given"
    ),
    "cj.stack(net)": ("ValueError: `nets` must be a list; got an EIRNN. Give a tuple."),
    "cj.stack([])": (
        "ValueError: `nets` must hold at least one network; got none. Give a list."
    ),
    "cj.stack(net, net)": (
        "ValueError: `nets` must be a list; got an EIRNN. Give a tuple."
    ),
    "cj.stack([net, plain])": (
        "ValueError: `nets` must agree in sizes, dtype, constraints, noise and "
        "activation; got a different network at position 1. Only numbers may "
        "differ within a stack."
    ),
    "cj.stack([net, perturbed])": (
        "ValueError: `nets[1]` must be a network; got a Perturbed. Pass a CTRNN "
        "or EIRNN. Perturb last, as in cj.perturb(cj.noiseless(net), ...). "
        "Its `network` is the intact one; cj.replace changes weights lastingly."
    ),
    'cj.stack({"a": net})': (
        "ValueError: `nets` must be a list; got {'a': an EIRNN}. Give a tuple."
    ),
    "cj.stack([cj.EIRNN])": (
        "ValueError: `nets[0]` must be a network; got the class EIRNN. Pass a "
        "CTRNN or EIRNN."
    ),
    'cj.stack("nets")': (
        "ValueError: `nets` must be a list; got 'nets'. Give a tuple."
    ),
    "cj.stack(nets)": (
        "ValueError: `nets` must be a list; got an EIRNN. Give a tuple."
    ),
    'cj.save(net, "net.safetensors")': (
        "ValueError: `path` must be text or a path; got an EIRNN. Exchange it "
        "with `net`."
    ),
    'cj.save("net.safetensors", nets)': (
        "ValueError: `net` must be one network; got a stack of shape (2,). Save "
        "each: many.member(i).network of an ensemble, else jax.tree.map(lambda x: "
        "x[i], nets)."
    ),
    'cj.save("net.safetensors", perturbed)': (
        "ValueError: `net` must be a network; got a Perturbed. Pass a CTRNN or "
        "EIRNN. Perturb last, as in cj.perturb(cj.noiseless(net), ...). "
        "Its `network` is the intact one; cj.replace changes weights lastingly."
    ),
    'cj.save("net.safetensors", traj)': (
        "ValueError: `net` must be a network; got a Trajectory. Pass a CTRNN or EIRNN."
    ),
    'cj.save("missing/net.safetensors", net)': (
        "FileNotFoundError: [Errno 2] there is no such folder; make it first: 'missing'"
    ),
    "cj.save(3, net)": ("ValueError: `path` must be text or a path; got 3. Give text."),
    'cj.save("net.safetensors")': (
        "TypeError: save() missing 1 required positional argument: 'net'"
    ),
    'cj.save(".", net)': ("IsADirectoryError: . is a folder. Name a file in it."),
    'cj.load("missing.safetensors")': (
        "FileNotFoundError: No such file or directory: missing.safetensors"
    ),
    "cj.load(net)": (
        "ValueError: `path` must be text or a path; got an EIRNN. Give text."
    ),
    "cj.load(None)": (
        "ValueError: `path` must be text or a path; got None. Give text."
    ),
    'cj.load(".")': ("IsADirectoryError: . is a folder. Name the file of the network."),
    'cj.load(written(net), activation="rellu")': (
        "ValueError: `activation` must be a known name; got 'rellu'. Did you "
        "mean 'relu'? The options are 'relu', 'tanh', 'sigmoid', 'retanh', "
        "'softplus', 'linear', 'power_law'."
    ),
    "cj.load(written(net), activation=3)": (
        "ValueError: `activation` must be text or a function; got 3. Give text."
    ),
    "cj.load(written(net), classes=cj.Euler)": (
        "ValueError: `classes` must be a list; got the class Euler. Give a tuple."
    ),
    'cj.load(written(net), classes="Euler")': (
        "ValueError: `classes` must be a list; got 'Euler'. Give a tuple."
    ),
    "cj.load(written(net), classes=[3])": (
        "ValueError: `classes` must hold functions, and classes that are "
        "dataclasses; got 3. Make it an eqx.Module."
    ),
    "cj.load(written(net), classes=[dict])": (
        "ValueError: `classes` must hold functions, and classes that are "
        "dataclasses; got dict. Make it an eqx.Module."
    ),
    'cj.load(written(net), allow_nan="yes")': (
        "ValueError: `allow_nan` must be True or False; got 'yes'. Give a boolean."
    ),
    "cj.load(written(diverged))": (
        "NetworkFileError: network.safetensors holds 100 NaN or infinite entries "
        "of `w_hid`: training may have diverged. Pass allow_nan=True to read it "
        "all the same."
    ),
    'cj.load(written("weights"))': (
        "NetworkFileError: network.safetensors is not a whole safetensors file "
        "(Error while deserializing header: header too small). It was cut short "
        "or is of another kind; networks are written by `cj.save`."
    ),
    'cj.load(written(net), device="cpu")': (
        "TypeError: load() has no argument `device`. The arguments are `path`, "
        "`activation`, `classes`, `allow_nan`."
    ),
    "cj.summary(nets)": (
        "ValueError: `net` must be one network; got a stack of shape (2,). Take "
        "one out."
    ),
    "cj.summary(perturbed)": (
        "ValueError: `net` must be a network; got a Perturbed. Pass a CTRNN or "
        "EIRNN. Perturb last, as in cj.perturb(cj.noiseless(net), ...). "
        "Its `network` is the intact one; cj.replace changes weights lastingly."
    ),
    "cj.summary(cj.EIRNN)": (
        "ValueError: `net` must be a network; got the class EIRNN. Call it: EIRNN(...)."
    ),
    "cj.summary(cj.effective(net))": (
        "ValueError: `net` must be a network; got a Weights. Pass a CTRNN or EIRNN."
    ),
    "jax.jit(cj.summary)(net)": (
        "ValueError: `net` must be one network outside of jit; got an EIRNN. "
        "Return the network and summarise it then."
    ),
    "cj.trainable(perturbed)": (
        "ValueError: `net` must be a network; got a Perturbed. Pass a CTRNN or "
        "EIRNN. Perturb last, as in cj.perturb(cj.noiseless(net), ...). "
        "Its `network` is the intact one; cj.replace changes weights lastingly."
    ),
    "cj.trainable(cj.effective(net))": (
        "ValueError: `net` must be a network; got a Weights. Pass a CTRNN or EIRNN."
    ),
    "cj.trainable(net, tau=True)": (
        "TypeError: trainable() has no argument `tau`. The arguments are `net`."
    ),
    'cj.trainable("net")': (
        "ValueError: `net` must be a network; got 'net'. Pass a CTRNN or EIRNN."
    ),
    "cj.violations(perturbed)": (
        "ValueError: `net` must be a network; got a Perturbed. Pass a CTRNN or "
        "EIRNN. Perturb last, as in cj.perturb(cj.noiseless(net), ...). "
        "Its `network` is the intact one; cj.replace changes weights lastingly."
    ),
    "cj.violations(net, matrix)": (
        "ValueError: `weights` must be a Weights; got float64 of shape (10, 10). "
        "Use cj.effective(net), edited."
    ),
    "cj.violations(net, net)": (
        "ValueError: `weights` must be a Weights; got an EIRNN. Use "
        "cj.effective(net), edited."
    ),
    "cj.violations(net, cj.effective(larger))": (
        "ValueError: `weights.w_in` must have shape (10, 2); got shape (15, 2). "
        "Use cj.effective(net), edited."
    ),
    "cj.violations(net, net.constraints)": (
        "ValueError: `weights.w_in` must have shape (10, 2); got shape (). Use "
        "cj.effective(net), edited."
    ),
    "cj.violations(net, weights=None, other=3)": (
        "TypeError: violations() has no argument `other`. The arguments are "
        "`net`, `weights`."
    ),
    "cj.violations(matrix)": (
        "ValueError: `net` must be a network; got float64 of shape (10, 10). "
        "Pass a CTRNN or EIRNN."
    ),
    "cj.network.dead_synapses(perturbed)": (
        "ValueError: `net` must be a network; got a Perturbed. Pass a CTRNN or "
        "EIRNN. Perturb last, as in cj.perturb(cj.noiseless(net), ...). "
        "Its `network` is the intact one; cj.replace changes weights lastingly."
    ),
    "cj.network.dead_synapses(net.raw)": (
        "ValueError: `net` must be a network; got a Weights. Pass a CTRNN or EIRNN."
    ),
    "cj.network.dead_synapses([net])": (
        "ValueError: `net` must be a network; got [an EIRNN]. Pass a CTRNN or EIRNN."
    ),
    'cj.network.observe(net, "excitatry")': (
        "ValueError: `units` must be a known name; got 'excitatry'. Did you mean "
        "'excitatory'? The options are 'excitatory', 'inhibitory'."
    ),
    "cj.network.observe(net, [0, 0])": (
        "ValueError: `units` must be different units, at least one; got [0, 0]. "
        "Give each of them once."
    ),
    "cj.network.observe(net, [0, 10])": (
        "ValueError: `units` must be indices below 10; got [ 0 10]. They start at 0."
    ),
    "cj.network.observe(net, [-1])": (
        "ValueError: `units` must be indices below 10; got [-1]. They start at 0; a "
        "negative index does not count from the end."
    ),
    "cj.network.observe(net, [])": (
        "ValueError: `units` must be different units, at least one; got []. Give "
        "each of them once."
    ),
    "cj.network.observe(net, 0.5)": (
        "ValueError: `units` must be names, indices or a mask; got 0.5. See "
        "cj.perturbations.Lesion."
    ),
    "cj.network.observe(net, np.ones(9, bool))": (
        "ValueError: `units` must have shape (10,) as a mask; got shape (9,). "
        "One entry for each unit."
    ),
    "cj.network.observe(net, net)": (
        "ValueError: `units` must be numbers or text; got an EIRNN. Give a "
        "number or an array of numbers."
    ),
    "cj.network.observe(net, None)": (
        "ValueError: `units` must be numbers or text; got None. Give a number or "
        "an array of numbers."
    ),
    "cj.network.observe(net, [0.0, 1.0])": (
        "ValueError: `units` must be names, indices or a mask; got [0.0, 1.0]. "
        "See cj.perturbations.Lesion."
    ),
    'cj.network.observe(plain, "excitatory")': (
        "ValueError: `units` must be a known name; got 'excitatory'. Nothing has "
        "a name here: build the network with connectivity=."
    ),
    "cj.network.observe(nets, [0])": (
        "ValueError: `net` must be one network; got a stack of shape (2,). Map "
        "over it: eqx.filter_vmap(lambda net: cj.network.observe(net, "
        "units))(nets)."
    ),
    "cj.network.observe([0], net)": (
        "ValueError: `net` must be a network; got [0]. Exchange it with `units`."
    ),
    "cj.network.observe(perturbed, [0])": (
        "ValueError: `net` must be a network; got a Perturbed. Pass a CTRNN or "
        "EIRNN. Perturb last, as in cj.perturb(cj.noiseless(net), ...). "
        "Its `network` is the intact one; cj.replace changes weights lastingly."
    ),
    'cj.network.weights_of(net, "w_rec")': (
        "ValueError: `name` must be a known name; got 'w_rec'. Did you mean "
        "'w_hid'? The options are 'w_in', 'w_hid', 'w_out'."
    ),
    'cj.network.weights_of(net, "b_hid")': (
        "ValueError: `name` must be a known name; got 'b_hid'. Did you mean "
        "'w_hid'? The options are 'w_in', 'w_hid', 'w_out'."
    ),
    'cj.network.weights_of(net, "w_hid", post="motor")': (
        "ValueError: `post` must be a known name; got 'motor'. The options are "
        "'excitatory', 'inhibitory'."
    ),
    'cj.network.weights_of(net, "w_hid", pre=3)': (
        "ValueError: `pre` must be text or a list; got 3. Give text."
    ),
    'cj.network.weights_of(net, "w_hid", pre=[0, 1])': (
        "ValueError: `pre` must be a known name; got 0. The options are "
        "'excitatory', 'inhibitory'."
    ),
    'cj.network.weights_of(net, "w_in", pre="stimulus")': (
        "ValueError: `pre` must be a known name; got 'stimulus'. Nothing has a "
        "name here: build the network with connectivity=."
    ),
    'cj.network.weights_of(plain, "w_hid", post="excitatory")': (
        "ValueError: `post` must be a known name; got 'excitatory'. Nothing has "
        "a name here: build the network with connectivity=."
    ),
    'cj.network.weights_of("w_hid", net)': (
        "ValueError: `net` must be a network; got 'w_hid'. Pass a CTRNN or EIRNN."
    ),
    'cj.network.weights_of(nets, "w_hid")': (
        "ValueError: `net` must be one network; got a stack of shape (2,). Map "
        "over it with jax.vmap."
    ),
    "cj.network.weights_of(net, net.raw.w_hid)": (
        "ValueError: `name` must be a known name; got float32 of shape (10, 10). "
        "The options are 'w_in', 'w_hid', 'w_out'."
    ),
    (
        "cj.violations(net, eqx.tree_at(lambda w: w.w_hid, cj.effective(net), "
        "jnp.ones((10, 10), bool)))"
    ): (
        "ValueError: `weights.w_hid` must be real numbers; got bool of shape (10, "
        "10). Cast with .astype."
    ),
    "cj.network.observe(net, [[0], [1, 2]])": (
        "ValueError: `units` must be names, indices or a mask; got [[0], [1, 2]]. "
        "See cj.perturbations.Lesion."
    ),
}
