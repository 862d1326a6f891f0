"""Wrong calls of figures."""

CALLS = {
    "cj.plotting.example_trials(trials, task)": (
        "ValueError: `task` must be a task; got a Trial. Exchange it with `trials`."
    ),
    "cj.plotting.example_trials(task, traj)": (
        "ValueError: `trials` must be trials; got a Trajectory. Use task.batch(key, "
        "size)."
    ),
    (
        "cj.plotting.example_trials(cj.tasks.make('context_integration', dt=20.0), "
        "trials)"
    ): (
        "ValueError: `trials.inputs` must have shape (trials, time, 6); got shape (4, "
        "100, 2). Use task.batch(key, size) of this task."
    ),
    "cj.plotting.plot_bifurcation(ax, diagram)": (
        "ValueError: `diagram` must be a bifurcation diagram; got an Axes. Pass it by "
        "keyword: ax=ax."
    ),
    "cj.plotting.plot_bifurcation(fixed)": (
        "ValueError: `diagram` must be a bifurcation diagram; got a FixedPoints. Use "
        "cj.analysis.bifurcation(...)."
    ),
    "cj.plotting.plot_bifurcation(diagram, along=10)": (
        "ValueError: `along` must be a unit below 10; got 10. Units count from 0."
    ),
    "cj.plotting.plot_bifurcation(diagram, along=np.ones(3))": (
        "ValueError: `along` must have shape (10,); got shape (3,). Give a unit, or "
        "one number for each."
    ),
    "cj.plotting.plot_bifurcation(diagram, along='unit 1')": (
        "ValueError: `along` must be numbers; got 'unit 1'. Give a number or an array "
        "of numbers."
    ),
    "cj.plotting.plot_bifurcation(diagram, along=np.full(10, nan))": (
        "ValueError: `along` must be finite; got nan. Replace NaN and infinity."
    ),
    "cj.plotting.plot_bifurcation(diagram, unit=1)": (
        "TypeError: plot_bifurcation() has no argument `unit`. The arguments are "
        "`diagram`, `ax`, `along`, `parameter_name`."
    ),
    "cj.plotting.plot_channel_image(traj.outputs, dt=20.0)": (
        "ValueError: `values` must have axes (time, channels), none of them empty; got "
        "shape (4, 100, 2). Choose one trial, such as outputs[0]."
    ),
    "cj.plotting.plot_channel_image(traj, dt=20.0)": (
        "ValueError: `values` must be numbers; got a Trajectory. Pass an array of it, "
        "such as traj.rates."
    ),
    "cj.plotting.plot_channel_image(traj.outputs[0], dt=0.0)": (
        "ValueError: `dt` must be positive; got 0. Give it in ms."
    ),
    "cj.plotting.plot_channel_image(traj.outputs[0], dt='20 ms')": (
        "ValueError: `dt` must be a number; got '20 ms'. Give an int or a float."
    ),
    "cj.plotting.plot_channel_image(np.full((5, 2), nan), dt=20.0)": (
        "ValueError: `values` must be finite; got nan. Replace NaN and infinity."
    ),
    "cj.plotting.plot_channel_image(traj.outputs[0], dt=20.0, mask=np.ones(5))": (
        "ValueError: `mask` must have shape (100, 2); got shape (5,). Give one entry "
        "for each value."
    ),
    "cj.plotting.plot_channel_image(traj.outputs[0], dt=20.0, names=['a'])": (
        "ValueError: `names` must name each of 2 channels; got 1 name. Give one "
        "name for each channel."
    ),
    "cj.plotting.plot_channel_image(np.full((5, 2), 1j), dt=20.0)": (
        "ValueError: `values` must be real numbers; got complex128 of shape (5, 2). "
        "Cast with .astype."
    ),
    "cj.plotting.plot_channels(traj.outputs, dt=20.0, names=['a', 'b'])": (
        "ValueError: `values` must have axes (time, channels), none of them empty; got "
        "shape (4, 100, 2). Choose one trial, such as outputs[0]."
    ),
    "cj.plotting.plot_channels(traj.outputs[0], dt=20.0, names='ab')": (
        "ValueError: `names` must be a list; got 'ab'. Give a tuple."
    ),
    "cj.plotting.plot_channels(traj.outputs[0], dt=20.0, names=['a'])": (
        "ValueError: `names` must name each of 2 channels; got 1 name. Give one "
        "name for each channel."
    ),
    "cj.plotting.plot_channels(traj.outputs[0], dt=-20.0, names=['a', 'b'])": (
        "ValueError: `dt` must be positive; got -20. Give it in ms."
    ),
    (
        "cj.plotting.plot_channels(traj.outputs[0], dt=20.0, names=['a', 'b'], "
        "targets=trials.targets)"
    ): (
        "ValueError: `targets` must have shape (100, 2); got shape (4, 100, 2). Give "
        "one for each value."
    ),
    (
        "cj.plotting.plot_channels(traj.outputs[0], dt=20.0, names=['a', 'b'], "
        "mask=np.ones((5, 2)))"
    ): (
        "ValueError: `mask` must have shape (100, 2); got shape (5, 2). Give one entry "
        "for each value."
    ),
    "cj.plotting.plot_channels(ax, traj.outputs[0], dt=20.0, names=['a', 'b'])": (
        "ValueError: `values` must be numbers; got an Axes. Pass it by keyword: ax=ax."
    ),
    "cj.plotting.plot_chronometric(choices)": (
        "ValueError: `curve` must be a chronometric curve; got a PsychometricCurve. "
        "Use cj.analysis.chronometric_curve(...)."
    ),
    "cj.plotting.plot_chronometric(time_curve, fit=choices_fit)": (
        "ValueError: `fit` must be a chronometric fit; got a PsychometricFit. Use "
        "cj.analysis.fit_chronometric(...)."
    ),
    "cj.plotting.plot_chronometric(time_curve, bootstrap=time_bootstrap)": (
        "ValueError: `bootstrap` must come with its `fit`; got no fit. Pass "
        "fit=bootstrap.fit."
    ),
    ("cj.plotting.plot_chronometric(time_curve, fit=time_fit, bootstrap=bootstrap)"): (
        "ValueError: `bootstrap` must be a chronometric bootstrap; got a "
        "PsychometricBootstrap. Use cj.analysis.bootstrap_chronometric(...)."
    ),
    "cj.plotting.plot_class_rates(traj, dt=20.0)": (
        "ValueError: `rates` must be numbers; got a Trajectory. Pass its `rates`."
    ),
    "cj.plotting.plot_class_rates(traj.rates[0, 0], dt=20.0)": (
        "ValueError: `rates` must have axes (*trials, time, units), none of them "
        "empty; got shape (10,). Add or drop axes."
    ),
    "cj.plotting.plot_class_rates(traj.rates, dt=nan)": (
        "ValueError: `dt` must be positive; got nan. Give it in ms."
    ),
    "cj.plotting.plot_class_rates(traj.rates, dt=20.0, n_excitatory=11)": (
        "ValueError: `n_excitatory` must be at most the 10 units; got 11. Pass "
        "net.n_excitatory."
    ),
    "cj.plotting.plot_class_rates(traj.rates, dt=20.0, n_excitatory=-1)": (
        "ValueError: `n_excitatory` must be a whole number, at least 0; got -1. Give "
        "an int."
    ),
    "cj.plotting.plot_class_rates(traj.rates, dt=20.0, groups={'a': [0, 10]})": (
        "ValueError: `groups['a']` must hold indices of the 10 units; got [0, 10]. "
        "Those of a mask are np.flatnonzero(mask)."
    ),
    "cj.plotting.plot_class_rates(traj.rates, dt=20.0, groups=[0, 1])": (
        "ValueError: `groups` must be a dictionary; got [0, 1]. Give a dict."
    ),
    "cj.plotting.plot_class_rates(traj.rates, dt=20.0, by=[1, 2])": (
        "ValueError: `by` must be 4 numbers or words, one for each trial; got int64 of "
        "shape (2,). Give one label each."
    ),
    "cj.plotting.plot_class_rates(traj.rates, dt=20.0, groups={})": (
        "ValueError: `groups` must hold a class; got none. Leave it out for all units."
    ),
    (
        "cj.plotting.plot_class_rates(traj.rates, dt=20.0, n_excitatory=8, "
        "groups={'a': [0]})"
    ): (
        "ValueError: `groups` must be the only classes; got `n_excitatory` 8 as well. "
        "Leave one out."
    ),
    "cj.plotting.plot_class_rates(np.full((5, 10), nan), dt=20.0)": (
        "ValueError: `rates` must hold a finite number; got none. Values that are not "
        "are left out."
    ),
    "cj.plotting.plot_connectivity(net)": (
        "ValueError: `connectivity` must be a connectivity; got an EIRNN. See "
        "cj.connectivity; a boolean array is cj.constraints.Masked(array)."
    ),
    "cj.plotting.plot_connectivity(np.ones((10, 10)))": (
        "ValueError: `connectivity` must be a connectivity; got float64 of shape "
        "(10, 10). See cj.connectivity; a boolean array is "
        "cj.constraints.Masked(array)."
    ),
    "cj.plotting.plot_connectivity(ax, cj.connectivity.no_autapses(10))": (
        "ValueError: `connectivity` must be a connectivity; got an Axes. Pass it by "
        "keyword: ax=ax."
    ),
    "cj.plotting.plot_decoding(decoding.accuracy, dt=20.0)": (
        "ValueError: `decoding` must be a decoding; got float32 of shape (5,). Use "
        "cj.analysis.decode(...)."
    ),
    "cj.plotting.plot_decoding(decoding, dt=0)": (
        "ValueError: `dt` must be positive; got 0. Give it in ms."
    ),
    "cj.plotting.plot_decoding(decoding, dt=None)": (
        "ValueError: `dt` must be a number; got None. Give an int or a float."
    ),
    "cj.plotting.plot_eigenvalues(net)": (
        "ValueError: `eigenvalues` must be numbers or a spectrum; got an EIRNN. Give "
        "a number or an array of numbers."
    ),
    "cj.plotting.plot_eigenvalues(matrix)": (
        "ValueError: `eigenvalues` must have axes (n), none of them empty; got shape "
        "(10, 10). For weights pass cj.analysis.spectrum(weights); join others by "
        "np.ravel."
    ),
    "cj.plotting.plot_eigenvalues(spectrum, boundary='square')": (
        "ValueError: `boundary` must be a known name; got 'square'. Did you mean "
        "'usual'? The options are 'usual', 'circle'."
    ),
    "cj.plotting.plot_eigenvalues(spectrum, boundary=nan)": (
        "ValueError: `boundary` must be finite; got nan. Replace NaN and infinity."
    ),
    "cj.plotting.plot_eigenvalues(spectrum, radius=-1.0)": (
        "ValueError: `radius` must not be negative; got -1. Leave it out."
    ),
    "cj.plotting.plot_eigenvalues(spectrum, radius='1')": (
        "ValueError: `radius` must be a number; got '1'. Give an int or a float."
    ),
    "cj.plotting.plot_eigenvalues(spectrum, outlier='no')": (
        "ValueError: `outlier` must be a number; got 'no'. Give an int or a float."
    ),
    "cj.plotting.plot_eigenvalues(np.array([nan, 1.0]))": (
        "ValueError: `eigenvalues` must be finite; got nan. Replace NaN and infinity."
    ),
    "cj.plotting.plot_eigenvalues(spectrum, ax=plt.figure())": (
        "ValueError: `ax` must be Matplotlib axes; got a Figure. Use fig, ax = "
        "plt.subplots()."
    ),
    "cj.plotting.plot_ensemble(history)": (
        "ValueError: `values` must be numbers; got a History. Pass arrays of a "
        "history, such as history.loss, or history.validation_step and "
        "history.performance; cj.plotting.plot_training(result) draws them all."
    ),
    "cj.plotting.plot_ensemble(history.loss)": (
        "ValueError: `values` must have axes (members, points), none of them empty; "
        "got shape (9,). Give one row for each network."
    ),
    "cj.plotting.plot_ensemble(np.ones((3, 9)), num_updates=np.arange(8))": (
        "ValueError: `num_updates` must have shape (9,); got shape (8,). Give one for "
        "each point."
    ),
    "cj.plotting.plot_ensemble(np.ones((3, 9)), colour='rot')": (
        "ValueError: `colour` must be a colour; got 'rot'. Use 'red'."
    ),
    "cj.plotting.plot_ensemble(np.ones((3, 9)), color='red')": (
        "TypeError: plot_ensemble() has no argument `color`. Did you mean `colour`? "
        "The arguments are `values`, `ax`, `num_updates`, `colour`, `label`, `log`."
    ),
    "cj.plotting.plot_ensemble(np.ones((3, 9)), log='yes')": (
        "ValueError: `log` must be True or False; got 'yes'. Give a boolean."
    ),
    "cj.plotting.plot_ensemble(-np.ones((3, 9)), log=True)": (
        "ValueError: `values` must be positive at some point; got none. The axis is "
        "logarithmic."
    ),
    "cj.plotting.plot_ensemble(np.full((3, 9), nan))": (
        "ValueError: `values` must hold a finite number; got none. Values that are not "
        "are left out."
    ),
    "cj.plotting.plot_loss(history)": (
        "ValueError: `loss` must be numbers; got a History. Pass its `loss`."
    ),
    "cj.plotting.plot_loss(ax, history.loss)": (
        "ValueError: `loss` must be numbers; got an Axes. Pass it by keyword: ax=ax."
    ),
    "cj.plotting.plot_loss(np.ones((3, 9)))": (
        "ValueError: `loss` must have axes (updates), none of them empty; got shape "
        "(3, 9). For many networks use plot_ensemble."
    ),
    "cj.plotting.plot_loss(history.loss, window=0)": (
        "ValueError: `window` must be a whole number, at least 1; got 0. Give an int."
    ),
    "cj.plotting.plot_loss(np.full(9, nan))": (
        "ValueError: `loss` must hold a finite number; got none. Values that are not "
        "are left out."
    ),
    "cj.plotting.plot_loss(-np.ones(9))": (
        "ValueError: `loss` must be positive in some update; got none. The axis is "
        "logarithmic."
    ),
    "cj.plotting.plot_loss_terms(history)": (
        "ValueError: `terms` must be a dictionary; got a History. Pass its `terms`."
    ),
    "cj.plotting.plot_loss_terms({})": (
        "ValueError: `terms` must hold a term; got none. Pass history.terms."
    ),
    "cj.plotting.plot_loss_terms(history.terms, window=0)": (
        "ValueError: `window` must be a whole number, at least 1; got 0. Give an int."
    ),
    "cj.plotting.plot_loss_terms({'task': 'loss'})": (
        "ValueError: `terms['task']` must be real numbers; got <U4 of shape (). Cast "
        "with .astype."
    ),
    "cj.plotting.plot_loss_terms({'task': np.zeros((2, 3, 4))})": (
        "ValueError: `terms['task']` must have at most two axes; got (2, 3, 4). Give "
        "(updates,) or (members, updates)."
    ),
    "cj.plotting.plot_lyapunov(lyapunov.exponents)": (
        "ValueError: `spectrum` must be a Lyapunov spectrum; got float32 of shape "
        "(1,). Use cj.analysis.lyapunov(...)."
    ),
    "cj.plotting.plot_lyapunov(spectrum)": (
        "ValueError: `spectrum` must be a Lyapunov spectrum; got a Spectrum. Use "
        "cj.analysis.lyapunov(...)."
    ),
    "cj.plotting.plot_lyapunov(lyapunov, ax=plt.figure())": (
        "ValueError: `ax` must be Matplotlib axes; got a Figure. Use fig, ax = "
        "plt.subplots()."
    ),
    (
        "cj.plotting.plot_performance(history.validation_step, history.loss, "
        "criterion=None)"
    ): (
        "ValueError: `num_updates` must have shape (9,); got shape (2,). Give one for "
        "each validation."
    ),
    "cj.plotting.plot_performance([0.5, 0.8], [100, 200], criterion=0.5)": (
        "ValueError: `performance` must not exceed 1; got 100. It is the fraction "
        "correct, and comes after `num_updates`."
    ),
    (
        "cj.plotting.plot_performance(history.validation_step, "
        "history.performance, criterion=85)"
    ): ("ValueError: `criterion` must lie in [0, 1]; got 85. Give a fraction."),
    "cj.plotting.plot_performance(history, history.performance, criterion=None)": (
        "ValueError: `num_updates` must be numbers; got a History. Pass arrays of a "
        "history, such as history.loss, or history.validation_step and "
        "history.performance; cj.plotting.plot_training(result) draws them all."
    ),
    (
        "cj.plotting.plot_performance(history.validation_step, np.ones((3, 2)), "
        "criterion=None)"
    ): (
        "ValueError: `performance` must have shape (validations,); got float64 of "
        "shape (3, 2). For many networks use plot_ensemble."
    ),
    "cj.plotting.plot_perturbation_effects(effects)": (
        "ValueError: `measure` must be a known name; got 'performance'. The options "
        "are 'rate'."
    ),
    "cj.plotting.plot_perturbation_effects(effects['rate'])": (
        "ValueError: `effects` must be effects of perturbations; got a "
        "PerturbationEffect. Use cj.analysis.perturbation_effects(...)."
    ),
    "cj.plotting.plot_perturbation_effects(ax, effects, 'rate')": (
        "ValueError: `effects` must be effects of perturbations; got an Axes. Pass it "
        "by keyword: ax=ax."
    ),
    "cj.plotting.plot_psychometric(choices, colour='excitatory')": (
        "ValueError: `colour` must be a colour; got 'excitatory'. Use 'red'."
    ),
    "cj.plotting.plot_psychometric(choices_fit)": (
        "ValueError: `curve` must be a psychometric curve; got a PsychometricFit. Pass "
        "its `curve`."
    ),
    "cj.plotting.plot_psychometric(choices, fit=time_fit)": (
        "ValueError: `fit` must be a psychometric fit; got a ChronometricFit. Use "
        "cj.analysis.fit_psychometric(...)."
    ),
    "cj.plotting.plot_psychometric(choices, bootstrap=bootstrap)": (
        "ValueError: `bootstrap` must come with its `fit`; got no fit. Pass "
        "fit=bootstrap.fit."
    ),
    (
        "cj.plotting.plot_psychometric(choices, fit=choices_fit, "
        "bootstrap=time_bootstrap)"
    ): (
        "ValueError: `bootstrap` must be a psychometric bootstrap; got a "
        "ChronometricBootstrap. Use cj.analysis.bootstrap_psychometric(...)."
    ),
    "cj.plotting.plot_psychometric(choices, ax=choices)": (
        "ValueError: `ax` must be Matplotlib axes; got a PsychometricCurve. Use fig, "
        "ax = plt.subplots()."
    ),
    "cj.plotting.plot_rates(traj, dt=20.0)": (
        "ValueError: `rates` must be numbers; got a Trajectory. Pass its `rates`."
    ),
    "cj.plotting.plot_rates(traj.rates, dt=20.0)": (
        "ValueError: `rates` must have axes (time, units), none of them empty; got "
        "shape (4, 100, 10). Choose one trial: rates[0]."
    ),
    "cj.plotting.plot_rates(traj.rates[0], dt='20')": (
        "ValueError: `dt` must be a number; got '20'. Give an int or a float."
    ),
    "cj.plotting.plot_rates(traj.rates[0], dt=-1.0)": (
        "ValueError: `dt` must be positive; got -1. Give it in ms."
    ),
    "cj.plotting.plot_rates(traj.rates[0], dt=20.0, n_excitatory=11)": (
        "ValueError: `n_excitatory` must be at most the 10 units; got 11. Pass "
        "net.n_excitatory."
    ),
    "cj.plotting.plot_rates(traj.rates[0], dt=20.0, n_excitatory=0.8)": (
        "ValueError: `n_excitatory` must be a whole number, at least 0; got 0.8. Give "
        "an int."
    ),
    "cj.plotting.plot_rates(np.array([['a']]), dt=20.0)": (
        "ValueError: `rates` must be real numbers; got <U1 of shape (1, 1). Cast with "
        ".astype."
    ),
    "cj.plotting.plot_rates(traj.rates[0], ax=plt.figure(), dt=20.0)": (
        "ValueError: `ax` must be Matplotlib axes; got a Figure. Use fig, ax = "
        "plt.subplots()."
    ),
    "cj.plotting.plot_rates(traj.rates[0], dt=20.0, cmap='viridis')": (
        "TypeError: plot_rates() has no argument `cmap`. The arguments are "
        "`rates`, `ax`, `dt`, `n_excitatory`, `limit`, `colorbar`."
    ),
    "cj.plotting.plot_rates(traj.rates[0], dt=20.0, limit=0.0)": (
        "ValueError: `limit` must be positive; got 0. Leave it out for the largest "
        "rates."
    ),
    "cj.plotting.plot_rates(traj.rates[0], dt=20.0, limit='max')": (
        "ValueError: `limit` must be a number; got 'max'. Give an int or a float."
    ),
    "cj.plotting.plot_rates(traj.rates[0], dt=20.0, colorbar='no')": (
        "ValueError: `colorbar` must be True or False; got 'no'. Give a boolean."
    ),
    (
        "cj.plotting.plot_rates(traj.rates[0], dt=20.0, "
        "ax=plt.figure().add_subplot(projection='3d'))"
    ): (
        "ValueError: `ax` must be two-dimensional here; got three-dimensional axes. "
        "Use fig, ax = plt.subplots()."
    ),
    "cj.plotting.plot_sorted_weights(net)": (
        "ValueError: `weights` must be numbers; got an EIRNN. Pass an array of it, "
        "such as cj.effective(net).w_hid."
    ),
    "cj.plotting.plot_sorted_weights(matrix, areas=['a'])": (
        "ValueError: `areas` must have shape (10,); got shape (1,). Give one entry for "
        "each unit."
    ),
    "cj.plotting.plot_sorted_weights(matrix, areas='V1')": (
        "ValueError: `areas` must be a list; got 'V1'. Give a tuple."
    ),
    "cj.plotting.plot_sorted_weights(matrix, signs=np.ones(3))": (
        "ValueError: `signs` must have shape (10,); got shape (3,). Give one entry for "
        "each unit."
    ),
    "cj.plotting.plot_sorted_weights(matrix, signs='EI')": (
        "ValueError: `signs` must be numbers; got 'EI'. Give a number or an array of "
        "numbers."
    ),
    "cj.plotting.plot_sorted_weights(np.ones((10, 2)))": (
        "ValueError: `weights` must have shape (2, 2); got shape (10, 2). Recurrent "
        "weights are square."
    ),
    "cj.plotting.plot_sorted_weights(np.ones(10))": (
        "ValueError: `weights` must have axes (units, units), none of them empty; got "
        "shape (10,). Pass one matrix, such as cj.effective(net).w_hid."
    ),
    "cj.plotting.plot_sorted_weights(matrix, limit=0.0)": (
        "ValueError: `limit` must be positive; got 0. Leave it out for the largest "
        "weights."
    ),
    "cj.plotting.plot_sorted_weights(matrix, colorbar='no')": (
        "ValueError: `colorbar` must be True or False; got 'no'. Give a boolean."
    ),
    "cj.plotting.plot_sorted_weights(np.full((3, 3), nan))": (
        "ValueError: `weights` must be finite; got nan. Replace NaN and infinity."
    ),
    "cj.plotting.plot_sorted_weights(matrix, signs=np.full(10, nan))": (
        "ValueError: `signs` must be finite; got nan. Replace NaN and infinity."
    ),
    "cj.plotting.plot_sorted_weights(matrix, colourbar=True)": (
        "TypeError: plot_sorted_weights() has no argument `colourbar`. Did you mean "
        "`colorbar`? The arguments are `weights`, `ax`, `areas`, `signs`, `limit`, "
        "`colorbar`."
    ),
    "cj.plotting.plot_training(history, figure=ax)": (
        "ValueError: `figure` must be a Matplotlib figure; got an Axes. Use fig = "
        "plt.figure()."
    ),
    "cj.plotting.plot_training(history.loss)": (
        "ValueError: `history` must be a history or the result of a fit or the result "
        "of an ensemble; got float64 of shape (9,). Pass result.history."
    ),
    "cj.plotting.plot_training(history, by='noise')": (
        "ValueError: `by` must be left out for one network; got 'noise'. Pass the "
        "result of fit_ensemble."
    ),
    "cj.plotting.plot_training(history, criterion='85%')": (
        "ValueError: `criterion` must lie in [0, 1]; got '85%'. Give a fraction."
    ),
    "cj.plotting.plot_trajectories(pca, traj)": (
        "ValueError: `trajectories` must be numbers; got a Trajectory. Pass an array "
        "of it, such as traj.rates."
    ),
    "cj.plotting.plot_trajectories(pca, traj.rates)": (
        "ValueError: `trajectories` must have 4 units last, as `pca`; got shape (4, "
        "100, 10). Project what `pca` was computed from: potentials, or rates."
    ),
    "cj.plotting.plot_trajectories(data, pca)": (
        "ValueError: `pca` must be principal components; got float64 of shape (12, 5, "
        "4). Exchange it with `trajectories`."
    ),
    "cj.plotting.plot_trajectories(pca, data[0, 0])": (
        "ValueError: `trajectories` must have axes (*trials, time, units), none of "
        "them empty; got shape (4,). One trial is trajectories[None]."
    ),
    "cj.plotting.plot_trajectories(pca, data, components=(0, 2))": (
        "ValueError: `components` must be two different components of 2; got (0, 2). "
        "They count from 0; cj.analysis.pca takes n_components."
    ),
    "cj.plotting.plot_trajectories(pca, data, components=2)": (
        "ValueError: `components` must be a list; got 2. Give a tuple."
    ),
    "cj.plotting.plot_trajectories(pca, data, groups=[0, 1])": (
        "ValueError: `groups` must be 12 numbers or words, one for each trial; got "
        "int64 of shape (2,). Give one label each."
    ),
    "cj.plotting.plot_trajectories(pca, data, groups='coherence')": (
        "ValueError: `groups` must be numbers; got 'coherence'. Give a number or an "
        "array of numbers."
    ),
    "cj.plotting.plot_trajectories(pca, data, fixed_points=fixed)": (
        "ValueError: `fixed_points` must have 4 units, as `pca`; got 10 units. Use "
        "those of the same network."
    ),
    (
        "cj.plotting.plot_trajectories(cj.analysis.pca(traj.rates / 2), "
        "traj.rates / 2, fixed_points=fixed)"
    ): (
        "ValueError: `pca` must be of potentials or of rates, to draw fixed points; "
        "got an unknown activity. Pass of='potentials' or of='rates' to "
        "cj.analysis.pca, as they are."
    ),
    (
        "cj.plotting.plot_trajectories(cj.analysis.pca(data, of='rates'), data, "
        "flow=lambda v: v)"
    ): (
        "ValueError: `flow` must be left out with a `pca` of rates; got a function. It "
        "depends on potentials. Use traj.potentials."
    ),
    "cj.plotting.plot_trajectories(pca, data, fixed_points=fixed.points)": (
        "ValueError: `fixed_points` must be fixed points; got float64 of shape (2, "
        "10). Use cj.analysis.find_fixed_points(...)."
    ),
    "cj.plotting.plot_trajectories(pca, data, flow=net)": (
        "ValueError: `flow` must be a function; got an EIRNN. Pass the function itself."
    ),
    "cj.plotting.plot_trajectories(pca, data, flow=lambda v: v[0])": (
        "ValueError: `flow` must return shape (225, 4); got shape (4,). It maps states "
        "to velocities, as cj.analysis.velocity does."
    ),
    (
        "cj.plotting.plot_trajectories(pca, data, "
        "ax=plt.figure().add_subplot(projection='3d'))"
    ): (
        "ValueError: `components` must be three different components of 2; got 2. They "
        "count from 0; cj.analysis.pca takes n_components."
    ),
    (
        "cj.plotting.plot_trajectories(cj.analysis.pca(data, n_components=3), data, "
        "components=(0, 1, 2), flow=lambda v: v)"
    ): (
        "ValueError: `flow` must be left out in three dimensions; got a function. Draw "
        "it in a plane."
    ),
    (
        "cj.plotting.plot_trajectories(pca, data, flow=lambda v: "
        "cj.analysis.velocity(plain, v))"
    ): (
        "ValueError: `potentials` must have shape (..., 10); got shape (225, 4). Give "
        "one number for each unit."
    ),
    "cj.plotting.plot_trajectories(pca, data, flow=lambda v: v, arrows=0)": (
        "ValueError: `arrows` must be a whole number, at least 1; got 0. Give an int."
    ),
    "cj.plotting.plot_trajectories(pca, np.full((3, 5, 4), nan))": (
        "ValueError: `trajectories` must hold a finite number; got none. Values that "
        "are not are left out."
    ),
    "cj.plotting.plot_trials(task, trials, figure=ax)": (
        "ValueError: `figure` must be a Matplotlib figure; got an Axes. Use fig = "
        "plt.figure()."
    ),
    "cj.plotting.plot_trials(trials, task)": (
        "ValueError: `task` must be a task; got a Trial. Exchange it with `trials`."
    ),
    "cj.plotting.plot_trials(task, trials.inputs)": (
        "ValueError: `trials` must be trials; got float32 of shape (4, 100, 2). Use "
        "task.batch(key, size)."
    ),
    "cj.plotting.plot_trials(task, trials, traj.rates)": (
        "ValueError: `traj` must be a trajectory; got float32 of shape (4, 100, 10). "
        "Use cj.rollout(...)."
    ),
    "cj.plotting.plot_trials(task, trials, titles=['one'])": (
        "ValueError: `titles` must be one for each of 4 trials; got 1 titles. Or leave "
        "them out."
    ),
    "cj.plotting.plot_trials(task, trials, titles='four')": (
        "ValueError: `titles` must be a list; got 'four'. Give a tuple."
    ),
    "cj.plotting.plot_trials(task, trials, traj, n_excitatory=20)": (
        "ValueError: `n_excitatory` must be at most the 10 units; got 20. Pass "
        "net.n_excitatory."
    ),
    "cj.plotting.plot_trials(task, trials, traj, n_excitatory='8')": (
        "ValueError: `n_excitatory` must be a whole number, at least 0; got '8'. Give "
        "an int."
    ),
    (
        "cj.plotting.plot_trials(task, trials, cj.rollout(plain, "
        "trials.inputs, record=cj.Record(rates=False)))"
    ): ("ValueError: `traj` must hold rates; got None. Pass cj.Record(rates=True)."),
    (
        "cj.plotting.plot_trials(task, trials, cj.rollout(plain, "
        "trials.inputs, record=cj.Record(outputs=False)))"
    ): (
        "ValueError: `traj` must hold outputs; got None. Pass cj.Record(outputs=True)."
    ),
    ("cj.plotting.plot_trials(task, trials, cj.rollout(plain, trials.inputs[:2]))"): (
        "ValueError: `traj.rates` must have shape (4, 100, 10); got shape (2, 100, "
        "10). Pass cj.rollout(net, trials.inputs, ...)."
    ),
    (
        "cj.plotting.plot_trials(cj.tasks.make('context_integration', dt=20.0), trials)"
    ): (
        "ValueError: `trials.inputs` must have shape (trials, time, 6); got shape (4, "
        "100, 2). Use task.batch(key, size) of this task."
    ),
    "cj.plotting.plot_tuning(tuning.means)": (
        "ValueError: `curve` must be a tuning curve; got float32 of shape (2, 4). Use "
        "cj.analysis.tuning_curve(...)."
    ),
    (
        "cj.plotting.plot_tuning(cj.analysis.TuningCurve(jnp.ones((2, 5, 4)), "
        "jnp.ones((2, 5, 4)), jnp.ones(2, int), (0, 1)))"
    ): (
        "ValueError: `curve` must be of one number a unit; got means of shape (2, 5, "
        "4). Average the responses over time first."
    ),
    "cj.plotting.plot_tuning(tuning, units=[4])": (
        "ValueError: `units` must hold indices of the 4 units; got [4]. Those of a "
        "mask are np.flatnonzero(mask)."
    ),
    "cj.plotting.plot_tuning(tuning, units=0)": (
        "ValueError: `units` must be a list; got 0. Give a tuple."
    ),
    "cj.plotting.plot_tuning(tuning, n_excitatory=5)": (
        "ValueError: `n_excitatory` must be at most the 4 units; got 5. Pass "
        "net.n_excitatory."
    ),
    "cj.plotting.plot_tuning(tuning, n_excitatory=-1)": (
        "ValueError: `n_excitatory` must be a whole number, at least 0; got -1. Give "
        "an int."
    ),
    "cj.plotting.plot_weight_magnitudes(net)": (
        "ValueError: `weights` must be numbers; got an EIRNN. Pass an array of it, "
        "such as cj.effective(net).w_hid."
    ),
    "cj.plotting.plot_weight_magnitudes(matrix, n_excitatory=0.8)": (
        "ValueError: `n_excitatory` must be a whole number, at least 0; got 0.8. Give "
        "an int."
    ),
    "cj.plotting.plot_weight_magnitudes(np.ones(10))": (
        "ValueError: `weights` must have axes (post, pre), none of them empty; got "
        "shape (10,). Pass one matrix, such as cj.effective(net).w_hid."
    ),
    "cj.plotting.plot_weight_magnitudes(np.full((3, 3), nan))": (
        "ValueError: `weights` must be finite; got nan. Replace NaN and infinity."
    ),
    "cj.plotting.plot_weights(net)": (
        "ValueError: `weights` must be numbers; got an EIRNN. Pass an array of it, "
        "such as cj.effective(net).w_hid."
    ),
    "cj.plotting.plot_weights(ax, matrix)": (
        "ValueError: `weights` must be numbers; got an Axes. Pass it by keyword: ax=ax."
    ),
    "cj.plotting.plot_weights(matrix, n_excitatory=11)": (
        "ValueError: `n_excitatory` must be at most the 10 units; got 11. Pass "
        "net.n_excitatory."
    ),
    "cj.plotting.plot_weights(matrix, n_excitatory=0.8)": (
        "ValueError: `n_excitatory` must be a whole number, at least 0; got 0.8. Give "
        "an int."
    ),
    "cj.plotting.plot_weights(matrix, limit=-1.0)": (
        "ValueError: `limit` must be positive; got -1. Leave it out for the largest "
        "weights."
    ),
    "cj.plotting.plot_weights(matrix, limit='max')": (
        "ValueError: `limit` must be a number; got 'max'. Give an int or a float."
    ),
    "cj.plotting.plot_weights(matrix, colorbar='no')": (
        "ValueError: `colorbar` must be True or False; got 'no'. Give a boolean."
    ),
    "cj.plotting.plot_weights(matrix, pre_names=['a', 'b'])": (
        "ValueError: `pre_names` must name each of 10 channels; got 2 names. Give one "
        "name for each channel."
    ),
    "cj.plotting.plot_weights(matrix, post_names='units')": (
        "ValueError: `post_names` must be a list; got 'units'. Give a tuple."
    ),
    "cj.plotting.plot_weights(np.ones(10))": (
        "ValueError: `weights` must have axes (post, pre), none of them empty; got "
        "shape (10,). Pass one matrix, such as cj.effective(net).w_hid."
    ),
    "cj.plotting.plot_weights(np.full((3, 3), nan))": (
        "ValueError: `weights` must be finite; got nan. Replace NaN and infinity."
    ),
    "cj.plotting.plot_weights(1j * matrix)": (
        "ValueError: `weights` must be real numbers; got complex128 of shape (10, 10). "
        "Cast with .astype."
    ),
    "cj.plotting.shade_epochs(trials.epochs, 20.0, names=True)": (
        "ValueError: `epochs['decision']` must be steps (start, stop) of one trial, "
        "start first; got int32 of shape (4, 2). Choose a trial of many, such as "
        "edges[0]."
    ),
    "cj.plotting.shade_epochs({'go': (0, 5)}, 0.0, names=True)": (
        "ValueError: `dt` must be positive; got 0. Give it in ms."
    ),
    "cj.plotting.shade_epochs({'go': (0, 5)}, '20', names=True)": (
        "ValueError: `dt` must be a number; got '20'. Give an int or a float."
    ),
    "cj.plotting.shade_epochs({'go': 5}, 20.0, names=True)": (
        "ValueError: `epochs['go']` must be steps (start, stop) of one trial, start "
        "first; got 5. Choose a trial of many, such as edges[0]."
    ),
    "cj.plotting.shade_epochs([(0, 5)], 20.0, names=True)": (
        "ValueError: `epochs` must be a dictionary; got [(0, 5)]. Give a dict."
    ),
    "cj.plotting.shade_epochs({'go': (0, 5)}, 20.0, names='yes')": (
        "ValueError: `names` must be True or False; got 'yes'. Give a boolean."
    ),
    "cj.plotting.shade_epochs({'go': (0, 5)}, 20.0, names=True, shade='grey')": (
        "ValueError: `shade` must be True or False; got 'grey'. Give a boolean."
    ),
    (
        "cj.plotting.plot_channels(traj.outputs[0], dt=20.0, names=['a', 'b'], "
        "mask=np.ones((100, 2)))"
    ): (
        "ValueError: `mask` must come with `targets`; got none. It selects targets. "
        "Give them, or leave it out."
    ),
    "cj.plotting.plot_eigenvalues(spectrum, boundary=[0, 1])": (
        "ValueError: `boundary` must be a number; got [0, 1]. Give an int or a float."
    ),
    "cj.plotting.plot_ensemble(np.ones((3, 2)), num_updates=[0, nan])": (
        "ValueError: `num_updates` must be finite; got nan. Replace NaN and infinity."
    ),
    "cj.plotting.plot_performance([0, nan], [0.5, 0.8], criterion=None)": (
        "ValueError: `num_updates` must be finite; got nan. Replace NaN and infinity."
    ),
    "cj.plotting.plot_training(jax.tree.map(lambda x: x[:0], history))": (
        "ValueError: `history.loss` must hold an update; got shape (0,). Train first."
    ),
}
