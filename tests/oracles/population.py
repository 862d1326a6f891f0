"""Population analyses by their definitions, one trial, step and unit at a time."""

import itertools

import numpy as np


def participation_ratio(samples):
    """Return tr(C)^2 / tr(C^2) from the eigenvalues of the covariance C."""
    eigenvalues = np.linalg.eigvalsh(np.cov(samples.T))
    return eigenvalues.sum() ** 2 / (eigenvalues**2).sum()


def targeted_axes(rates, regressors, n_components):
    """Return axes, raw axes and peaks (Mante et al. 2013).

    Trials with the same regressors are one condition.
    """
    trials, steps, units = rates.shape
    z = np.empty_like(rates)
    for unit in range(units):
        values = rates[:, :, unit]
        z[:, :, unit] = (values - values.mean()) / values.std()

    # regression on the regressors and a constant, at each step
    design = np.column_stack([regressors, np.ones(trials)])
    betas = np.empty((regressors.shape[1], steps, units))
    for step in range(steps):
        for unit in range(units):
            solution = np.linalg.lstsq(design, z[:, step, unit], rcond=None)[0]
            betas[:, step, unit] = solution[:-1]

    # projection onto principal components of the condition averages
    means = [
        z[np.all(regressors == row, axis=1)].mean(axis=0)
        for row in np.unique(regressors, axis=0)
    ]
    _, vectors = np.linalg.eigh(np.cov(np.concatenate(means).T))
    leading = vectors[:, ::-1][:, :n_components]
    betas = betas @ leading @ leading.T

    # the longest vectors, orthogonalised by Gram-Schmidt
    peaks = [int(np.argmax([np.linalg.norm(b) for b in beta])) for beta in betas]
    raw = [beta[peak] for beta, peak in zip(betas, peaks, strict=True)]
    axes = []
    for vector in raw:
        for axis in axes:
            vector = vector - (vector @ axis) * axis
        axes.append(vector / np.linalg.norm(vector))
    return np.array(axes), np.array(raw), np.array(peaks)


def two_way_marginals(means):
    """Return the parts of `(a, b, time, units)` averages, each of full shape."""
    parts = {n: np.zeros_like(means) for n in ("time", "a", "b", "a x b")}
    grand = means.mean(axis=(0, 1, 2))
    for i, j, t in itertools.product(*map(range, means.shape[:3])):
        of_time = means[:, :, t].mean(axis=(0, 1))
        of_a, of_b = means[i, :, t].mean(axis=0), means[:, j, t].mean(axis=0)
        parts["time"][i, j, t] = of_time - grand
        parts["a"][i, j, t] = of_a - of_time
        parts["b"][i, j, t] = of_b - of_time
        parts["a x b"][i, j, t] = means[i, j, t] - of_a - of_b + of_time
    return parts


def ridge_loss(part, centred, decoders, encoders, penalty):
    """Return the loss that demixed axes minimise."""
    product = decoders.T @ encoders
    return ((part - centred @ product) ** 2).sum() + penalty * (product**2).sum()


def area_under_curve(high, low):
    """Return P(high > low) + P(equal) / 2, pair by pair."""
    wins = [(h > l) + 0.5 * (h == l) for h in high for l in low]
    return np.mean(wins)


def task_variance(rates, mask):
    """Return the variance over counted trials, averaged over steps that have some."""
    _, steps, units = rates.shape
    total, num_steps = np.zeros(units), 0
    for step in range(steps):
        if mask[:, step].any():
            num_steps += 1
            total += rates[mask[:, step], step].var(axis=0)
    return total / num_steps


def silhouette(points, labels):
    """Return the mean silhouette of a partition (Rousseeuw 1987)."""

    def mean_distance(i, cluster):
        others = [j for j in cluster if j != i]
        return np.mean([np.linalg.norm(points[i] - points[j]) for j in others])

    scores = []
    for i, label in enumerate(labels):
        cluster = np.flatnonzero(labels == label)
        if len(cluster) == 1:
            scores.append(0.0)
            continue
        a = mean_distance(i, cluster)
        other_labels = set(labels) - {label}
        b = min(mean_distance(i, np.flatnonzero(labels == k)) for k in other_labels)
        scores.append((b - a) / max(a, b))
    return np.mean(scores)


def centred_kernel_alignment(x, y):
    """Return the alignment from traces of centred Gram matrices."""
    n = len(x)
    h = np.eye(n) - np.ones((n, n)) / n

    def dependence(a, b):
        return np.trace(h @ a @ a.T @ h @ b @ b.T)

    return dependence(x, y) / np.sqrt(dependence(x, x) * dependence(y, y))


def unbiased_dependence(x, y):
    """Return the estimate of Song et al. 2012, eq. 5, without its factor n (n - 3)."""
    n = len(x)
    k, l = x @ x.T, y @ y.T
    np.fill_diagonal(k, 0)
    np.fill_diagonal(l, 0)
    one = np.ones(n)
    return (
        np.trace(k @ l)
        + (one @ k @ one) * (one @ l @ one) / ((n - 1) * (n - 2))
        - 2 / (n - 2) * (one @ k @ l @ one)
    )


def ridge_scores(x, labels, weights, penalty):
    """Return scores of the training trials, from the weighted normal equations."""
    centre = sum(w * row for w, row in zip(weights, x, strict=True))
    target = sum(w * row for w, row in zip(weights, labels, strict=True))
    a, b = x - centre, labels - target
    gram = sum(w * np.outer(r, r) for w, r in zip(weights, a, strict=True))
    cross = sum(w * np.outer(r, s) for w, r, s in zip(weights, a, b, strict=True))
    lhs = gram + penalty * np.trace(gram) / x.shape[1] * np.eye(x.shape[1])
    return a @ np.linalg.solve(lhs, cross) + target


def discriminants(x, codes, shrinkage):
    """Return minus half the squared Mahalanobis distance to each class mean."""
    classes, units = codes.max() + 1, x.shape[1]
    means = [x[codes == k].mean(axis=0) for k in range(classes)]
    spread = np.mean([np.cov(x[codes == k].T, bias=True) for k in range(classes)], 0)
    shrunk = (1 - shrinkage) * spread
    shrunk += shrinkage * np.trace(spread) / units * np.eye(units)
    inverse = np.linalg.inv(shrunk)
    return np.array([[-(r - m) @ inverse @ (r - m) / 2 for m in means] for r in x])
