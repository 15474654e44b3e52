"""Weights under torch.optim on f(w) = sum_i s_i w_i^2 / 2 + w_i^4 / 4: python3 torch.py > torch.csv (float64; done once, with the
version named in the first line)."""
import os, sys
sys.path = [p for p in sys.path if os.path.abspath(p or ".") != os.path.dirname(os.path.abspath(__file__))]  # this file is not torch
import torch

torch.set_default_dtype(torch.float64)
SCALE = torch.tensor([1.0, 10.0, 0.1])
RUNS = {
    "sgd_momentum": lambda w: torch.optim.SGD([w], lr=0.01, momentum=0.9),
    "adam": lambda w: torch.optim.Adam([w], lr=0.05),
    "adam_slow": lambda w: torch.optim.Adam([w], lr=0.01, betas=(0.8, 0.95), eps=1e-3),
}
print(f"# torch {torch.__version__}; optimizer, step, w_0, w_1, w_2")
for name, make in RUNS.items():
    w = torch.tensor([1.0, -2.0, 0.5], requires_grad=True)
    optimizer = make(w)
    for step in range(1, 201):
        optimizer.zero_grad()
        (SCALE * w**2 / 2 + w**4 / 4).sum().backward()
        optimizer.step()
        if step in (1, 2, 3, 10, 50, 200):
            print(name, step, *[repr(float(x)) for x in w], sep=",")
