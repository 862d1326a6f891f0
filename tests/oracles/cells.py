"""Networks of other packages as plain NumPy loops over time.

Weights are `W[post, pre]`. Noise is standard normal draws, `(time, units)`. Each
function runs one trial and returns the states and outputs after every step.
"""

import numpy as np


def relu(x):
    return np.maximum(x, 0.0)


def softplus(x):
    return np.log1p(np.exp(-np.abs(x))) + np.maximum(x, 0.0)


def song2016(u, n, w, *, dt, tau, sigma):
    """Run pycog: x = (1 - a) x + a (W r + W_in u + noise), z from the new r."""
    a = dt / tau
    x, xs, zs = w["v0"], [], []
    for t in range(len(u)):
        inside = np.sqrt(2 * tau / dt) * sigma * n[t]
        x = (1 - a) * x + a * (w["w_hid"] @ relu(x) + w["w_in"] @ u[t] + inside)
        xs.append(x)
        zs.append(w["w_out"] @ relu(x))
    return np.array(xs), np.array(zs)


def yang2019(u, n, w, *, dt, tau, sigma):
    """Run multitask: r = (1 - a) r + a f(W_in u + W r + b + sqrt(2 / a) sigma N)."""
    a = dt / tau
    r, rs, ys = w["v0"], [], []
    for t in range(len(u)):
        noise = np.sqrt(2 / a) * sigma * n[t]
        total = w["w_in"] @ u[t] + w["w_hid"] @ r + w["b_hid"] + noise
        r = (1 - a) * r + a * softplus(total)
        rs.append(r)
        ys.append(w["w_out"] @ r + w["b_out"])
    return np.array(rs), np.array(ys)


def masse2019(u, n, w, *, dt, tau, sigma, facilitating):
    """Run a rectified leak with short-term plasticity; dt in ms, rates in Hz."""
    a, units = dt / tau, len(w["v0"])
    tau_u = np.where(facilitating, 1500.0, 200.0)
    tau_x = np.where(facilitating, 200.0, 1500.0)
    big_u = np.where(facilitating, 0.15, 0.45)
    h, x, s = w["v0"], np.ones(units), big_u.copy()
    hs, ss, xs, ys = [], [], [], []
    for t in range(len(u)):
        new_x = np.clip(x + dt / tau_x * (1 - x) - dt / 1000 * s * x * h, 0, 1)
        new_s = np.clip(s + dt / tau_u * (big_u - s) + dt / 1000 * big_u * (1 - s) * h,
                        0, 1)  # fmt: skip
        x, s = new_x, new_s
        total = w["w_in"] @ u[t] + w["w_hid"] @ (s * x * h) + w["b_hid"]
        h = relu((1 - a) * h + a * total + np.sqrt(2 * a) * sigma * n[t])
        for values, value in zip((hs, ss, xs), (h, s, x), strict=True):
            values.append(value)
        ys.append(w["w_out"] @ h + w["b_out"])
    return tuple(map(np.array, (hs, ss, xs, ys)))


def psychrnn(u, n, w, *, dt, tau, rec_noise):
    """Run psychrnn: (1 - a) s + a (W f(s) + W_in u + b) + sqrt(2 a rec_noise^2) N."""
    a = dt / tau
    s, states, ys = w["v0"], [], []
    for t in range(len(u)):
        total = w["w_hid"] @ relu(s) + w["w_in"] @ u[t] + w["b_hid"]
        s = (1 - a) * s + a * total + np.sqrt(2 * a * rec_noise**2) * n[t]
        states.append(s)
        ys.append(w["w_out"] @ relu(s) + w["b_out"])
    return np.array(states), np.array(ys)


def nn4n(u, n, m, w, *, dt, tau, pre, post):
    """Run RecurrentLayer: noise a pre N on v, and post N on the recurrent rate."""
    a = dt / tau
    v = np.zeros(len(w["w_hid"]))
    r, vs, rs, ys = relu(v), [], [], []
    for t in range(len(u)):
        v = (1 - a) * v + a * (w["w_hid"] @ r + w["w_in"] @ u[t])
        v = v + a * pre * n[t]
        r = relu(v) + post * m[t]
        vs.append(v)
        rs.append(r)
        ys.append(w["w_out"] @ r)
    return np.array(vs), np.array(rs), np.array(ys)


def nn4n_weights(rng, units):
    """Draw uniform weights, clamp wrong signs, then equalise the total of E and I."""
    bound = 1 / np.sqrt(units)
    w = rng.uniform(-bound, bound, (units, units))
    excitatory = np.arange(units) < round(0.8 * units)
    w[:, excitatory] = np.maximum(w[:, excitatory], 0)
    w[:, ~excitatory] = np.minimum(w[:, ~excitatory], 0)
    up, down = w[w > 0].sum(), -w[w < 0].sum()
    if up > down:
        w[w > 0] *= down / up
    else:
        w[w < 0] *= up / down
    return w


def song2016_weights(rng, units):
    """Draw Gamma weights with balanced, normalised means; spectral radius 1.5."""
    c = np.ones((units, units)) - np.eye(units)
    count = round(0.8 * units)
    for row in c:
        row[count:] *= row[:count].sum() / row[count:].sum()
        row /= np.sqrt((row**2).sum())
    w = rng.gamma(2.0, np.where(c > 0, 0.1 * c / 2, 1e-300))
    w = np.where(c > 0, w, 0.0) * np.where(np.arange(units) < count, 1, -1)
    return 1.5 * w / np.abs(np.linalg.eigvals(w)).max()


def psychrnn_weights(rng, units):
    """Draw Gaussian weights of spectral radius 1.1, then impose the signs."""
    w, count = rng.normal(size=(units, units)), round(0.8 * units)
    share = count / units
    w[:, count:] *= share / (1 - share)
    w = w / np.sqrt((w**2).sum(axis=1))[None, :]
    w = 1.1 * w / np.abs(np.linalg.eigvals(w)).max()
    return np.abs(w) * np.where(np.arange(units) < count, 1, -1)


def masse2019_weights(rng, units):
    """Draw Gamma weights of shape 0.1, or 0.2 if a unit of the pair is inhibitory."""
    count = round(0.8 * units)
    shape = np.full((units, units), 0.2)
    shape[:count, :count] = 0.1
    w = rng.gamma(shape, 1.0) * (1 - np.eye(units))
    return w * np.where(np.arange(units) < count, 1, -1)
