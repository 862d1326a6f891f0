"""Wrong calls of networks with published settings."""

CALLS = {
    "cj.presets.masse2019()": (
        "TypeError: masse2019() missing 1 required keyword-only argument: 'key'"
    ),
    "cj.presets.masse2019(fields=5, key=key)": (
        "ValueError: `fields` must divide the 24 inputs; got 5. Each has as many "
        "inputs."
    ),
    "cj.presets.masse2019(fields=0, key=key)": (
        "ValueError: `fields` must be a whole number, at least 1; got 0. Give an int."
    ),
    "cj.presets.masse2019(n_hidden=1, key=key)": (
        "ValueError: `n_hidden` must be a whole number, at least 2; got 1. Give an int."
    ),
    'cj.presets.masse2019(n_in="24", key=key)': (
        "ValueError: `n_in` must be a whole number, at least 0; got '24'. Give an int."
    ),
    "cj.presets.masse2019(n_in=-24, key=key)": (
        "ValueError: `n_in` must be a whole number, at least 0; got -24. Give an int."
    ),
    'cj.presets.masse2019(short_term_plasticity="no", key=key)': (
        "ValueError: `short_term_plasticity` must be True or False; got 'no'. "
        "Give a boolean."
    ),
    "cj.presets.masse2019(sigma_rec=-0.5, key=key)": (
        "ValueError: `sigma_rec` must not be negative; got -0.5. It is a "
        "standard deviation."
    ),
    'cj.presets.masse2019(sigma_rec="0.5", key=key)': (
        "ValueError: `sigma_rec` must be numbers; got '0.5'. Give a number or an "
        "array of numbers."
    ),
    'cj.presets.masse2019(sign_map="relu", key=key)': (
        "ValueError: `sign_map` must be a magnitude map; got 'relu'. Use "
        "cj.constraints.Abs()."
    ),
    "cj.presets.masse2019(dt=200.0, key=key)": (
        "ValueError: `dt` must be at most tau with Euler (the value shown is dt "
        "/ tau); got 2. Use a smaller dt, or ExponentialEuler(), which is stable "
        "at any dt."
    ),
    "cj.presets.masse2019(tau=nan, key=key)": (
        "ValueError: `tau` must be positive; got nan. It is the time constant in ms."
    ),
    'cj.presets.masse2019(dtype="float64", key=key)': (
        "ValueError: `dtype` must be enabled; got float64. Set jax_enable_x64 "
        "before using float64."
    ),
    "cj.presets.masse2019(key=0)": (
        "ValueError: `key` must be a JAX random key; got 0. Use jax.random.key(0)."
    ),
    "cj.presets.masse2019(n_rec=100, key=key)": (
        "TypeError: masse2019() has no argument `n_rec`. Did you mean "
        "`n_hidden`? The arguments are `n_in`, `n_hidden`, `n_out`, `fields`, "
        "`short_term_plasticity`, `sigma_rec`, `sign_map`, `dt`, `tau`, `dtype`, "
        "`key`."
    ),
    "cj.presets.nn4n()": (
        "TypeError: nn4n() missing 1 required keyword-only argument: 'key'"
    ),
    "cj.presets.nn4n(key=0)": (
        "ValueError: `key` must be a JAX random key; got 0. Use jax.random.key(0)."
    ),
    'cj.presets.nn4n(dale="no", key=key)': (
        "ValueError: `dale` must be True or False; got 'no'. Give a boolean."
    ),
    "cj.presets.nn4n(preact_noise=-1.0, key=key)": (
        "ValueError: `preact_noise` must not be negative; got -1. It is a "
        "standard deviation."
    ),
    'cj.presets.nn4n(preact_noise="0.1", key=key)': (
        "ValueError: `preact_noise` must be numbers; got '0.1'. Give a number or "
        "an array of numbers."
    ),
    "cj.presets.nn4n(postact_noise=nan, key=key)": (
        "ValueError: `postact_noise` must not be negative; got nan. It is a "
        "standard deviation."
    ),
    "cj.presets.nn4n(n_hidden=0, key=key)": (
        "ValueError: `n_hidden` must be a whole number, at least 1; got 0. Give an int."
    ),
    "cj.presets.nn4n(dt=0.0, key=key)": (
        "ValueError: `dt` must be positive; got 0. It is the step in ms."
    ),
    'cj.presets.nn4n(tau="100", key=key)': (
        "ValueError: `tau` must be numbers; got '100'. Give a number or an array "
        "of numbers."
    ),
    "cj.presets.nn4n(hidden_size=100, key=key)": (
        "TypeError: nn4n() has no argument `hidden_size`. Did you mean "
        "`n_hidden`? The arguments are `n_in`, `n_hidden`, `n_out`, `dale`, "
        "`preact_noise`, `postact_noise`, `dt`, `tau`, `dtype`, `key`."
    ),
    "cj.presets.nn4n(preact_noise=None, key=key)": (
        "ValueError: `preact_noise` must be numbers; got None. Give a number or "
        "an array of numbers."
    ),
    "cj.presets.psychrnn(2, 10, 2, dt=20.0, tau=100.0)": (
        "TypeError: psychrnn() missing 1 required keyword-only argument: 'key'"
    ),
    "cj.presets.psychrnn(2, 10, 2, key=key)": (
        "TypeError: psychrnn() missing 2 required keyword-only arguments: 'dt' "
        "and 'tau'"
    ),
    "cj.presets.psychrnn(2, 10, 2, dt=20.0, tau=100.0, dale_ratio=1.5, key=key)": (
        "ValueError: `dale_ratio` must lie in [0, 1]; got 1.5. Give a fraction."
    ),
    "cj.presets.psychrnn(2, 10, 2, dt=20.0, tau=100.0, dale_ratio=1.0, key=key)": (
        "ValueError: `frac_excitatory` must leave at least one unit of each "
        "class; got 1 of 10 units, so none is inhibitory. For one class only use "
        "CTRNN with constraints={'w_hid': NonNegative()}."
    ),
    "cj.presets.psychrnn(2, 10, 2, dt=20.0, tau=100.0, dale_ratio=True, key=key)": (
        "ValueError: `dale_ratio` must lie in [0, 1]; got True. Give a fraction."
    ),
    "cj.presets.psychrnn(2, 10, 2, dt=20.0, tau=100.0, rec_noise=-0.1, key=key)": (
        "ValueError: `rec_noise` must not be negative; got -0.1. It is a "
        "standard deviation."
    ),
    'cj.presets.psychrnn(2, 10, 2, dt=20.0, tau=100.0, rec_noise="0.1", key=key)': (
        "ValueError: `rec_noise` must be numbers; got '0.1'. Give a number or an "
        "array of numbers."
    ),
    "cj.presets.psychrnn(2, 10, 2, dt=100.0, tau=20.0, key=key)": (
        "ValueError: `dt` must be at most tau with Euler (the value shown is dt "
        "/ tau); got 5. Use a smaller dt, or ExponentialEuler(), which is stable "
        "at any dt."
    ),
    "cj.presets.psychrnn(2, 10.0, 2, dt=20.0, tau=100.0, key=key)": (
        "ValueError: `n_hidden` must be a whole number, at least 1; got 10.0. "
        "Give an int."
    ),
    'cj.presets.psychrnn({"N_rec": 10}, 10, 2, dt=20.0, tau=100.0, key=key)': (
        "ValueError: `n_in` must be a whole number, at least 0; got {'N_rec': "
        "10}. Give an int."
    ),
    "cj.presets.psychrnn(2, 10, 2, dt=20.0, tau=100.0, N_rec=10, key=key)": (
        "TypeError: psychrnn() has no argument `N_rec`. Did you mean `n_hidden`? "
        "The arguments are `n_in`, `n_hidden`, `n_out`, `dale_ratio`, "
        "`rec_noise`, `dt`, `tau`, `dtype`, `key`."
    ),
    'cj.presets.psychrnn(2, 10, 2, dt=20.0, tau=100.0, key="key")': (
        "ValueError: `key` must be a JAX random key; got 'key'. Use jax.random.key(0)."
    ),
    'cj.presets.song2016("rdm_dens", key=key)': (
        "ValueError: `structure` must be a known name; got 'rdm_dens'. Did you "
        "mean 'rdm_dense'? The options are 'rdm_dense', 'rdm_fixed', "
        "'rdm_nodale', 'rdm_varstim', 'rdm_rt', 'mante', 'mante_areas', "
        "'multisensory', 'romo', 'lee', 'sinewave'."
    ),
    "cj.presets.song2016(100, key=key)": (
        "ValueError: `structure` must be a known name; got 100. The options are "
        "'rdm_dense', 'rdm_fixed', 'rdm_nodale', 'rdm_varstim', 'rdm_rt', "
        "'mante', 'mante_areas', 'multisensory', 'romo', 'lee', 'sinewave'."
    ),
    "cj.presets.song2016(n_hidden=1, key=key)": (
        "ValueError: `n_hidden` must be a whole number, at least 2; got 1. Give an int."
    ),
    'cj.presets.song2016(n_hidden="100", key=key)': (
        "ValueError: `n_hidden` must be a whole number, at least 2; got '100'. "
        "Give an int."
    ),
    "cj.presets.song2016(sigma_rec=-0.1, key=key)": (
        "ValueError: `sigma_rec` must not be negative; got -0.1. It is a "
        "standard deviation."
    ),
    'cj.presets.song2016(sigma_rec="0.1", key=key)': (
        "ValueError: `sigma_rec` must be numbers; got '0.1'. Give a number or an "
        "array of numbers."
    ),
    "cj.presets.song2016(sign_map=cj.constraints.Relu, key=key)": (
        "ValueError: `sign_map` must be a magnitude map; got the class Relu. "
        "Call it: Relu(...)."
    ),
    'cj.presets.song2016(connect_start="no", key=key)': (
        "ValueError: `connect_start` must be True or False; got 'no'. Give a boolean."
    ),
    "cj.presets.song2016(dt=200.0, key=key)": (
        "ValueError: `dt` must be at most tau with Euler (the value shown is dt "
        "/ tau); got 2. Use a smaller dt, or ExponentialEuler(), which is stable "
        "at any dt."
    ),
    "cj.presets.song2016(tau=-1.0, key=key)": (
        "ValueError: `tau` must be positive; got -1. It is the time constant in ms."
    ),
    "cj.presets.song2016(dtype=int, key=key)": (
        "ValueError: `dtype` must be a floating point type; got int64. Use jnp.float32."
    ),
    "cj.presets.song2016()": (
        "TypeError: song2016() missing 1 required keyword-only argument: 'key'"
    ),
    "cj.presets.song2016(key=0)": (
        "ValueError: `key` must be a JAX random key; got 0. Use jax.random.key(0)."
    ),
    "cj.presets.song2016(noise=0.1, key=key)": (
        "TypeError: song2016() has no argument `noise`. The arguments are "
        "`structure`, `n_hidden`, `sigma_rec`, `sign_map`, `connect_start`, "
        "`dt`, `tau`, `dtype`, `key`."
    ),
    "cj.presets.yang2019()": (
        "TypeError: yang2019() missing 1 required keyword-only argument: 'key'"
    ),
    'cj.presets.yang2019(activation="rellu", n_hidden=10, key=key)': (
        "ValueError: `activation` must be a known name; got 'rellu'. Did you "
        "mean 'relu'? The options are 'relu', 'tanh', 'sigmoid', 'retanh', "
        "'softplus', 'linear', 'power_law'."
    ),
    'cj.presets.yang2019(w_hid="diagonal", n_hidden=10, key=key)': (
        "ValueError: `w_hid` must be a known name; got 'diagonal'. Did you mean "
        "'orthogonal'? The options are 'identity', 'orthogonal'."
    ),
    "cj.presets.yang2019(w_hid=matrix, n_hidden=10, key=key)": (
        "ValueError: `w_hid` must be a known name; got float64 of shape (10, "
        "10). The options are 'identity', 'orthogonal'."
    ),
    "cj.presets.yang2019(sigma_rec=-0.1, n_hidden=10, key=key)": (
        "ValueError: `sigma_rec` must not be negative; got -0.1. It is a "
        "standard deviation."
    ),
    'cj.presets.yang2019(sigma_rec="0.05", n_hidden=10, key=key)': (
        "ValueError: `sigma_rec` must be numbers; got '0.05'. Give a number or "
        "an array of numbers."
    ),
    'cj.presets.yang2019(dt="20", n_hidden=10, key=key)': (
        "ValueError: `dt` must be numbers; got '20'. Give a number or an array "
        "of numbers."
    ),
    "cj.presets.yang2019(dt=0.0, n_hidden=10, key=key)": (
        "ValueError: `dt` must be positive; got 0. It is the step in ms."
    ),
    "cj.presets.yang2019(tau=nan, n_hidden=10, key=key)": (
        "ValueError: `tau` must be positive; got nan. It is the time constant in ms."
    ),
    "cj.presets.yang2019(n_hidden=0, key=key)": (
        "ValueError: `n_hidden` must be a whole number, at least 1; got 0. Give an int."
    ),
    'cj.presets.yang2019(rule="delaygo", n_hidden=10, key=key)': (
        "TypeError: yang2019() has no argument `rule`. The arguments are `n_in`, "
        "`n_hidden`, `n_out`, `activation`, `w_hid`, `sigma_rec`, `dt`, `tau`, "
        "`dtype`, `key`."
    ),
    "cj.presets.yang2019(n_hidden=10, key=None)": (
        "ValueError: `key` must be a JAX random key; got None. Use jax.random.key(0)."
    ),
    "cj.presets.yang2019(dt=-20.0, n_hidden=10, key=key)": (
        "ValueError: `dt` must be positive; got -20. It is the step in ms."
    ),
    "cj.presets.masse2019(n_hidden=0, key=key)": (
        "ValueError: `n_hidden` must be a whole number, at least 2; got 0. Give an int."
    ),
}
