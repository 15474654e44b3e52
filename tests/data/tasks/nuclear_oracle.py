"""Writes nuclear_oracle.json: the least nuclear norm of small random problems, by two convex solvers.

    python3 -m venv venv && venv/bin/pip install cvxpy==1.5.3 numpy==2.4.6 clarabel==0.11.1 scs==3.3.1 && venv/bin/python nuclear_oracle.py > nuclear_oracle.json

Not run by the tests, which read the file. Each problem: rows, cols, the measurements (m lists of rows * cols numbers, row by row; for
completion the places of the observed entries instead), their values y, and the optimum by Clarabel and by SCS.
"""
import json
import sys

import cvxpy as cp
import numpy as np


def solve(rows, cols, a, y, solver, **options):
    x = cp.Variable((rows, cols))
    problem = cp.Problem(cp.Minimize(cp.normNuc(x)), [a @ cp.vec(x, order="C") == y])
    problem.solve(solver=solver, **options)
    assert problem.status == "optimal", problem.status
    return float(problem.value)


def problem(kind, rows, cols, rank, m, seed, noise=0.0):
    rng = np.random.default_rng(seed)
    truth = rng.normal(size=(rows, rank)) @ rng.normal(size=(rank, cols)) / np.sqrt(rank)
    out = {"kind": kind, "rows": rows, "cols": cols, "rank": rank, "seed": seed, "noise": noise}
    if kind == "completion":
        at = np.sort(rng.choice(rows * cols, m, replace=False))
        a = np.eye(rows * cols)[at]
        out["entries"] = at.tolist()
    else:
        if kind == "dense":
            a = rng.normal(size=(m, rows * cols)) / np.sqrt(rows * cols)
        elif kind == "rank_one":
            u, v = rng.normal(size=(m, rows)), rng.normal(size=(m, cols))
            u /= np.linalg.norm(u, axis=1, keepdims=True)
            v /= np.linalg.norm(v, axis=1, keepdims=True)
            a = np.einsum("mi,mj->mij", u, v).reshape(m, -1)
        else:  # skewed: measurements far from orthogonal, of different lengths
            a = rng.normal(size=(m, rows * cols)) / np.sqrt(rows * cols)
            a = (a + 0.7 * a[0]) * np.linspace(0.5, 2, m)[:, None]
        out["measurements"] = a.round(4).tolist()
        a = a.round(4)
    y = (a @ truth.ravel() + noise * rng.normal(size=m)).round(4)
    out["y"] = y.tolist()
    out["clarabel"] = solve(rows, cols, a, y, "CLARABEL", tol_gap_abs=1e-9, tol_gap_rel=1e-9, tol_feas=1e-9)
    out["scs"] = solve(rows, cols, a, y, "SCS", eps=1e-9, max_iters=200000)
    print(kind, rows, cols, m, out["clarabel"], out["scs"], file=sys.stderr)
    assert abs(out["clarabel"] - out["scs"]) < 2e-7 * out["clarabel"]
    return out


problems = [
    problem("completion", 6, 5, 1, 14, 1),
    problem("completion", 9, 12, 2, 50, 2),
    problem("completion", 12, 12, 2, 40, 3),
    problem("completion", 10, 7, 3, 45, 4, noise=0.1),
    problem("dense", 6, 5, 1, 14, 5),
    problem("dense", 8, 8, 2, 30, 6, noise=0.05),
    problem("rank_one", 7, 6, 2, 18, 7),
    problem("skewed", 5, 6, 2, 12, 8),
]
print(json.dumps({"made_by": "nuclear_oracle.py: cvxpy " + cp.__version__ + ", numpy " + np.__version__, "problems": problems}))
