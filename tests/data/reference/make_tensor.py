"""Makes reference runs of tensor factorizations: python3 make_tensor.py FOLDER. Needs NumPy; writes the files of tests/data/reference/made.

Every end tensor is one einsum of its factors, and the gradient in a factor is the same einsum with the tensor's gradient in that factor's place: nothing here is
shared with the program that is checked. Each file is also checked by central differences while it is made.
"""
import json, math, os, string, sys

import numpy as np

# ---------------------------------------------------------------- end tensors: (axes of each factor, axes of the end tensor)
def cp(order):
    modes = string.ascii_lowercase[:order]
    return [m + "Z" for m in modes], modes

def htf(order):
    """Factors of the perfect binary tree of neighbours, level by level; a node's axis is an upper-case letter, the two children of a node share theirs."""
    letters = iter(string.ascii_uppercase)
    modes, level, factors = string.ascii_lowercase[:order], list(string.ascii_lowercase[:order]), []
    while len(level) > 1:
        shared = [next(letters) for _ in range(len(level) // 2)]
        factors += [below + shared[i // 2] for i, below in enumerate(level)]
        level = shared
    return factors + [level[0]], modes

def tucker(order, depth):
    letters = iter(string.ascii_uppercase)
    modes, core, factors = string.ascii_lowercase[:order], "", []
    for m in modes:
        axes = m + "".join(next(letters) for _ in range(depth))
        factors += [axes[k:k + 2] for k in range(depth)]
        core += axes[-1]
    return [core] + factors, modes

def tensor_train(order):
    modes, bonds = string.ascii_lowercase[:order], string.ascii_uppercase[:order - 1]
    return [(bonds[k - 1] if k else "") + modes[k] + bonds[k:k + 1] for k in range(order)], modes

def contract(axes, arrays, out):
    return np.einsum(",".join(axes) + "->" + out, *arrays, optimize="greedy")

# ---------------------------------------------------------------- a run
class Problem:
    def __init__(self, axes, modes, loss, scale, delta, truth, idx=None, values=None, A=None, y=None):
        self.axes, self.modes, self.loss, self.scale, self.delta, self.truth = axes, modes, loss, scale, delta, truth
        self.idx, self.A = idx, A
        self.y = y if A is not None else values if values is not None else truth.reshape(-1)[idx]

    def end(self, F):
        return contract(self.axes, [f.reshape(-1) if len(a) == 1 else f for a, f in zip(self.axes, F)], self.modes)

    def loss_and_gradient(self, F):
        E = self.end(F)
        r = (self.A.reshape(len(self.A), -1) @ E.reshape(-1) if self.A is not None else E.reshape(-1)[self.idx]) - self.y
        if self.loss == "huber":
            value, slope = np.where(abs(r) <= self.delta, r * r / 2, self.delta * (abs(r) - self.delta / 2)), np.clip(r, -self.delta, self.delta)
        else:
            p = int(self.loss[1:])
            value, slope = abs(r) ** p, p * np.sign(r) * abs(r) ** (p - 1)
        G = np.zeros(E.size)
        if self.A is not None: G = self.A.reshape(len(self.A), -1).T @ slope
        else: G[self.idx] = slope
        G = self.scale * G.reshape(E.shape)
        flat = [f.reshape(-1) if len(a) == 1 else f for a, f in zip(self.axes, F)]
        g = [contract([self.modes] + self.axes[:k] + self.axes[k + 1:], [G] + flat[:k] + flat[k + 1:], a).reshape(F[k].shape) for k, a in enumerate(self.axes)]
        return self.scale * value.sum(), g

def check(problem, F, rng):
    """The gradient along a random direction against the central difference."""
    D = [rng.normal(size=f.shape) for f in F]
    h = 1e-5
    up, down = (problem.loss_and_gradient([f + s * h * d for f, d in zip(F, D)])[0] for s in (1, -1))
    slope = sum((g * d).sum() for g, d in zip(problem.loss_and_gradient(F)[1], D))
    assert abs((up - down) / (2 * h) - slope) <= 1e-5 * abs(slope) + 1e-10, (up, down, slope)

def norms(f, axis): return np.sqrt((f * f).sum(axis=axis))
def sv(E, rows):
    rest = [k for k in range(E.ndim) if k not in rows]
    return np.linalg.svd(E.transpose(list(rows) + rest).reshape(int(np.prod([E.shape[k] for k in rows])), -1), compute_uv=False)
def effective_rank(s):
    q = s[s > 0] / s.sum()
    return float(np.exp(-(q * np.log(q)).sum()))

def measured(model, problem, F, depth, matricizations):
    E, M = problem.end(F), problem.truth
    out = {"loss": float(problem.loss_and_gradient(F)[0]), "fro_norm": float(np.linalg.norm(E))}
    if M is not None:
        out["reconstruction_error"] = float(np.linalg.norm(E - M) / np.linalg.norm(M))
        unseen = np.setdiff1d(np.arange(E.size), problem.idx) if problem.idx is not None else []
        if len(unseen): out["test_mse"] = float(np.mean((E - M).reshape(-1)[unseen] ** 2))
    if model == "cp":
        out["component_norms_top10_sorted"] = sorted(np.prod([norms(f, 0) for f in F], axis=0).tolist(), reverse=True)[:10]
        out["mode0_singular_values"] = sv(E, [0]).tolist()
    elif model == "htf":
        at, wide, local = 0, E.ndim, []
        while wide > 1:
            for i in range(0, wide, 2):
                lines = norms(F[at + i], 0) * norms(F[at + i + 1], 0) * norms(F[at + wide + i // 2], 1)
                local.append(sorted(lines.tolist(), reverse=True)[:8])
            at, wide = at + wide, wide // 2
        out["local_component_norms_top8_sorted"] = local
        out["matricization_singular_values_top10"] = [sv(E, rows)[:10].tolist() for rows in matricizations]
        out["matricization_effective_ranks"] = [effective_rank(sv(E, rows)) for rows in matricizations]
    else:
        prefixes = model == "tensor_train"
        spectra = [sv(E, list(range(k + 1)) if prefixes else [k]) for k in range(E.ndim - prefixes)]
        out["unfolding_singular_values"] = [s.tolist() for s in spectra]
        out["unfolding_effective_ranks"] = [effective_rank(s) for s in spectra]
        if prefixes:
            out["core_norms"] = [float(np.linalg.norm(f)) for f in F]
        else:
            core = F[0]
            out["core_slice_norms"] = [norms(core, tuple(k for k in range(core.ndim) if k != n)).tolist() for n in range(core.ndim)]
            ends = [np.linalg.multi_dot(F[1 + n * depth:1 + (n + 1) * depth]) if depth > 1 else F[1 + n] for n in range(core.ndim)]
            out["mode_factor_column_norms"] = [norms(a, 0).tolist() for a in ends]
    return out

def array(a): return {"shape": list(a.shape), "data": a.reshape(-1).tolist()}

def make(folder, name, model, shape, *, components=4, widths=None, core=None, depth=1, inner=None, bonds=None, loss="l2", delta=0.5, scale="mean", observed=0.6, sensing=0,
         optimizer="gd", step_size=0.05, steps=(0, 1, 2, 3, 5, 8, 13, 40, 41, 100), start=0.5, truth=True, noisy=False, matricizations=None, drop=(), order_of_series=None):
    """One file. `inner`: Tucker's sizes between the factors of a mode, depth - 1 for each; `noisy`: observed_values beside a truth they differ from;
    `drop`: keys of the root or of the problem to leave out."""
    rng = np.random.default_rng(sum(name.encode()))
    order = len(shape)
    if model == "cp": axes, modes = cp(order)
    elif model == "htf": axes, modes = htf(order)
    elif model == "tucker": axes, modes = tucker(order, depth)
    else: axes, modes = tensor_train(order)
    size = dict(zip(modes, shape))
    if model == "cp": size["Z"] = components
    elif model == "htf":
        at, wide = 0, order
        for w in list(widths):
            for a in axes[at:at + wide]: size[a[1]] = w
            at, wide = at + wide, wide // 2
    elif model == "tucker":
        for n, c in enumerate(axes[0]): size[c] = core[n]
        for n in range(order):
            for p in range(depth - 1): size[axes[1 + n * depth + p][1]] = inner[n * (depth - 1) + p] if inner else core[n]
    else: size.update(zip(string.ascii_uppercase, bonds))
    F = [rng.normal(size=[size[c] for c in a]) * start for a in axes]
    if model == "htf": F[-1] = F[-1].reshape(-1, 1)
    M = contract([m + "Z" for m in modes], [rng.normal(size=(d, 2)) for d in shape], modes)
    M *= math.sqrt(M.size) / np.linalg.norm(M)
    idx = values = A = y = None
    if sensing:
        A = rng.normal(size=(sensing,) + tuple(shape))
        y = A.reshape(sensing, -1) @ M.reshape(-1)
    else:
        idx = np.sort(rng.choice(M.size, max(1, round(observed * M.size)), replace=False))
        if noisy or not truth: values = M.reshape(-1)[idx] + 0.1 * rng.normal(size=len(idx))
    m = sensing or len(idx)
    factor = {"half_sum": 0.5, "mean": 1 / m, "1/(2m)": 1 / (2 * m), "1/(4m)": 1 / (4 * m)}[scale]
    problem = Problem(axes, modes, loss, factor, delta, M if truth else None, idx, values, A, y)
    check(problem, F, rng)

    said = {"observation": "linear" if sensing else "entries", "loss": loss, "loss_scale": factor, "loss_normalisation": scale}
    if loss == "huber": said["huber_delta"] = delta
    if model == "htf": said.update(order=order, logged_matricizations=matricizations, widths=list(widths))
    if sensing: said.update(measurements=A.reshape(-1).tolist(), measurements_shape=list(A.shape), targets=y.tolist())
    else: said["observed_flat_indices"] = idx.tolist()
    if values is not None: said["observed_values"] = values.tolist()
    if truth: said.update(ground_truth=M.reshape(-1).tolist(), ground_truth_shape=list(shape))
    root = {"name": name, "model": model, "problem": said, "init": [array(f) for f in F], "step_size": step_size, "optimizer": optimizer, "logged_iterations": list(steps)}
    if model in ("tucker", "tensor_train"): root["tucker_depth"] = depth if model == "tucker" else None

    trajectory, square, before = {}, 0.0, math.inf
    for t in range(max(steps) + 1):
        for _ in range(list(steps).count(t)):
            for key, value in measured(model, problem, F, depth, matricizations).items(): trajectory.setdefault(key, []).append(value)
        now, g = problem.loss_and_gradient(F)
        assert now <= before, (t, now, before)  # a step so large that the loss rises lets rounding grow
        rate, before = step_size, now
        if optimizer == "grouprmsprop":
            square = 0.99 * square + 0.01 * sum(float((x * x).sum()) for x in g)
            rate = step_size / (math.sqrt(square / (1 - 0.99 ** (t + 1))) + 1e-6)
        F = [f - rate * x for f, x in zip(F, g)]
    root["trajectory"] = {k: trajectory[k] for k in (order_of_series or trajectory)}
    for key in drop: (root if key in root else said).pop(key)
    with open(os.path.join(folder, name + ".json"), "w") as f: json.dump(root, f)

if __name__ == "__main__":
    folder = sys.argv[1]
    few = (0, 1, 2, 5, 17, 60)
    make(folder, "cp_o2_half_sum", "cp", (5, 3), scale="half_sum", step_size=0.01, steps=few)
    make(folder, "cp_o3_l4_sensing", "cp", (3, 4, 2), loss="l4", scale="1/(4m)", sensing=12, step_size=0.002, steps=few)
    make(folder, "cp_o3_no_truth", "cp", (4, 2, 5), truth=False, steps=(3, 4, 20), drop=("name", "optimizer", "loss", "loss_normalisation"), order_of_series=("fro_norm", "loss"))
    make(folder, "cp_o5_huber_noisy", "cp", (2, 3, 2, 4, 2), loss="huber", scale="1/(2m)", noisy=True, step_size=0.1, steps=few, start=0.7)
    make(folder, "htf_o2", "htf", (4, 3), widths=(3,), matricizations=[[1], [0]], steps=few)
    make(folder, "htf_o4_huber_sensing", "htf", (2, 3, 2, 2), widths=(3, 4), loss="huber", sensing=12, matricizations=[[2], [1, 3]], start=0.7, step_size=0.02, steps=few)
    make(folder, "htf_o4_grouprmsprop", "htf", (3, 2, 4, 2), widths=(4, 2), optimizer="grouprmsprop", step_size=0.003, matricizations=[[1, 0], [3, 1], [2, 0, 1], [3, 2, 1, 0]], start=0.7,
         steps=(0, 1, 7, 20), drop=("order", "widths"))
    make(folder, "htf_o8_foreign", "htf", (2, 3, 2, 2, 1, 2, 3, 2), widths=(2, 4, 3), matricizations=[[0], [4, 5, 6, 7], [1, 3, 5, 7], [0, 7], [0, 2, 4]], observed=0.3, start=0.8, steps=(0, 1, 10))
    make(folder, "tucker_o2_deep3", "tucker", (5, 4), core=(3, 2), depth=3, scale="half_sum", step_size=0.003, steps=few)
    make(folder, "tucker_o3_deep2_wide", "tucker", (4, 3, 2), core=(2, 2, 3), depth=2, inner=(4, 3, 1), steps=few)
    make(folder, "tucker_o4_sensing", "tucker", (3, 2, 2, 3), core=(2, 2, 1, 3), sensing=9, step_size=0.01, steps=few)
    make(folder, "tt_o2", "tensor_train", (3, 5), bonds=(2,), steps=few)
    make(folder, "tt_o3_grouprmsprop", "tensor_train", (3, 4, 2), bonds=(2, 5), optimizer="grouprmsprop", step_size=0.003, steps=(0, 1, 7, 20))
    make(folder, "tt_o5_huber", "tensor_train", (2, 3, 2, 3, 2), bonds=(2, 4, 1, 2), loss="huber", scale="half_sum", step_size=0.01, start=0.7, steps=few, drop=("tucker_depth",))
