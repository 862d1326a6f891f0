"""Other packages' step equations and initial weights, as plain NumPy loops.

Weights are W[post, pre] and effective (masked and signed already). Inputs u are
(time, n_in); noise arrays are standard normal draws, (time, n_hidden). Every returned
array holds the values after each step. dt and the time constants share one unit.
"""

import numpy as np


def _relu(x):
    return np.array([max(value, 0.0) for value in x])


def _sums(weights, x):
    """sum_j W[i, j] x_j for every i."""
    totals = np.zeros(len(weights))
    for i in range(len(weights)):
        for j in range(len(x)):
            totals[i] += weights[i, j] * x[j]
    return totals


def song2016_loop(u, xi, *, w_in, w_hid, w_out, v0, dt, tau, sigma):
    """Potentials, rates and outputs of pycog (pycog/trainer.py), without biases.

    The output of a step reads the rates after it.
    """
    a = dt / tau
    v = np.array(v0, float)
    r = _relu(v)
    v_all, r_all, z_all = [], [], []
    for t in range(len(u)):
        drive = _sums(w_hid, r) + _sums(w_in, u[t])
        v = (1 - a) * v + a * drive + np.sqrt(2 * a) * sigma * xi[t]
        r = _relu(v)
        v_all.append(v)
        r_all.append(r)
        z_all.append(_sums(w_out, r))
    return np.array(v_all), np.array(r_all), np.array(z_all)


def yang2019_loop(u, eps, *, w_in, w_hid, w_out, b_hid, b_out, r0, dt, tau, sigma, f):
    """Rates and outputs of multitask (network.py): the rates leak, noise inside f.

    Outputs are those before the sigmoid; f takes one number.
    """
    a = dt / tau
    r = np.array(r0, float)
    r_all, y_all = [], []
    for t in range(len(u)):
        noise = np.sqrt(2 / a) * sigma * eps[t]
        drive = _sums(w_in, u[t]) + _sums(w_hid, r) + b_hid + noise
        r = (1 - a) * r + a * np.array([f(value) for value in drive])
        r_all.append(r)
        y_all.append(_sums(w_out, r) + b_out)
    return np.array(r_all), np.array(y_all)


def masse2019_loop(
    u,
    xi,
    *,
    w_in,
    w_hid,
    w_out,
    b_hid,
    b_out,
    h0,
    dt,
    tau,
    sigma,
    tau_u,
    tau_x,
    big_u,
):
    """Rates, both synaptic variables and outputs of stp-rnn (model.py).

    Times are in ms; tau_u, tau_x and big_u are one number or one per presynaptic unit.
    """
    n = len(h0)
    a, dt_sec = dt / tau, dt / 1000
    taus_u, taus_x, caps = (np.broadcast_to(p, (n,)) for p in (tau_u, tau_x, big_u))
    h = np.array(h0, float)
    syn_u, syn_x = np.array(caps, float), np.ones(n)
    h_all, u_all, x_all, y_all = [], [], [], []
    for t in range(len(u)):
        new_u, new_x, h_post = np.zeros(n), np.zeros(n), np.zeros(n)
        for j in range(n):
            used = dt_sec * syn_u[j] * syn_x[j] * h[j]
            gained = dt_sec * caps[j] * (1 - syn_u[j]) * h[j]
            x_next = syn_x[j] + dt / taus_x[j] * (1 - syn_x[j]) - used
            u_next = syn_u[j] + dt / taus_u[j] * (caps[j] - syn_u[j]) + gained
            new_x[j] = min(max(x_next, 0.0), 1.0)
            new_u[j] = min(max(u_next, 0.0), 1.0)
            h_post[j] = new_u[j] * new_x[j] * h[j]
        syn_u, syn_x = new_u, new_x
        drive = _sums(w_in, u[t]) + _sums(w_hid, h_post) + b_hid
        h = _relu((1 - a) * h + a * drive + np.sqrt(2 * a) * sigma * xi[t])
        h_all.append(h)
        u_all.append(syn_u)
        x_all.append(syn_x)
        y_all.append(_sums(w_out, h) + b_out)
    return np.array(h_all), np.array(u_all), np.array(x_all), np.array(y_all)


def psychrnn_loop(u, xi, *, w_in, w_hid, w_out, b_hid, b_out, v0, dt, tau, rec_noise):
    """Potentials and outputs of PsychRNN (backend/models/basic.py), relu rates."""
    a = dt / tau
    v = np.array(v0, float)
    v_all, y_all = [], []
    for t in range(len(u)):
        drive = _sums(w_hid, _relu(v)) + _sums(w_in, u[t]) + b_hid
        v = (1 - a) * v + a * drive + np.sqrt(2 * a * rec_noise**2) * xi[t]
        v_all.append(v)
        y_all.append(_sums(w_out, _relu(v)) + b_out)
    return np.array(v_all), np.array(y_all)


def nn4n_loop(u, eps, zeta, *, w_in, w_hid, w_out, b_hid, b_out, dt, tau, pre, post):
    """Potentials, noisy rates and outputs of nn4n (layer/recurrent_layer.py).

    `pre` and `post` are the noise levels before and after the relu. The noisy rates
    are fed back and read out; b_hid is the sum of nn4n's input and hidden biases.
    """
    a, n = dt / tau, len(w_hid)
    v, r = np.zeros(n), np.zeros(n)
    v_all, r_all, y_all = [], [], []
    for t in range(len(u)):
        v = (1 - a) * v + a * (_sums(w_hid, r) + b_hid + _sums(w_in, u[t]))
        v = v + a * pre * eps[t]
        r = _relu(v) + post * zeta[t]
        v_all.append(v)
        r_all.append(r)
        y_all.append(_sums(w_out, r) + b_out)
    return np.array(v_all), np.array(r_all), np.array(y_all)


def _signs(n):
    """+1 for the first round(0.8 n) units, -1 for the rest."""
    excitatory = round(0.8 * n)
    return np.array([1.0 if j < excitatory else -1.0 for j in range(n)])


def spectral_radius(w):
    """The largest modulus of an eigenvalue."""
    return np.max(np.abs(np.linalg.eigvals(w)))


def nn4n_w_hid(rng, n):
    """nn4n's Dale matrix (layer/linear_layer.py): clamped, then E and I mass equal."""
    signs = _signs(n)
    w = rng.uniform(-1 / np.sqrt(n), 1 / np.sqrt(n), (n, n))
    mass_e = mass_i = 0.0
    for i in range(n):
        for j in range(n):
            if w[i, j] * signs[j] < 0:
                w[i, j] = 0.0
            if signs[j] > 0:
                mass_e += w[i, j]
            else:
                mass_i -= w[i, j]
    for j in range(n):
        mass = mass_e if signs[j] > 0 else mass_i
        w[:, j] *= min(mass_e, mass_i) / mass
    return w


def song2016_w_hid(rng, n):
    """pycog's default Dale matrix (pycog/trainer.py): gamma weights, radius 1.5."""
    signs = _signs(n)
    means = np.ones((n, n))
    for i in range(n):
        means[i, i] = 0.0
        ratio = np.sum(means[i, signs > 0]) / np.sum(means[i, signs < 0])
        means[i, signs < 0] *= ratio
        means[i] /= np.sqrt(np.sum(means[i] ** 2))
    w = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            w[i, j] = signs[j] * rng.gamma(2.0, 0.1 * means[i, j] / 2)
    return w * 1.5 / spectral_radius(w)


def psychrnn_w_hid(rng, n):
    """PsychRNN's Dale matrix (backend/initializations.py and backend/rnn.py).

    Column j is divided by the norm of row j, and the radius 1.1 is that of the signed
    Gaussian matrix, before the absolute values and Dale signs.
    """
    signs = _signs(n)
    w = rng.standard_normal((n, n))
    w[:, signs < 0] *= 0.8 / (1 - 0.8)
    norms = [np.sqrt(np.sum(w[j] ** 2)) for j in range(n)]
    for j in range(n):
        w[:, j] /= norms[j]
    w *= 1.1 / spectral_radius(w)
    return np.abs(w) * signs


def masse2019_w_hid(rng, n):
    """stp-rnn's matrix (parameters.py): gamma weights, heavier to and from I units."""
    signs = _signs(n)
    w = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            if i != j:
                shape = 0.1 if signs[i] > 0 and signs[j] > 0 else 0.2
                w[i, j] = signs[j] * rng.gamma(shape, 1.0)
    return w
