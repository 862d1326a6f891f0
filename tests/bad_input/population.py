"""Wrong calls of the analyses of populations of units."""

CALLS = {
    "cj.analysis.LDADecoder(shrinkage=0.0)": (
        "ValueError: `shrinkage` must lie in (0, 1]; got 0. 0 has no solution for "
        "singular covariances."
    ),
    "cj.analysis.LDADecoder(shrinkage='auto')": (
        "ValueError: `shrinkage` must be numbers; got 'auto'. Give a number or an "
        "array of numbers."
    ),
    "cj.analysis.LDADecoder(penalty=0.1)": (
        "TypeError: LDADecoder() has no argument `penalty`. The arguments are "
        "`shrinkage`."
    ),
    "cj.analysis.LDADecoder([0.1, 0.2])": (
        "ValueError: `shrinkage` must have shape (); got shape (2,). Give one number."
    ),
    "cj.analysis.RidgeDecoder(penalty=0.0)": (
        "ValueError: `penalty` must be positive; got 0. 0 has no solution for silent "
        "units."
    ),
    "cj.analysis.RidgeDecoder(alpha=0.1)": (
        "TypeError: RidgeDecoder() has no argument `alpha`. The arguments are "
        "`penalty`."
    ),
    "cj.analysis.RidgeDecoder(penalty='small')": (
        "ValueError: `penalty` must be numbers; got 'small'. Give a number or an array "
        "of numbers."
    ),
    "cj.analysis.RidgeDecoder(np.ones(3))": (
        "ValueError: `penalty` must have shape (); got shape (3,). Give one number."
    ),
    "cj.analysis.align_dynamics(matrix, np.ones((2, 3)), key=key)": (
        "ValueError: `second` must be square as `first`; got shapes (10, 10) and (2, "
        "3). Use one rank for both."
    ),
    "cj.analysis.align_dynamics(np.ones(3), np.ones(3), key=key)": (
        "ValueError: `first` must have axes (rank, rank), none of them empty; got "
        "shape (3,). Add or drop axes."
    ),
    "cj.analysis.align_dynamics(matrix, matrix, key=0)": (
        "ValueError: `key` must be a JAX random key; got 0. Use jax.random.key(0)."
    ),
    "cj.analysis.align_dynamics(matrix, matrix, starts=0, key=key)": (
        "ValueError: `starts` must be a whole number, at least 1; got 0. Give an int."
    ),
    "cj.analysis.align_dynamics(matrix, matrix, iterations=1.5, key=key)": (
        "ValueError: `iterations` must be a whole number, at least 1; got 1.5. Give an "
        "int."
    ),
    "cj.analysis.align_dynamics(nan * matrix, matrix, key=key)": (
        "ValueError: `first` must be finite; got 100 entries that are not. Leave out "
        "the trials, times or units that have none."
    ),
    "cj.analysis.align_dynamics(1j * matrix, matrix, key=key)": (
        "ValueError: `first` must be real numbers; got complex128 of shape (10, 10). "
        "Cast with .astype."
    ),
    "cj.analysis.align_dynamics(net, plain, key=key)": (
        "ValueError: `first` must be numbers; got an EIRNN. Give a number or an "
        "array of numbers."
    ),
    "cj.analysis.binned(data)": (
        "ValueError: `values` must be one number for each trial; got float64 of shape "
        "(12, 5, 4). Take one condition."
    ),
    "cj.analysis.binned(evidence, at_most=1)": (
        "ValueError: `at_most` must be a whole number, at least 2; got 1. Give an int."
    ),
    "cj.analysis.binned(np.array([1.0, nan]))": (
        "ValueError: `values` must be finite; got nan. Replace NaN and infinity."
    ),
    "cj.analysis.binned(evidence, bins=4)": (
        "TypeError: binned() has no argument `bins`. The arguments are `values`, "
        "`at_most`."
    ),
    "cj.analysis.binned(trials)": (
        "ValueError: `values` must be numbers; got a Trial. Pass an array of it, such "
        "as trials.inputs, or of trials.conditions."
    ),
    "cj.analysis.cka(data, data[:6])": (
        "ValueError: `second` must have shape (12, 5, 4); got shape (6, 5, 4). Give "
        "the samples of `first`, in the same order."
    ),
    "cj.analysis.cka(samples, samples.T)": (
        "ValueError: `second` must have shape (12, 12); got shape (4, 12). Give the "
        "samples of `first`, in the same order."
    ),
    "cj.analysis.cka(net, plain)": (
        "ValueError: `first` must be numbers; got an EIRNN. Give a number or an "
        "array of numbers."
    ),
    "cj.analysis.cka(samples, 0 * samples)": (
        "ValueError: `second` must vary; got the same in every sample. It has no "
        "dimension."
    ),
    "cj.analysis.cka(samples, nan * samples)": (
        "ValueError: `second` must be finite; got 48 entries that are not. Leave out "
        "the trials, times or units that have none."
    ),
    "cj.analysis.cka(samples[:3], samples[:3], debiased=True)": (
        "ValueError: `first` must have at least 4 samples; got 3. Add samples."
    ),
    "cj.analysis.cka(samples, samples, debiased='yes')": (
        "ValueError: `debiased` must be True or False; got 'yes'. Give a boolean."
    ),
    "cj.analysis.cka(samples, np.ones((12, 0)))": (
        "ValueError: `second` must have axes (*batch, units), none of them empty; got "
        "shape (12, 0). Add or drop axes."
    ),
    "cj.analysis.cka(samples, 'other')": (
        "ValueError: `second` must be numbers; got 'other'. Give a number or an array "
        "of numbers."
    ),
    "cj.analysis.cluster_units(data)": (
        "ValueError: `features` must have axes (units, features), none of them empty; "
        "got shape (12, 5, 4). Add or drop axes."
    ),
    "cj.analysis.cluster_units(samples[:2])": (
        "ValueError: `features` must have at least 3 units; got 2. Add units."
    ),
    "cj.analysis.cluster_units(samples, n_clusters=12)": (
        "ValueError: `n_clusters` must be below 12; got 12. Use fewer clusters."
    ),
    "cj.analysis.cluster_units(samples, n_clusters=1)": (
        "ValueError: `n_clusters` must be a whole number, at least 2; got 1. Give an "
        "int."
    ),
    "cj.analysis.cluster_units(samples, max_clusters=0)": (
        "ValueError: `max_clusters` must be a whole number, at least 2; got 0. Give an "
        "int."
    ),
    "cj.analysis.cluster_units(nan * samples)": (
        "ValueError: `features` must be finite; got 48 entries that are not. Leave out "
        "the trials, times or units that have none."
    ),
    "cj.analysis.cluster_units(net)": (
        "ValueError: `features` must be numbers; got an EIRNN. Give a number or an "
        "array of numbers."
    ),
    "cj.analysis.cluster_units(samples, k=3)": (
        "TypeError: cluster_units() has no argument `k`. The arguments are `features`, "
        "`n_clusters`, `max_clusters`."
    ),
    "cj.analysis.condition_averages(traj, {'choice': labels})": (
        "ValueError: `rates` must be numbers; got a Trajectory. Pass its `rates`."
    ),
    "cj.analysis.condition_averages(data, labels)": (
        "ValueError: `conditions` must be a dictionary; got int64 of shape (12,). Give "
        "a dict."
    ),
    "cj.analysis.condition_averages(data, {})": (
        "ValueError: `conditions` must hold a condition; got none. Give labels by "
        "name: {name: labels}."
    ),
    "cj.analysis.condition_averages(data, {'time': labels})": (
        "ValueError: `conditions` must have names, not 'time'; got ['time']. Rename "
        "it: time is an axis already."
    ),
    "cj.analysis.condition_averages(data, {'choice': labels[:5]})": (
        "ValueError: `conditions['choice']` must be one label for each of 12 trials; "
        "got shape (5,). Trials are the first axis."
    ),
    "cj.analysis.condition_averages(data, {'choice': np.zeros(12)})": (
        "ValueError: `conditions['choice']` must have at least 2 values; got [0.0]. "
        "Add or leave out trials with another label."
    ),
    "cj.analysis.condition_averages(data, {'choice': evidence, 'other': evidence})": (
        "ValueError: `conditions` must have a trial of every combination; got none "
        "with {'choice': -1.0, 'other': 0.5}. Draw such trials."
    ),
    "cj.analysis.condition_averages(data, {'choice': np.full(12, nan)})": (
        "ValueError: `conditions['choice']` must have no NaN; got 12. Leave out the "
        "trials that have no label."
    ),
    "cj.analysis.condition_averages(samples, {'choice': labels})": (
        "ValueError: `rates` must have axes (trials, time, units), none of them empty; "
        "got shape (12, 4). Add or drop axes."
    ),
    "cj.analysis.condition_averages(data, {'choice': [None] * 12})": (
        "ValueError: `conditions['choice']` must be numbers, booleans or strings; got "
        "object of shape (12,). Leave out trials without one."
    ),
    "cj.analysis.d_prime(samples, evidence)": (
        "ValueError: `condition` must have exactly 2 values; got [-1.0, 0.5, 2.0]. Add "
        "or leave out trials with another label."
    ),
    "cj.analysis.d_prime(samples, labels[:5])": (
        "ValueError: `condition` must be one label for each of 12 trials; got shape "
        "(5,). Trials are the first axis."
    ),
    "cj.analysis.d_prime(samples[:, 0], labels)": (
        "ValueError: `responses` must have axes (trials, ..., units); got shape (12,). "
        "One unit is responses[:, None]."
    ),
    "cj.analysis.d_prime(samples, np.arange(12) == 0)": (
        "ValueError: `condition` must have at least two trials of each value; got [11, "
        "1]. Add trials."
    ),
    "cj.analysis.d_prime(nan * samples, labels)": (
        "ValueError: `responses` must be finite; got 48 entries that are not. Leave "
        "out the trials, times or units that have none."
    ),
    "cj.analysis.d_prime(traj, labels)": (
        "ValueError: `responses` must be numbers; got a Trajectory. Pass an array of "
        "it, such as traj.rates."
    ),
    "cj.analysis.d_prime(samples, None)": (
        "ValueError: `condition` must be numbers; got None. Give a number or an "
        "array of numbers."
    ),
    "cj.analysis.decode(traj, labels, key=key)": (
        "ValueError: `activity` must be numbers; got a Trajectory. Pass an array of "
        "it, such as traj.rates."
    ),
    "cj.analysis.decode(samples, labels, key=key)": (
        "ValueError: `activity` must have axes (trials, time, units), none of them "
        "empty; got shape (12, 4). Add or drop axes."
    ),
    "cj.analysis.decode(data, labels, key=0)": (
        "ValueError: `key` must be a JAX random key; got 0. Use jax.random.key(0)."
    ),
    "cj.analysis.decode(data, labels[:4], key=key)": (
        "ValueError: `labels` must be one label for each of 12 trials; got shape (4,). "
        "Trials are the first axis."
    ),
    "cj.analysis.decode(data, np.zeros(12), key=key)": (
        "ValueError: `labels` must have at least 2 values; got [0.0]. Add or leave out "
        "trials with another label."
    ),
    "cj.analysis.decode(data, np.arange(12), key=key)": (
        "ValueError: `labels` must have at least 5 trials of each value; got 1 of 0. "
        "Use fewer folds, or add trials."
    ),
    "cj.analysis.decode(data, labels, folds=1, key=key)": (
        "ValueError: `folds` must be a whole number, at least 2; got 1. Give an int."
    ),
    "cj.analysis.decode(data, labels, shuffles=-1, key=key)": (
        "ValueError: `shuffles` must be a whole number, at least 0; got -1. Give an "
        "int."
    ),
    "cj.analysis.decode(data, labels, decoder='lda', key=key)": (
        "ValueError: `decoder` must be a decoder; got 'lda'. Use "
        "cj.analysis.LDADecoder()."
    ),
    "cj.analysis.decode(data, labels, cross_temporal='yes', key=key)": (
        "ValueError: `cross_temporal` must be True or False; got 'yes'. Give a boolean."
    ),
    "cj.analysis.decode(nan * data, labels, key=key)": (
        "ValueError: `activity` must be finite; got 240 entries that are not. Leave "
        "out the trials, times or units that have none."
    ),
    "cj.analysis.decode(data, evidence * nan, key=key)": (
        "ValueError: `labels` must have no NaN; got 12. Leave out the trials that have "
        "no label."
    ),
    "cj.analysis.decode(data, None, key=key)": (
        "ValueError: `labels` must be numbers; got None. Give a number or an array "
        "of numbers."
    ),
    "cj.analysis.decode(1j * data, labels, key=key)": (
        "ValueError: `activity` must be real numbers; got complex128 of shape (12, 5, "
        "4). Cast with .astype."
    ),
    "cj.analysis.decode(data, labels, n_splits=5, key=key)": (
        "TypeError: decode() has no argument `n_splits`. The arguments are `activity`, "
        "`labels`, `decoder`, `cross_temporal`, `folds`, `shuffles`, `key`, `progress`."
    ),
    "cj.analysis.decode_memory(data, data, data[:5], labels, key=key)": (
        "ValueError: `x` must have shape (12, 5, 4); got shape (5, 5, 4). Record it at "
        "the steps of the rates."
    ),
    "cj.analysis.decode_memory(data, traj.synapses, data, labels, key=key)": (
        "ValueError: `u` must be numbers; got None. Give a number or an array of "
        "numbers."
    ),
    "cj.analysis.decode_memory(traj, data, data, labels, key=key)": (
        "ValueError: `rates` must be numbers; got a Trajectory. Pass its `rates`."
    ),
    "cj.analysis.decode_memory(data, data, data, labels, key='key')": (
        "ValueError: `key` must be a JAX random key; got 'key'. Use jax.random.key(0)."
    ),
    "cj.analysis.decode_memory(data, data, data, labels, folds=20, key=key)": (
        "ValueError: `labels` must have at least 20 trials of each value; got 6 of 0. "
        "Use fewer folds, or add trials."
    ),
    "cj.analysis.decode_memory(data, data, data, labels, shuffles='100', key=key)": (
        "ValueError: `shuffles` must be a whole number, at least 0; got '100'. Give an "
        "int."
    ),
    "cj.analysis.decode_memory(data, data, data, labels, decoder=1, key=key)": (
        "ValueError: `decoder` must be a decoder; got 1. Use cj.analysis.LDADecoder()."
    ),
    "cj.analysis.decode_memory(data, data[0], data, labels, key=key)": (
        "ValueError: `u` must have axes (trials, time, units), none of them empty; got "
        "shape (5, 4). Add or drop axes."
    ),
    "cj.analysis.decode_memory(data, data, data, labels[:3], key=key)": (
        "ValueError: `labels` must be one label for each of 12 trials; got shape (3,). "
        "Trials are the first axis."
    ),
    "cj.analysis.decode_memory(data, data, nan * data, labels, key=key)": (
        "ValueError: `x` must be finite; got 240 entries that are not. Leave out the "
        "trials, times or units that have none."
    ),
    "cj.analysis.decode_memory(samples, samples, samples, labels, key=key)": (
        "ValueError: `rates` must have axes (trials, time, units), none of them empty; "
        "got shape (12, 4). Add or drop axes."
    ),
    "cj.analysis.delay_dynamics(samples, rank=2)": (
        "ValueError: `activity` must have axes (trials, time, units), none of them "
        "empty; got shape (12, 4). Add or drop axes."
    ),
    "cj.analysis.delay_dynamics(data, rank=0)": (
        "ValueError: `rank` must be a whole number, at least 1; got 0. Give an int."
    ),
    "cj.analysis.delay_dynamics(data, rank=5)": (
        "ValueError: `rank` must not exceed 4, the rank of the embedding; got 5. Use "
        "more delays, or other data."
    ),
    "cj.analysis.delay_dynamics(data, rank=2, delays=10)": (
        "ValueError: `activity` must have more than 10 steps; got 5. Use fewer delays, "
        "or longer activity."
    ),
    "cj.analysis.delay_dynamics(data, rank=2, lag=0)": (
        "ValueError: `lag` must be a whole number, at least 1; got 0. Give an int."
    ),
    "cj.analysis.delay_dynamics(data, rank=2, delays=1.5)": (
        "ValueError: `delays` must be a whole number, at least 1; got 1.5. Give an int."
    ),
    "cj.analysis.delay_dynamics(traj, rank=2)": (
        "ValueError: `activity` must be numbers; got a Trajectory. Pass an array of "
        "it, such as traj.rates."
    ),
    "cj.analysis.delay_dynamics(nan * data, rank=2)": (
        "ValueError: `activity` must be finite; got 240 entries that are not. Leave "
        "out the trials, times or units that have none."
    ),
    "cj.analysis.demixed_axes(data, 'choice')": (
        "ValueError: `averages` must be averages by condition; got float64 of shape "
        "(12, 5, 4). Use cj.analysis.condition_averages(...)."
    ),
    "cj.analysis.demixed_axes(averages, 'choices')": (
        "ValueError: `part` must be a known name; got 'choices'. Did you mean "
        "'choice'? The options are 'time', 'choice'."
    ),
    "cj.analysis.demixed_axes(averages, 'choice', n_components=9)": (
        "ValueError: `n_components` must not exceed 4, the largest rank of 'choice'; "
        "got 9. Use fewer."
    ),
    "cj.analysis.demixed_axes(averages, 'choice', n_components=0)": (
        "ValueError: `n_components` must be a whole number, at least 1; got 0. Give an "
        "int."
    ),
    "cj.analysis.demixed_axes(averages, 'choice', ridge=-1.0)": (
        "ValueError: `ridge` must not be negative; got -1. It is a penalty."
    ),
    "cj.analysis.demixed_axes(averages, 'choice', ridge='auto')": (
        "ValueError: `ridge` must be numbers; got 'auto'. Give a number or an array of "
        "numbers."
    ),
    "cj.analysis.demixed_axes(averages, 'choice', ridge=np.ones(3))": (
        "ValueError: `ridge` must have shape (); got shape (3,). Give one number."
    ),
    "cj.analysis.dsa(data, samples, rank=2, key=key)": (
        "ValueError: `second` must have axes (trials, time, units), none of them "
        "empty; got shape (12, 4). Add or drop axes."
    ),
    "cj.analysis.dsa(data, data, rank=99, key=key)": (
        "ValueError: `rank` must not exceed 4, the rank of the embedding; got 99. Use "
        "more delays, or other data."
    ),
    "cj.analysis.dsa(data, data, rank=2, key=1)": (
        "ValueError: `key` must be a JAX random key; got 1. Use jax.random.key(0)."
    ),
    "cj.analysis.dsa(data, data, rank=2, starts=0, key=key)": (
        "ValueError: `starts` must be a whole number, at least 1; got 0. Give an int."
    ),
    "cj.analysis.dsa(data, data, rank=2, iterations=0, key=key)": (
        "ValueError: `iterations` must be a whole number, at least 1; got 0. Give an "
        "int."
    ),
    "cj.analysis.dsa(data, data, rank=2, delays=0, key=key)": (
        "ValueError: `delays` must be a whole number, at least 1; got 0. Give an int."
    ),
    "cj.analysis.dsa(data, data, rank=2, lag=-1, key=key)": (
        "ValueError: `lag` must be a whole number, at least 1; got -1. Give an int."
    ),
    "cj.analysis.dsa(net, plain, rank=2, key=key)": (
        "ValueError: `first` must be numbers; got an EIRNN. Give a number or an "
        "array of numbers."
    ),
    "cj.analysis.dsa(data, nan * data, rank=2, key=key)": (
        "ValueError: `second` must be finite; got 240 entries that are not. Leave out "
        "the trials, times or units that have none."
    ),
    "cj.analysis.explained_fraction(samples, np.zeros(12))": (
        "ValueError: `condition` must have at least 2 values; got [0.0]. Add or leave "
        "out trials with another label."
    ),
    "cj.analysis.explained_fraction(samples, labels[:2])": (
        "ValueError: `condition` must be one label for each of 12 trials; got shape "
        "(2,). Trials are the first axis."
    ),
    "cj.analysis.explained_fraction(labels, samples)": (
        "ValueError: `responses` must have axes (trials, ..., units); got shape (12,). "
        "One unit is responses[:, None]."
    ),
    "cj.analysis.explained_fraction(traj, labels)": (
        "ValueError: `responses` must be numbers; got a Trajectory. Pass an array of "
        "it, such as traj.rates."
    ),
    "cj.analysis.explained_fraction(inf * samples, labels)": (
        "ValueError: `responses` must be finite; got 48 entries that are not. Leave "
        "out the trials, times or units that have none."
    ),
    "cj.analysis.explained_fraction(samples, {'choice': labels})": (
        "ValueError: `condition` must be numbers; got {'choice': int64 of shape "
        "(12,)}. Give a number or an array of numbers."
    ),
    "cj.analysis.explained_fraction(samples, np.full(12, nan))": (
        "ValueError: `condition` must have no NaN; got 12. Leave out the trials that "
        "have no label."
    ),
    "cj.analysis.marginal_variances(data)": (
        "ValueError: `averages` must be averages by condition; got float64 of shape "
        "(12, 5, 4). Use cj.analysis.condition_averages(...)."
    ),
    "cj.analysis.marginal_variances(cj.analysis.ConditionAverages)": (
        "ValueError: `averages` must be averages by condition; got the class "
        "ConditionAverages. Call it: ConditionAverages(...)."
    ),
    "cj.analysis.marginal_variances(tuning)": (
        "ValueError: `averages` must be averages by condition; got a TuningCurve. Use "
        "cj.analysis.condition_averages(...)."
    ),
    "cj.analysis.marginals(data)": (
        "ValueError: `averages` must be averages by condition; got float64 of shape "
        "(12, 5, 4). Use cj.analysis.condition_averages(...)."
    ),
    "cj.analysis.marginals({'choice': data})": (
        "ValueError: `averages` must be averages by condition; got {'choice': "
        "float64 of shape (12, 5, 4)}. Use cj.analysis.condition_averages(...)."
    ),
    "cj.analysis.marginals(None)": (
        "ValueError: `averages` must be averages by condition; got None. Use "
        "cj.analysis.condition_averages(...)."
    ),
    "cj.analysis.memory_capacity(traj, evidence, lags=2)": (
        "ValueError: `activity` must be numbers; got a Trajectory. Pass an array of "
        "it, such as traj.rates."
    ),
    "cj.analysis.memory_capacity(samples, evidence[:5], lags=2)": (
        "ValueError: `inputs` must have shape (12,); got shape (5,). Give one run, one "
        "input channel."
    ),
    "cj.analysis.memory_capacity(evidence, samples, lags=2)": (
        "ValueError: `activity` must have axes (time, units), none of them empty; got "
        "shape (12,). Add or drop axes."
    ),
    "cj.analysis.memory_capacity(samples, samples, lags=2)": (
        "ValueError: `inputs` must have axes (time), none of them empty; got shape "
        "(12, 4). Add or drop axes."
    ),
    "cj.analysis.memory_capacity(samples, evidence, lags=0)": (
        "ValueError: `lags` must be a whole number, at least 1; got 0. Give an int."
    ),
    "cj.analysis.memory_capacity(samples, evidence, lags=20)": (
        "ValueError: `activity` must leave more steps than units + 1 after washout and "
        "lags; got 0 steps. Run for longer."
    ),
    "cj.analysis.memory_capacity(samples, evidence, lags=2, washout=-1)": (
        "ValueError: `washout` must be a whole number, at least 0; got -1. Give an int."
    ),
    "cj.analysis.memory_capacity(samples, evidence, lags=2, corrected='yes')": (
        "ValueError: `corrected` must be True or False; got 'yes'. Give a boolean."
    ),
    "cj.analysis.memory_capacity(samples, np.ones(12), lags=2)": (
        "ValueError: `inputs` must vary; got the same at all steps. Use white noise."
    ),
    "cj.analysis.memory_capacity(samples, nan * evidence, lags=2)": (
        "ValueError: `inputs` must be finite; got 12 entries that are not. Leave out "
        "the trials, times or units that have none."
    ),
    "cj.analysis.participation_ratio(traj)": (
        "ValueError: `activity` must be numbers; got a Trajectory. Pass an array of "
        "it, such as traj.rates."
    ),
    "cj.analysis.participation_ratio(np.ones((12, 4)))": (
        "ValueError: `activity` must vary; got the same in every sample. It has no "
        "dimension."
    ),
    "cj.analysis.participation_ratio(nan * samples)": (
        "ValueError: `activity` must be finite; got 48 entries that are not. Leave out "
        "the trials, times or units that have none."
    ),
    "cj.analysis.participation_ratio(np.zeros((0, 4)))": (
        "ValueError: `activity` must have axes (*batch, units), none of them empty; "
        "got shape (0, 4). Add or drop axes."
    ),
    "cj.analysis.participation_ratio(samples, corrected='no')": (
        "ValueError: `corrected` must be True or False; got 'no'. Give a boolean."
    ),
    "cj.analysis.participation_ratio(samples, effective_samples=5)": (
        "ValueError: `effective_samples` must be None; got 5. Pass corrected=True."
    ),
    "cj.analysis.participation_ratio(samples, corrected=True, effective_samples=1)": (
        "ValueError: `effective_samples` must give more than 2 samples; got 1. The "
        "correction needs them."
    ),
    (
        "cj.analysis.participation_ratio(samples, corrected=True, "
        "effective_samples='all')"
    ): (
        "ValueError: `effective_samples` must be a number; got 'all'. Give an int or a "
        "float."
    ),
    "cj.analysis.participation_ratio(samples[:2], corrected=True)": (
        "ValueError: `activity` must give more than 2 samples; got 2. The correction "
        "needs them."
    ),
    "cj.analysis.participation_ratio_of(samples)": (
        "ValueError: `covariance` must be symmetric; got float32 of shape (12, 4). "
        "Such as `jnp.cov(samples.T)`."
    ),
    "cj.analysis.participation_ratio_of(np.zeros((3, 3)))": (
        "ValueError: `covariance` must have variance; got none. It has no dimension."
    ),
    "cj.analysis.participation_ratio_of(nan * matrix)": (
        "ValueError: `covariance` must be finite; got 100 entries that are not. Leave "
        "out the trials, times or units that have none."
    ),
    "cj.analysis.participation_ratio_of(np.ones(3))": (
        "ValueError: `covariance` must have axes (units, units), none of them empty; "
        "got shape (3,). Add or drop axes."
    ),
    "cj.analysis.participation_ratio_of(traj)": (
        "ValueError: `covariance` must be numbers; got a Trajectory. Pass an array of "
        "it, such as traj.rates."
    ),
    "cj.analysis.participation_ratio_of(1j * matrix)": (
        "ValueError: `covariance` must be real numbers; got complex128 of shape (10, "
        "10). Cast with .astype."
    ),
    "cj.analysis.pca(traj)": (
        "ValueError: `activity` must be numbers; got a Trajectory. Pass an array of "
        "it, such as traj.rates."
    ),
    "cj.analysis.pca(samples, n_components=5)": (
        "ValueError: `n_components` must not exceed min(samples - 1, units) = 4; got "
        "5. There are no more."
    ),
    "cj.analysis.pca(samples, of='rate')": (
        "ValueError: `of` must be a known name; got 'rate'. Did you mean 'rates'? The "
        "options are 'potentials', 'rates'."
    ),
    "cj.analysis.pca(samples, n_components=0)": (
        "ValueError: `n_components` must be a whole number, at least 1; got 0. Give an "
        "int."
    ),
    "cj.analysis.pca(samples[:1])": (
        "ValueError: `activity` must vary; got the same in every sample. It has no "
        "dimension."
    ),
    "cj.analysis.pca(nan * samples)": (
        "ValueError: `activity` must be finite; got 48 entries that are not. Leave out "
        "the trials, times or units that have none."
    ),
    "cj.analysis.pca(np.zeros((0, 4)))": (
        "ValueError: `activity` must have axes (*batch, units), none of them empty; "
        "got shape (0, 4). Add or drop axes."
    ),
    "cj.analysis.pca(1j * samples)": (
        "ValueError: `activity` must be real numbers; got complex128 of shape (12, 4). "
        "Cast with .astype."
    ),
    "cj.analysis.principal_angles(np.eye(2, 4), np.eye(2, 3))": (
        "ValueError: `second` must have 4 units; got shape (2, 3). Compare the same "
        "units."
    ),
    "cj.analysis.principal_angles(pca, pca)": (
        "ValueError: `first` must be numbers; got a PCA. Pass an array of it, such as "
        "pca.components."
    ),
    "cj.analysis.principal_angles(np.ones((2, 4)), np.eye(2, 4))": (
        "ValueError: `first` must have independent rows; got float32 of shape (2, 4). "
        "Drop some."
    ),
    "cj.analysis.principal_angles(np.ones(4), np.eye(2, 4))": (
        "ValueError: `first` must have axes (dimensions, units), none of them empty; "
        "got shape (4,). Add or drop axes."
    ),
    "cj.analysis.principal_angles(np.eye(2, 4), nan * np.eye(2, 4))": (
        "ValueError: `second` must be finite; got 8 entries that are not. Leave out "
        "the trials, times or units that have none."
    ),
    "cj.analysis.procrustes_distance(samples, samples[:5])": (
        "ValueError: `second` must have shape (12, 4); got shape (5, 4). Give the "
        "samples of `first`, in the same order."
    ),
    "cj.analysis.procrustes_distance(samples, np.ones((12, 4)))": (
        "ValueError: `second` must vary; got the same in every sample. It has no "
        "dimension."
    ),
    "cj.analysis.procrustes_distance(net, plain)": (
        "ValueError: `first` must be numbers; got an EIRNN. Give a number or an "
        "array of numbers."
    ),
    "cj.analysis.procrustes_distance(samples, samples, scaled='no')": (
        "ValueError: `scaled` must be True or False; got 'no'. Give a boolean."
    ),
    "cj.analysis.procrustes_distance(inf * samples, samples)": (
        "ValueError: `first` must be finite; got 48 entries that are not. Leave out "
        "the trials, times or units that have none."
    ),
    "cj.analysis.procrustes_distance(samples, traj)": (
        "ValueError: `second` must be numbers; got a Trajectory. Pass an array of it, "
        "such as traj.rates."
    ),
    "cj.analysis.selectivity_index(samples, labels)": (
        "ValueError: `rates` must not be negative; got -0.132105. Potentials have no "
        "such index: use `d_prime`."
    ),
    "cj.analysis.selectivity_index(samples ** 2, np.zeros(12))": (
        "ValueError: `condition` must have at least 2 values; got [0.0]. Add or leave "
        "out trials with another label."
    ),
    "cj.analysis.selectivity_index(samples ** 2, labels[:3])": (
        "ValueError: `condition` must be one label for each of 12 trials; got shape "
        "(3,). Trials are the first axis."
    ),
    "cj.analysis.selectivity_index(labels, samples ** 2)": (
        "ValueError: `rates` must have axes (trials, ..., units); got shape (12,). One "
        "unit is responses[:, None]."
    ),
    "cj.analysis.selectivity_index(traj, labels)": (
        "ValueError: `rates` must be numbers; got a Trajectory. Pass its `rates`."
    ),
    "cj.analysis.selectivity_index(nan * samples, labels)": (
        "ValueError: `rates` must be finite; got 48 entries that are not. Leave out "
        "the trials, times or units that have none."
    ),
    "cj.analysis.shuffle_memory(traj, key=key)": (
        "ValueError: `state` must be a State; got a Trajectory. Pass its `final_state`."
    ),
    "cj.analysis.shuffle_memory(traj.final_state, key=key)": (
        "ValueError: `activity` must be True, or synapses; got neither. Shuffle one."
    ),
    "cj.analysis.shuffle_memory(traj.final_state, key=key, activity='yes')": (
        "ValueError: `activity` must be True or False; got 'yes'. Give a boolean."
    ),
    "cj.analysis.shuffle_memory(traj.final_state, key=key, synapses=True)": (
        "ValueError: `state` must have synapses; got None. Give the network "
        "ShortTermPlasticity."
    ),
    "cj.analysis.shuffle_memory(net.initial_state(), key=key, activity=True)": (
        "ValueError: `state` must be of a batch with one axis; got shape (10,). Add or "
        "merge axes."
    ),
    "cj.analysis.shuffle_memory(traj.final_state, key=0, activity=True)": (
        "ValueError: `key` must be a JAX random key; got 0. Use jax.random.key(0)."
    ),
    (
        "cj.analysis.shuffle_memory(traj.final_state, key=key, activity=True, "
        "within=labels)"
    ): (
        "ValueError: `within` must be one label for each of 4 trials; got shape (12,). "
        "Trials are the first axis."
    ),
    (
        "cj.analysis.shuffle_memory(traj.final_state, key=key, activity=True, "
        "within='choice')"
    ): (
        "ValueError: `within` must be numbers; got 'choice'. Give a number or an "
        "array of numbers."
    ),
    "cj.analysis.targeted_axes(traj, samples[:, :1])": (
        "ValueError: `rates` must be numbers; got a Trajectory. Pass its `rates`."
    ),
    "cj.analysis.targeted_axes(data, evidence)": (
        "ValueError: `regressors` must have axes (trials, regressors), none of them "
        "empty; got shape (12,). Add or drop axes."
    ),
    "cj.analysis.targeted_axes(data, samples[:5, :1])": (
        "ValueError: `regressors` must have a row for each of 12 trials; got float64 "
        "of shape (5, 1). Give all."
    ),
    "cj.analysis.targeted_axes(data, np.ones((12, 1)))": (
        "ValueError: `regressors` must be independent of each other and of a constant; "
        "got float64 of shape (12, 1). Drop one, or add trials."
    ),
    "cj.analysis.targeted_axes(data, nan * samples)": (
        "ValueError: `regressors` must be finite; got 48 entries that are not. Leave "
        "out the trials, times or units that have none."
    ),
    "cj.analysis.targeted_axes(samples[:, :1], data)": (
        "ValueError: `rates` must have axes (trials, time, units), none of them empty; "
        "got shape (12, 1). Add or drop axes."
    ),
    "cj.analysis.targeted_axes(data, evidence[:, None], n_components=0)": (
        "ValueError: `n_components` must be a whole number, at least 1; got 0. Give an "
        "int."
    ),
    "cj.analysis.targeted_axes(data, evidence[:, None], conditions=labels[:3])": (
        "ValueError: `conditions` must be one label for each of 12 trials; got shape "
        "(3,). Trials are the first axis."
    ),
    "cj.analysis.targeted_axes(data, evidence[:, None], conditions='choice')": (
        "ValueError: `conditions` must be numbers; got 'choice'. Give a number or an "
        "array of numbers."
    ),
    "cj.analysis.targeted_axes(np.ones((12, 5, 4)), evidence[:, None])": (
        "ValueError: `rates` must depend on each regressor in a different way; got "
        "lengths [0.]. Drop the shortest."
    ),
    "cj.analysis.targeted_axes(data, np.array([['left'], ['right']] * 6))": (
        "ValueError: `regressors` must be numbers; got <U5 of shape (12, 1). Give a "
        "number or an array of numbers."
    ),
    "cj.analysis.targeted_axes(data, 1j * evidence[:, None])": (
        "ValueError: `regressors` must be real numbers; got complex128 of shape (12, "
        "1). Cast with .astype."
    ),
    "cj.analysis.task_variance(traj)": (
        "ValueError: `rates` must be numbers; got a Trajectory. Pass its `rates`."
    ),
    "cj.analysis.task_variance(samples)": (
        "ValueError: `rates` must have axes (trials, time, units), none of them empty; "
        "got shape (12, 4). Add or drop axes."
    ),
    "cj.analysis.task_variance(data, mask=trials.mask)": (
        "ValueError: `mask` must be boolean of shape (12, 5), with some True; got "
        "float32 of shape (4, 100, 2). A step counts if it is True."
    ),
    "cj.analysis.task_variance(nan * data)": (
        "ValueError: `rates` must be finite; got 240 entries that are not. Leave out "
        "the trials, times or units that have none."
    ),
    "cj.analysis.task_variance(data, mask='stimulus')": (
        "ValueError: `mask` must be numbers; got 'stimulus'. Give a number or an array "
        "of numbers."
    ),
    "cj.analysis.task_variances(data)": (
        "ValueError: `rates` must be a dictionary; got float64 of shape (12, 5, 4). "
        "Give a dict."
    ),
    "cj.analysis.task_variances({})": (
        "ValueError: `rates` must hold a task; got none. Give rates by the name of the "
        "task."
    ),
    "cj.analysis.task_variances({'go': samples})": (
        "ValueError: `rates['go']` must have axes (trials, time, units), none of them "
        "empty; got shape (12, 4). Add or drop axes."
    ),
    "cj.analysis.task_variances({'go': data, 'anti': data[..., :2]})": (
        "ValueError: `rates` must have the same units in each task; got numbers of "
        "units [2, 4]. Use those of one network."
    ),
    "cj.analysis.task_variances({'go': traj})": (
        "ValueError: `rates['go']` must be numbers; got a Trajectory. Give a number or "
        "an array of numbers."
    ),
    "cj.analysis.task_variances({'go': data}, threshold=-1.0)": (
        "ValueError: `threshold` must not be negative; got -1. It is a variance."
    ),
    "cj.analysis.task_variances({'go': data}, threshold='small')": (
        "ValueError: `threshold` must be numbers; got 'small'. Give a number or an "
        "array of numbers."
    ),
    "cj.analysis.tuning_curve(traj, labels)": (
        "ValueError: `responses` must be numbers; got a Trajectory. Pass an array of "
        "it, such as traj.rates."
    ),
    "cj.analysis.tuning_curve(samples, labels[:3])": (
        "ValueError: `condition` must be one label for each of 12 trials; got shape "
        "(3,). Trials are the first axis."
    ),
    "cj.analysis.tuning_curve(labels, samples)": (
        "ValueError: `responses` must have axes (trials, ..., units); got shape (12,). "
        "One unit is responses[:, None]."
    ),
    "cj.analysis.tuning_curve(samples, np.full(12, nan))": (
        "ValueError: `condition` must have no NaN; got 12. Leave out the trials that "
        "have no label."
    ),
    "cj.analysis.tuning_curve(nan * samples, labels)": (
        "ValueError: `responses` must be finite; got 48 entries that are not. Leave "
        "out the trials, times or units that have none."
    ),
    "cj.analysis.tuning_curve(samples, [None] * 12)": (
        "ValueError: `condition` must be numbers, booleans or strings; got object of "
        "shape (12,). Leave out trials without one."
    ),
    "cj.analysis.tuning_curve(samples, trials)": (
        "ValueError: `condition` must be numbers; got a Trial. Pass an array of it, "
        "such as trials.inputs, or of trials.conditions."
    ),
    "cj.analysis.tuning_curve(np.zeros((0, 4)), [])": (
        "ValueError: `responses` must have axes (*trials, units), none of them empty; "
        "got shape (0, 4). Add or drop axes."
    ),
    "pca.project(np.ones(3))": (
        "ValueError: `activity` must have shape (..., 4); got shape (3,). Units come "
        "last."
    ),
    "pca.project(traj)": (
        "ValueError: `activity` must be numbers; got a Trajectory. Give a number or an "
        "array of numbers."
    ),
    "pca.reconstruct(np.ones((5, 3)))": (
        "ValueError: `scores` must have shape (..., 2); got shape (5, 3). Components "
        "come last."
    ),
    "pca.reconstruct(traj)": (
        "ValueError: `scores` must be numbers; got a Trajectory. Give a number or an "
        "array of numbers."
    ),
    "pca.dimensions(90)": (
        "ValueError: `fraction` must lie in (0, 1], the explained fraction; got 90.0. "
        "Use more components."
    ),
    "pca.dimensions('most')": (
        "ValueError: `fraction` must be a number; got 'most'. Give an int or a float."
    ),
    "pca.dimensions(0.0)": (
        "ValueError: `fraction` must lie in (0, 1], the explained fraction; got 0.0. "
        "Use more components."
    ),
}
