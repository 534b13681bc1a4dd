"""What SciPy says of the laboratory's distributions: JSON on standard input (a list of {kind, parameters, x, p}), and the
same list with pdf, cdf and ppf on standard output."""

import json
import math
import sys

import numpy as np
from scipy import optimize, stats


class Mixture:
    def __init__(self, weights, means, deviations):
        self.shares = np.array(weights) / np.sum(weights)
        self.parts = [stats.norm(m, s) for m, s in zip(means, deviations)]

    def pdf(self, x):
        return sum(w * part.pdf(x) for w, part in zip(self.shares, self.parts))

    def cdf(self, x):
        return sum(w * part.cdf(x) for w, part in zip(self.shares, self.parts))

    def ppf(self, ps):
        return np.array([self.ppf_one(p) for p in ps])

    def ppf_one(self, p):
        own = [part.ppf(p) for part in self.parts]
        if min(own) == max(own):
            return own[0]
        # from the nearer end, as 1 - p has more digits there
        side = "cdf" if p < 0.5 else "sf"
        target = p if p < 0.5 else 1 - p

        def excess(x):
            total = sum(w * getattr(part, side)(x) for w, part in zip(self.shares, self.parts))
            return math.log(total / target)

        return optimize.brentq(excess, min(own) - 1e-9, max(own) + 1e-9, xtol=1e-15, rtol=1e-15)


makers = {
    "gaussian": lambda mean, deviation: stats.norm(mean, deviation),
    "uniform": lambda low, high: stats.uniform(low, high - low),
    "exponential": lambda offset, scale: stats.expon(offset, scale),
    "student-t": lambda freedom, location, scale: stats.t(freedom, location, scale),
    "log-normal": lambda mu, sigma, offset: stats.lognorm(sigma, offset, math.exp(mu)),
    "gaussian-mixture": Mixture,
}

answers = []
for asked in json.load(sys.stdin):
    distribution = makers[asked["kind"]](**asked["parameters"])
    x, p = np.array(asked["x"]), np.array(asked["p"])
    answers.append(
        {
            "pdf": distribution.pdf(x).tolist(),
            "cdf": distribution.cdf(x).tolist(),
            "ppf": distribution.ppf(p).tolist(),
        }
    )
json.dump(answers, sys.stdout)
