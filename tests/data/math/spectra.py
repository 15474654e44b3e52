# Writes spectra.npz: matrices and, by LAPACK through numpy.linalg.svd, their singular values. The 128 x 128 ones are end-to-end
# matrices along the page's own runs:
#   for RUN in "cloth 1 900" "cloth 2 700" "cloth 3 350" "cloth 4 600" "photograph 1 300" "photograph 2 3000" "photograph 3 1500"
#   do rankscope run PRESET --set depth=D --steps STEPS --out RUNS/PRESET_depthD_STEPS
#   python3 spectra.py RUNS
import sys
from pathlib import Path

import numpy as np

rng = np.random.default_rng(1)
n = 40


def with_values(rows, cols, values):
    u = np.linalg.qr(rng.standard_normal((rows, len(values))))[0]
    v = np.linalg.qr(rng.standard_normal((cols, len(values))))[0]
    return (u * values) @ v.T


matrices = {
    "graded_1e16": with_values(n, n, np.logspace(0, -16, n)),
    "clustered": with_values(n, n, np.r_[np.full(12, 2.0), 1 + 1e-9 * np.arange(16), np.full(12, 1e-5)]),
    "rank_deficient": with_values(52, n, np.array([5.0, 3.0, 3.0, 1e-3])),
}
for run in sorted(Path(sys.argv[1]).iterdir()):
    matrices[run.name] = np.load(run / "arrays.npz")["end_to_end"]

out = {}
for name, a in matrices.items():
    out[name] = a
    out[name + ".values"] = np.linalg.svd(a, compute_uv=False)
np.savez_compressed(Path(__file__).with_name("spectra.npz"), **out)
print("numpy", np.__version__, *matrices)
