"""The step of bench/steps_bench.cpp in JAX on the processor, f64, compiled: the same commands on stdin, the same numbers.

`step N COUNT` is one compiled loop of COUNT steps over donated weights, which spares JAX the way back to Python after each step.
"""
import math
import sys

import jax
import jax.numpy as jnp
import numpy as np

from draw import Draw
from tensors import drawn, end_tensor, gradient

jax.config.update("jax_enable_x64", True)


class Problem:
    def __init__(self, n):
        draw = Draw()
        self.weights = tuple(jnp.asarray(draw(n, 1 / math.sqrt(n)).reshape(n, n)) for _ in range(3))
        target = jnp.asarray(draw(n, 1).reshape(n, n))
        mask = draw(n, 1).reshape(n, n) < -0.25
        m = mask.sum()
        slope = jnp.asarray(mask * (2 / m))

        def step(_, w):
            w1, w2, w3 = w
            p2 = w2 @ w1
            r = (w3 @ p2 - target) * slope  # dL/dW
            b2 = w3.T @ r
            return w1 - 1e-2 * (w2.T @ b2), w2 - 1e-2 * (b2 @ w1.T), w3 - 1e-2 * (r @ p2.T)

        self.steps = jax.jit(lambda w, count: jax.lax.fori_loop(0, count, step, w), donate_argnums=0)
        self.loss = lambda w: float(np.sum(np.square(np.asarray(w[2] @ (w[1] @ w[0]) - target))[mask]) / m)


class TensorProblem:
    def __init__(self, name):
        blocks, target, mask = drawn(name, Draw())
        m = mask.sum()
        self.weights = tuple(jnp.asarray(b) for b in blocks)
        target_here, slope = jnp.asarray(target), jnp.asarray(mask * (2 / m))

        def step(_, w):
            g = gradient(name, w, target_here, lambda residual: residual * slope, jnp, jnp.einsum)
            return tuple(a - 1e-2 * b for a, b in zip(w, g))

        self.steps = jax.jit(lambda w, count: jax.lax.fori_loop(0, count, step, w), donate_argnums=0)
        self.loss = lambda w: float(np.sum(np.square(np.asarray(end_tensor(name, w)) - target)[mask]) / m)


problems = {}
for line in sys.stdin:
    verb, n, *count = line.split()
    problem = problems.get(n) or problems.setdefault(n, Problem(int(n)) if n.isdigit() else TensorProblem(n))
    if verb == "loss":
        print(repr(problem.loss(problem.weights)), flush=True)
        continue
    problem.weights = jax.block_until_ready(problem.steps(problem.weights, int(count[0])))
    print("done", flush=True)
