#!/usr/bin/env python3
"""Steps per second of deep_matrix and of the tensor factorizations beside NumPy, JAX and TensorFlow.js, and the product beside its own kernel:
bench/compare.py [--build DIR] [--rounds R] [--thread-rounds R] [--tensors]

Builds rankscope_steps and rankscope_bench with the flags of the presets `release` and `web`, installs NumPy, JAX and TensorFlow.js
under the build folder (build/bench), checks that all compute the same losses, times them in turn, and writes bench/results.md.

One thread: a turn is a slice of about 60 ms; its time is the processor time of the program's main thread (of all threads for JAX,
which computes on another one), so that whatever else the machine does costs everybody the same little. What is reported is the
median over the rounds. Two threads: a turn is a slice of about 15 ms of wall time, and what is reported is the best of many, because
two processors are free only now and then on a machine that does something else.
"""
import argparse
import datetime
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
SIZES = [10, 20, 50, 100, 200]
THREAD_SIZES = [50, 100, 200]
NATIVE_GOALS = {10: 1.0, 20: 1.0, 50: 1.0, 100: 0.9, 200: 0.9}  # times NumPy, and times JAX
NODE_GOALS = {20: 2.0, 50: 2.0, 100: 2.0, 200: 2.0}  # times TensorFlow.js
TENSORS = {"cp3": "CP, 10^3, R = 100", "cp4": "CP, 8^4, R = 500", "large": "CP, 10^4, R = 1000", "large_all": "CP, 10^4, R = 1000, all observed",
           "htf64": "hierarchical, 8^4, widths 64", "htf512": "hierarchical, 8^4, widths 512"}
KERNEL_GOAL = 0.85  # of the kernel's own rate, wasm, squares from 48 on
GRADIENTS = ["flags", "transposes", "automatic"]  # of TensorFlow.js; the fastest one counts
SLICE, WALL_SLICE = 0.06, 0.015  # seconds


class Program:
    def __init__(self, name, command, cwd=None, env=None, clock="main"):
        self.name = name
        self.clock = clock  # "main": processor time of the main thread, "all": of all threads, "wall"
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=cwd, env=env)

    def ask(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().strip()
        if not answer:
            sys.exit(f"{self.name} stopped at '{line}'")
        return answer

    def now(self):
        if self.clock == "wall":
            return time.perf_counter()
        process = pathlib.Path(f"/proc/{self.process.pid}")
        files = [process / "schedstat"] if self.clock == "main" else (process / "task").glob("*/schedstat")
        return sum(int(f.read_text().split()[0]) for f in files) * 1e-9

    def time(self, n, count):
        start = self.now()
        self.ask(f"step {n} {count}")
        return self.now() - start

    def fit(self, n):
        """Warms up, and returns how many steps fill a slice."""
        slice_seconds = WALL_SLICE if self.clock == "wall" else SLICE
        count, spent = 1, 0.0
        while True:
            seconds = self.time(n, count)
            spent += seconds
            if spent > 0.7:
                return max(1, round(count * slice_seconds / seconds))
            if seconds < slice_seconds:
                count *= 2

    def rate(self, n, count):
        return count / self.time(n, count)


def run(*command, **options):
    subprocess.run([str(c) for c in command], check=True, stdout=subprocess.DEVNULL, **options)


def build(folder):
    for preset in ("release", "web"):
        run("cmake", "--preset", preset, "-B", folder / preset, "-D", "RANKSCOPE_UI=OFF", "-D", "RANKSCOPE_TESTS=OFF", cwd=ROOT)
        run("cmake", "--build", folder / preset, "--target", "rankscope_steps", "rankscope_bench")


def install(folder):
    python = folder / "venv/bin/python"
    if not python.exists():
        run(sys.executable, "-m", "venv", folder / "venv")
    run(python, "-m", "pip", "install", "-q", "-r", ROOT / "bench/requirements.txt")
    npm = folder / "npm"
    npm.mkdir(exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        if not (npm / name).exists() or (npm / name).read_bytes() != (ROOT / "bench" / name).read_bytes():
            shutil.copy(ROOT / "bench" / name, npm)
            shutil.rmtree(npm / "node_modules", ignore_errors=True)
    if not (npm / "node_modules").exists():
        run("npm", "ci", "--no-audit", "--no-fund", "--loglevel=error", cwd=npm)


def numerics(folder, threads, clock):
    """NumPy, JAX and native, with so many threads each and no more processors."""
    environment = dict(os.environ, OPENBLAS_NUM_THREADS=str(threads), OMP_NUM_THREADS=str(threads))
    if threads == 1:
        environment["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
    processors = ["taskset", "-c", ",".join(str(c) for c in sorted(os.sched_getaffinity(0))[:threads])]
    if threads == 1:
        processors = []  # whichever is free: the clock is the processor's
    python = folder / "venv/bin/python"
    return {
        "numpy": Program("NumPy", [*processors, python, ROOT / "bench/numpy_steps.py"], env=environment, clock=clock),
        "jax": Program("JAX", [*processors, python, ROOT / "bench/jax_steps.py"], env=environment, clock="all" if clock == "main" else clock),
        "native": Program("native", [*processors, folder / "release/bin/rankscope_steps", str(threads)], clock=clock),
    }


def start(folder, gradients=GRADIENTS):
    return {
        **numerics(folder, 1, "main"),
        "node": Program("node", ["node", "--no-experimental-fetch", folder / "web/bin/rankscope_steps.js"]),
        **{how: Program(f"TensorFlow.js ({how})", ["node", ROOT / "bench/tfjs_steps.mjs", how], cwd=folder / "npm") for how in gradients},
    }


def check_same_work(programs, problems=(10, 50), most=200):
    """The same losses after the same steps: to 1e-9 in f64, to 1e-4 in f32."""
    for n in problems:
        for steps in (0, most):
            if steps:
                for p in programs.values():
                    p.ask(f"step {n} {steps}")
            losses = {key: float(p.ask(f"loss {n}")) for key, p in programs.items()}
            for key, loss in losses.items():
                if not abs(loss / losses["numpy"] - 1) < (1e-4 if key in GRADIENTS else 1e-9):
                    sys.exit(f"n = {n}: after {steps} steps {programs[key].name} has the loss {loss}, NumPy {losses['numpy']}")


def measure(programs, sizes, rounds, summary):
    table = {}
    for n in sizes:
        counts = {key: p.fit(n) for key, p in programs.items()}
        rates = {key: [] for key in programs}
        for _ in range(rounds):
            for key, p in programs.items():
                rates[key].append(p.rate(n, counts[key]))
        table[n] = {key: summary(x) for key, x in rates.items()}
        print(f"n = {n}: " + ", ".join(f"{p.name} {table[n][key]:.0f}" for key, p in programs.items()), flush=True)
    return table


def products(folder):
    """What rankscope_bench says of products: (build, shape) -> [kernel, A B, A^T B, A B^T, plain], GFLOP/s."""
    rates = {}
    for build, command in (("native", [folder / "release/bin/rankscope_bench", "products"]),
                           ("wasm", ["node", "--no-experimental-fetch", folder / "web/bin/rankscope_bench.js", "products"])):
        for line in subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines():
            shape = " x ".join(re.findall(r"\d+", line.split("kernel")[0]))
            rates[build, shape] = [float(x) for x in re.findall(r"\d+\.\d+(?!\d*\))", line.split("kernel")[1])]
    return rates


def stop(programs):
    for p in programs.values():
        p.process.stdin.close()
        p.process.wait()


def verdict(ratio, goal):
    return f"{ratio:.2f}" + ("" if goal is None else f" ({'reaches' if ratio >= goal else 'misses'} {goal:.1f})")


def step_lines(table):
    lines = ["| n | NumPy | JAX | native | / NumPy | / JAX | TF.js, flags | TF.js, fastest | node | node / flags | node / fastest |",
             "|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|"]
    missed = 0
    for n, rates in table.items():
        how = max(GRADIENTS, key=lambda key: rates[key])
        numpy, jax, node = rates["native"] / rates["numpy"], rates["native"] / rates["jax"], rates["node"] / rates[how]
        missed += min(numpy, jax) < NATIVE_GOALS.get(n, 0) or node < NODE_GOALS.get(n, 0)
        lines.append(f"| {n} | {rates['numpy']:.0f} | {rates['jax']:.0f} | {rates['native']:.0f} | {verdict(numpy, NATIVE_GOALS.get(n))} | "
                     f"{verdict(jax, NATIVE_GOALS.get(n))} | {rates['flags']:.0f} | {rates[how]:.0f} ({how}) | {rates['node']:.0f} | "
                     f"{verdict(rates['node'] / rates['flags'], NODE_GOALS.get(n))} | {verdict(node, NODE_GOALS.get(n))} |")
    return lines, missed


def thread_lines(table):
    lines = ["| n | NumPy | JAX | native | / NumPy | / JAX | native: two threads / one |", "|--:|--:|--:|--:|--:|--:|--:|"]
    missed = 0
    for n, rates in table.items():
        numpy, jax = rates["native"] / rates["numpy"], rates["native"] / rates["jax"]
        missed += min(numpy, jax) < NATIVE_GOALS.get(n, 0)
        lines.append(f"| {n} | {rates['numpy']:.0f} | {rates['jax']:.0f} | {rates['native']:.0f} | {verdict(numpy, NATIVE_GOALS.get(n))} | "
                     f"{verdict(jax, NATIVE_GOALS.get(n))} | {rates['native'] / rates['one']:.2f} |")
    return lines, missed


def product_lines(rates):
    lines = ["| build | m x k x n | kernel alone | A B | A^T B | A B^T | least share | plain loop |", "|:--|--:|--:|--:|--:|--:|--:|--:|"]
    missed = 0
    for (build, shape), (kernel, *kinds, plain) in rates.items():
        sides = [int(x) for x in shape.split(" x ")]
        goal = KERNEL_GOAL if build == "wasm" and len(set(sides)) == 1 and sides[0] >= 48 else None
        share = min(kinds) / kernel
        missed += share < (goal or 0)
        lines.append(f"| {build} | {shape} | {kernel:.1f} | " + " | ".join(f"{x:.1f}" for x in kinds) +
                     f" | {share:.2f}{'' if goal is None else ' (reaches 0.85)' if share >= goal else ' (misses 0.85)'} | {plain:.1f} |")
    return lines, missed


def text(*command):
    return subprocess.run([str(c) for c in command], check=True, capture_output=True, text=True, cwd=ROOT).stdout.strip()


def circumstances(folder):
    cpu = next(line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name"))
    commit = text("git", "rev-parse", "--short=12", "HEAD")
    changed = text("git", "status", "--porcelain", "--", "core", "bench/*.cpp", "bench/*.mjs", "bench/*_steps.py", "cmake", "CMakeLists.txt")
    numpy, jax = text(folder / "venv/bin/python", "-c", "import jax, numpy; print(numpy.__version__, jax.__version__)").split()
    return (f"{datetime.date.today()}, {cpu}, {os.cpu_count()} processors, commit {commit}{' with changes' if changed else ''}, load "
            f"{os.getloadavg()[0]:.1f}; NumPy {numpy}, JAX {jax}, node {text('node', '--version')}, {text('g++', '--version').splitlines()[0]}, "
            f"{text('emcc', '--version').splitlines()[0].split(') ')[-1].split(' ')[0]} (Emscripten). Written by `bench/compare.py`.")


TENSOR_HEADING = "## Steps per second of tensor factorizations, one thread"


def measure_tensors(folder, rounds):
    """The section of bench/results.md about them."""
    programs = start(folder, GRADIENTS[:2])  # by hand; the automatic one is slower than these
    check_same_work(programs, TENSORS, 20)
    table = measure(programs, list(TENSORS), rounds, statistics.median)
    stop(programs)
    lines = [TENSOR_HEADING, "", circumstances(folder), "",
             "Completion of a fifth of the entries unless all are said to be observed, plain gradient descent, nothing recorded. Everybody has the same gradient by hand: one product "
             "of two halves forward, two back, and the Khatri-Rao products shared between the modes; JAX compiles it into one loop, TensorFlow.js computes in f32, all others in f64. Only "
             "ours compute the loss in every step, and choose themselves whether the whole tensor is formed. Seconds are processor time; medians of "
             f"{rounds} rounds in which every program has its turn, so that other work on the machine costs all alike; the ratios are what counts.", "",
             "| problem | NumPy | JAX | native | native / NumPy | native / JAX | TF.js, fastest | node | node / TF.js |", "|:--|--:|--:|--:|--:|--:|--:|--:|--:|"]
    for name, rates in table.items():
        how = max(GRADIENTS[:2], key=lambda key: rates[key])
        lines.append(f"| {TENSORS[name]} | {rates['numpy']:.0f} | {rates['jax']:.0f} | {rates['native']:.0f} | {rates['native'] / rates['numpy']:.2f} | "
                     f"{rates['native'] / rates['jax']:.2f} | {rates[how]:.0f} ({how}) | {rates['node']:.0f} | {rates['node'] / rates[how]:.2f} |")
    print("\n".join(lines))
    return lines


def report(table, threads, rates, tensors, folder, options):
    steps, missed = step_lines(table)
    two, missed_two = thread_lines(threads)
    kernels, missed_kernels = product_lines(rates)
    lines = [
        "# Benchmarks", "",
        circumstances(folder), "",
        "## Steps per second of deep_matrix, one thread", "",
        "Completion of an n x n matrix, depth 3, plain gradient descent, a quarter of the entries observed, nothing recorded. NumPy, JAX, native "
        "and node compute in f64, TensorFlow.js in f32, once by hand with matMul's transpose flags (variableGrads does the same and is slower) "
        "and once in the fastest way known: its fast kernel takes no flags, so `transposes` copies with tf.transpose first. JAX runs one compiled "
        "loop over the steps. Only ours compute the loss in every step. Seconds are processor time; medians of "
        f"{options.rounds} rounds.", "", *steps, "",
        "## Two threads against two threads", "",
        f"The same steps. Seconds are wall time; the best of {options.thread_rounds} short rounds, because the machine had other work too.", "",
        *two, "",
        "## The product and its kernel", "",
        "GFLOP/s, one thread, processor time, the least of nine interleaved rounds. `Kernel alone` is the innermost loop over operands that are "
        "packed already (its padding counted as work); the least share is that of the slowest of the three kinds.", "", *kernels, "", *tensors,
    ]
    print("\n".join(lines))
    (ROOT / "bench/results.md").write_text("\n".join(lines) + "\n")
    return missed + missed_two + missed_kernels


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--build", type=pathlib.Path, default=ROOT / "build/bench", help="where things are built and installed")
    arguments.add_argument("--rounds", type=int, default=15)
    arguments.add_argument("--thread-rounds", type=int, default=200)
    arguments.add_argument("--tensors", action="store_true", help="only these, and only their section of the results")
    options = arguments.parse_args()
    folder = options.build.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    build(folder)
    install(folder)
    tensors = measure_tensors(folder, options.rounds)
    if options.tensors:
        results = ROOT / "bench/results.md"
        results.write_text(results.read_text().split(TENSOR_HEADING)[0].rstrip() + "\n\n" + "\n".join(tensors) + "\n")
        return 0
    programs = start(folder)
    check_same_work(programs)
    table = measure(programs, SIZES, options.rounds, statistics.median)
    stop(programs)
    programs = {**numerics(folder, 2, "wall"), "one": Program("native, one thread", [folder / "release/bin/rankscope_steps", "1"], clock="wall")}
    threads = measure(programs, THREAD_SIZES, options.thread_rounds, max)
    stop(programs)
    return 1 if report(table, threads, products(folder), tensors, folder, options) else 0


if __name__ == "__main__":
    sys.exit(main())
