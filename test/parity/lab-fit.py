"""Tests of fit by SciPy, NumPy and scikit-learn: reads cases as JSON from standard input, writes their values as JSON.

A case is {"dims": 1 or 2, "mean", "deviation", "generated": [...], "real": [...]}, row-major. What a library does not
define for a case (normality of equal rows) is left out.
"""

import json
import sys
import warnings

import numpy as np
from scipy import stats
from scipy.spatial.distance import cdist, jensenshannon
from sklearn.neighbors import KNeighborsClassifier, NearestNeighbors

warnings.simplefilter("ignore")  # of one row or equal ones


def published(generated, real):
    values = {}
    ks = stats.ks_2samp(generated, real, method="asymp")
    values["KS_s"] = ks.statistic
    # SciPy's own p-value has another limit since 1.5; this is the formula of the release notes before
    n, m = len(generated), len(real)
    en = np.sqrt(n * m / (n + m))
    values["KS_p"] = stats.kstwobign.sf((en + 0.12 + 0.11 / en) * ks.statistic)

    both = np.concatenate([generated, real])
    if both.min() < both.max():
        edges = np.linspace(both.min(), both.max(), 100)
        p_real, _ = np.histogram(real, bins=edges, density=True)
        p_made, _ = np.histogram(generated, bins=edges, density=True)
        p_made[p_made == 0] = 1e-9
        p_real, p_made = p_real / p_real.sum(), p_made / p_made.sum()
        values["KL"] = stats.entropy(p_real, p_made, base=2)
        values["CDF_l1"] = np.abs(np.cumsum(p_real) - np.cumsum(p_made)).sum()
    if generated.min() < generated.max():
        values["Anderson"] = stats.anderson(generated, dist="norm").statistic
    return values


def against_truth(generated, mean, deviation):
    true = stats.norm(mean, deviation)
    values = {"ks_true": stats.kstest(generated, true.cdf).statistic}
    # clamped as ours says; where nothing is clamped, SciPy's own statistic is compared too
    ordered = np.sort(generated)
    below, above = true.cdf(ordered), true.sf(ordered)
    if min(below.min(), above.min()) > 1e-12:
        fit = stats.goodness_of_fit(
            stats.norm,
            generated,
            known_params={"loc": mean, "scale": deviation},
            statistic="ad",
            n_mc_samples=1,
        )
        values["anderson_darling"] = fit.statistic
    else:
        n = len(ordered)
        logs = np.log(np.clip(below, 1e-12, 1 - 1e-12)) + np.log(np.clip(above, 1e-12, 1 - 1e-12))[::-1]
        values["anderson_darling"] = -n - np.sum((2 * np.arange(1, n + 1) - 1) / n * logs)
    counts = np.histogram(np.clip(true.cdf(generated), 0, 1), bins=100, range=(0, 1))[0]
    values["js_divergence"] = jensenshannon(counts, np.ones(100), 2) ** 2
    return values


def classifier(generated, real, dims):
    """The share of the same side among equally near rows; scikit-learn's classifier must agree where no two rows are equally near."""
    rows = np.concatenate([generated, real]).reshape(-1, dims)
    side = np.repeat([0, 1], [len(generated) // dims, len(real) // dims])
    k = min(len(rows) - 1, 40)
    distance, index = NearestNeighbors(n_neighbors=k, algorithm="kd_tree").fit(rows).kneighbors()
    ties = distance == distance.min(axis=1, keepdims=True)
    same = side[index] == side[:, None]
    shares = (ties & same).sum(axis=1) / ties.sum(axis=1)
    for i in np.flatnonzero(ties.all(axis=1)):  # perhaps more than k are equally near
        away = cdist(rows[i : i + 1], rows)[0]
        away[i] = np.inf
        shares[i] = (side[away == away.min()] == side[i]).mean()
    value = shares.mean()
    if len(rows) <= 1000 and (ties.sum(axis=1) == 1).all():
        right = [
            KNeighborsClassifier(1).fit(np.delete(rows, i, 0), np.delete(side, i)).predict(rows[i : i + 1])[0] == side[i]
            for i in range(len(rows))
        ]
        assert abs(np.mean(right) - value) < 1e-12, (np.mean(right), value)
        return {"classifier_two_sample": value, "by_classifier": 1}
    return {"classifier_two_sample": value}


def plane(generated, real):
    x, y = generated.reshape(-1, 2), real.reshape(-1, 2)
    angles = np.arange(16) * np.pi / 16
    sliced = [
        stats.wasserstein_distance(x @ [np.cos(a), np.sin(a)], y @ [np.cos(a), np.sin(a)]) for a in angles
    ]
    x, y = x[:1000], y[:1000]
    square = 2 * cdist(x, y).mean() - cdist(x, x).mean() - cdist(y, y).mean()
    return {
        "sliced_wasserstein": np.mean(sliced),
        "energy_distance": np.sqrt(max(0, square)),
        **classifier(x.ravel(), y.ravel(), 2),
    }


def values_of(case):
    generated, real = np.array(case["generated"], float), np.array(case["real"], float)
    if case["dims"] == 2:
        return plane(generated, real)
    return {
        **published(generated, real),
        **against_truth(generated, case["mean"], case["deviation"]),
        **classifier(generated, real, 1),
        "wasserstein_1": stats.wasserstein_distance(generated, real),
        "energy_distance": stats.energy_distance(generated, real),
    }


json.dump([{k: float(v) for k, v in values_of(case).items()} for case in json.load(sys.stdin)], sys.stdout)
