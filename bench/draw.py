"""The numbers of bench/steps_bench.cpp: a 32-bit congruential generator, uniform in [-1/2, 1/2)."""
import numpy as np


class Draw:
    state = 1

    def __call__(self, n, factor):
        return self.numbers(n * n, factor)

    def numbers(self, count, factor):
        out = np.empty(count)
        for i in range(count):
            self.state = (self.state * 1664525 + 1013904223) & 0xFFFFFFFF
            out[i] = factor * (self.state / 4294967296 - 0.5)
        return out
