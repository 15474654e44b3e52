#!/usr/bin/env python3
"""Steps per second of deep_matrix beside NumPy and TensorFlow.js, one thread each: bench/compare.py [--build DIR] [--rounds R]

Builds rankscope_steps with the flags of the presets `release` and `web`, installs NumPy and TensorFlow.js under the build folder
(build/bench), checks that all compute the same losses, times them in turn, and writes bench/results.md.

A turn is a slice of about 60 ms; its time is the processor time of the program's main thread, so that whatever else the machine
does costs everybody the same little. What is reported is the median over the rounds.
"""
import argparse
import datetime
import os
import pathlib
import shutil
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
SIZES = [10, 20, 50, 100, 200]
NATIVE_GOALS = {10: 1.0, 20: 1.0, 50: 1.0, 100: 0.7, 200: 0.7}  # times NumPy
NODE_GOALS = {20: 2.0, 50: 2.0, 100: 2.0, 200: 2.0}  # times TensorFlow.js
GRADIENTS = ["flags", "transposes", "automatic"]  # of TensorFlow.js; the fastest one counts
SLICE = 0.06  # seconds


class Program:
    def __init__(self, name, command, cwd=None, env=None):
        self.name = name
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=cwd, env=env)

    def ask(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().strip()
        if not answer:
            sys.exit(f"{self.name} stopped at '{line}'")
        return answer

    def processor_time(self):
        with open(f"/proc/{self.process.pid}/schedstat") as f:  # of the main thread, in ns
            return int(f.read().split()[0]) * 1e-9

    def time(self, n, count):
        start = self.processor_time()
        self.ask(f"step {n} {count}")
        return self.processor_time() - start

    def fit(self, n):
        """Warms up, and returns how many steps fill a slice."""
        count, spent = 1, 0.0
        while True:
            seconds = self.time(n, count)
            spent += seconds
            if spent > 0.7:
                return max(1, round(count * SLICE / seconds))
            if seconds < SLICE:
                count *= 2

    def rate(self, n, count):
        return count / self.time(n, count)


def run(*command, **options):
    subprocess.run([str(c) for c in command], check=True, stdout=subprocess.DEVNULL, **options)


def build(folder):
    for preset in ("release", "web"):
        run("cmake", "--preset", preset, "-B", folder / preset, "-D", "RANKSCOPE_UI=OFF", "-D", "RANKSCOPE_TESTS=OFF", cwd=ROOT)
        run("cmake", "--build", folder / preset, "--target", "rankscope_steps")


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


def start(folder):
    one_thread = dict(os.environ, OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1")
    return {
        "numpy": Program("NumPy", [folder / "venv/bin/python", ROOT / "bench/numpy_steps.py"], env=one_thread),
        "native": Program("native", [folder / "release/bin/rankscope_steps"]),
        "node": Program("node", ["node", "--no-experimental-fetch", folder / "web/bin/rankscope_steps.js"]),
        **{how: Program(f"TensorFlow.js ({how})", ["node", ROOT / "bench/tfjs_steps.mjs", how], cwd=folder / "npm") for how in GRADIENTS},
    }


def check_same_work(programs):
    """The same losses after the same steps: to 1e-9 in f64, to 1e-4 in f32."""
    for n in (10, 50):
        for steps in (0, 200):
            if steps:
                for p in programs.values():
                    p.ask(f"step {n} {steps}")
            losses = {key: float(p.ask(f"loss {n}")) for key, p in programs.items()}
            for key, loss in losses.items():
                if not abs(loss / losses["numpy"] - 1) < (1e-4 if key in GRADIENTS else 1e-9):
                    sys.exit(f"n = {n}: after {steps} steps {programs[key].name} has the loss {loss}, NumPy {losses['numpy']}")


def measure(programs, rounds):
    table = {}
    for n in SIZES:
        counts = {key: p.fit(n) for key, p in programs.items()}
        rates = {key: [] for key in programs}
        for _ in range(rounds):
            for key, p in programs.items():
                rates[key].append(p.rate(n, counts[key]))
        table[n] = {key: statistics.median(x) for key, x in rates.items()}
        print(f"n = {n}: " + ", ".join(f"{p.name} {table[n][key]:.0f}" for key, p in programs.items()), flush=True)
    return table


def verdict(ratio, goal):
    return f"{ratio:.2f}" + ("" if goal is None else f" ({'reaches' if ratio >= goal else 'misses'} {goal:.1f})")


def report(table, folder, rounds):
    def text(*command):
        return subprocess.run([str(c) for c in command], check=True, capture_output=True, text=True, cwd=ROOT).stdout.strip()

    cpu = next(line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name"))
    commit = text("git", "rev-parse", "--short=12", "HEAD")
    changed = text("git", "status", "--porcelain", "--", "core", "bench/*.cpp", "bench/*.mjs", "bench/*_steps.py", "cmake", "CMakeLists.txt")
    numpy = text(folder / "venv/bin/python", "-c", "import numpy; print(numpy.__version__)")
    lines = [
        "# Steps per second of deep_matrix, one thread", "",
        "Completion of an n x n matrix, depth 3, plain gradient descent, a quarter of the entries observed, nothing recorded. NumPy, native "
        "and node compute in f64, TensorFlow.js in f32, once by hand with matMul's transpose flags (variableGrads does the same and is slower) "
        "and once in the fastest way known: its fast kernel takes no flags, so `transposes` copies with tf.transpose first. Only ours compute "
        "the loss in every step. Seconds are processor time. Written by `bench/compare.py`.", "",
        f"{datetime.date.today()}, {cpu}, commit {commit}{' with changes' if changed else ''}, {rounds} rounds, load {os.getloadavg()[0]:.1f}; "
        f"NumPy {numpy}, node {text('node', '--version')}, {text('g++', '--version').splitlines()[0]}, "
        f"{text('emcc', '--version').splitlines()[0].split(') ')[-1].split(' ')[0]} (Emscripten).", "",
        "| n | NumPy | native | native / NumPy | TF.js, flags | TF.js, fastest | node | node / flags | node / fastest |",
        "|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    missed = 0
    for n, rates in table.items():
        how = max(GRADIENTS, key=lambda key: rates[key])
        native, node = rates["native"] / rates["numpy"], rates["node"] / rates[how]
        missed += native < NATIVE_GOALS.get(n, 0) or node < NODE_GOALS.get(n, 0)
        lines.append(f"| {n} | {rates['numpy']:.0f} | {rates['native']:.0f} | {verdict(native, NATIVE_GOALS.get(n))} | "
                     f"{rates['flags']:.0f} | {rates[how]:.0f} ({how}) | {rates['node']:.0f} | "
                     f"{verdict(rates['node'] / rates['flags'], NODE_GOALS.get(n))} | {verdict(node, NODE_GOALS.get(n))} |")
    print("\n".join(lines[-len(table) - 2:]))
    (ROOT / "bench/results.md").write_text("\n".join(lines) + "\n")
    return missed


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--build", type=pathlib.Path, default=ROOT / "build/bench", help="where things are built and installed")
    arguments.add_argument("--rounds", type=int, default=15)
    options = arguments.parse_args()
    folder = options.build.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    build(folder)
    install(folder)
    programs = start(folder)
    check_same_work(programs)
    table = measure(programs, options.rounds)
    for p in programs.values():
        p.process.stdin.close()
    return 1 if report(table, folder, options.rounds) else 0


if __name__ == "__main__":
    sys.exit(main())
