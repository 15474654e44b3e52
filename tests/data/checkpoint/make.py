"""python3 make.py CHECKPOINT.npz: factors.npz, and numpy.npz, which is the checkpoint of this program loaded and saved by NumPy.
The checkpoint: system toy of tests/toy_system.h, step_size 0.02, 100 steps, at step 40."""
import sys
import numpy as np


def layer(k, rows, cols):
    i, j = np.meshgrid(np.arange(rows), np.arange(cols), indexing="ij")
    return k + i / 8 + j / 64


np.savez("factors.npz", W_3=layer(3, 5, 2).astype(">f4"), W_1=layer(1, 3, 4), W_2=np.asfortranarray(layer(2, 2, 3)),
         mask=np.ones((2, 2), "u1"), **{"optimizer.velocity": np.arange(28) / 4})
if len(sys.argv) > 1:
    with np.load(sys.argv[1]) as saved:
        np.savez("numpy.npz", **saved)
