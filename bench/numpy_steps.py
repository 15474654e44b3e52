"""The step of bench/steps_bench.cpp written by hand in NumPy, f64: the same commands on stdin, the same numbers.

Every array lives as long as its problem, transposes are views that BLAS reads in place, the three layers are windows onto one
vector so that the update is two calls, and the loss is computed only when asked for.
"""
import math
import sys

import numpy as np

from draw import Draw
from tensors import drawn, end_tensor, gradient


class Problem:
    def __init__(self, n):
        draw = Draw()
        weights = np.concatenate([draw(n, 1 / math.sqrt(n)) for _ in range(3)])
        gradient = np.empty_like(weights)
        w1, w2, w3 = weights.reshape(3, n, n)
        g1, g2, g3 = gradient.reshape(3, n, n)
        target = draw(n, 1).reshape(n, n)
        mask = (draw(n, 1) < -0.25).reshape(n, n)
        eta, m = 1e-2, mask.sum()
        slope = mask * (2 / m)
        p2, p3, r, b2 = (np.empty((n, n)) for _ in range(4))
        w1t, w2t, w3t, p2t = w1.T, w2.T, w3.T, p2.T
        dot, subtract, multiply = np.dot, np.subtract, np.multiply

        def step():
            dot(w2, w1, p2)
            dot(w3, p2, p3)
            subtract(p3, target, r)
            multiply(r, slope, r)  # dL/dW
            dot(r, p2t, g3)
            dot(w3t, r, b2)
            dot(b2, w1t, g2)
            dot(w2t, b2, g1)
            multiply(gradient, eta, gradient)
            subtract(weights, gradient, weights)

        self.step = step
        self.loss = lambda: np.sum(np.square(w3 @ (w2 @ w1) - target)[mask]) / m


class TensorProblem:
    def __init__(self, name):
        self.blocks, target, mask = drawn(name, Draw())
        m = mask.sum()
        slope = mask * (2 / m)

        def slope_of(residual):
            residual *= slope
            return residual

        def step():
            for block, g in zip(self.blocks, gradient(name, self.blocks, target, slope_of, np, np.einsum)):
                g *= 1e-2
                block -= g

        self.step = step
        self.loss = lambda: np.sum(np.square(end_tensor(name, self.blocks) - target)[mask]) / m


problems = {}
for line in sys.stdin:
    verb, n, *count = line.split()
    problem = problems.get(n) or problems.setdefault(n, Problem(int(n)) if n.isdigit() else TensorProblem(n))
    if verb == "loss":
        print(repr(float(problem.loss())), flush=True)
        continue
    step = problem.step
    for _ in range(int(count[0])):
        step()
    print("done", flush=True)
