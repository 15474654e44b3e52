// The step of bench/steps_bench.cpp in TensorFlow.js (WebAssembly backend with SIMD, one thread, f32): the same commands on stdin,
// the same numbers. The first argument says how the gradient is had:
//   flags       by hand, matMul with transposeA and transposeB
//   transposes  by hand, tf.transpose and plain matMul: more copies, yet faster, since only plain matMul has a fast kernel
//   automatic   tf.variableGrads of the loss
import { readSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const require = createRequire(path.join(process.cwd(), "package.json"));  // the folder compare.py installed the packages in
const tf = require("@tensorflow/tfjs-core");
const wasm = require("@tensorflow/tfjs-backend-wasm");

wasm.setThreadsCount(1);
wasm.setWasmPaths(path.dirname(require.resolve("@tensorflow/tfjs-backend-wasm")) + "/");
await tf.setBackend("wasm");
if (!(await tf.env().getAsync("WASM_HAS_SIMD_SUPPORT"))) throw new Error("no SIMD");

// What `automatic` needs of tfjs-core's dist/gradients, which its CommonJS build leaves out.
tf.registerGradient({ kernelName: "Multiply", inputsToSave: ["a", "b"], gradFunc: (dy, [a, b]) => ({ a: () => tf.mul(dy, b), b: () => tf.mul(dy, a) }) });
tf.registerGradient({ kernelName: "Sub", gradFunc: (dy) => ({ a: () => dy, b: () => tf.neg(dy) }) });
tf.registerGradient({ kernelName: "Square", inputsToSave: ["x"], gradFunc: (dy, [x]) => ({ x: () => tf.mul(dy, tf.mul(x, 2)) }) });
tf.registerGradient({ kernelName: "Sum", inputsToSave: ["x"], gradFunc: (dy, [x]) => ({ x: () => tf.mul(tf.reshape(dy, [1, 1]), tf.ones(x.shape)) }) });
tf.registerGradient({
  kernelName: "BatchMatMul",
  inputsToSave: ["a", "b"],
  gradFunc: (dy, [a, b]) => ({ a: () => tf.matMul(dy, b, false, true), b: () => tf.matMul(a, dy, true, false) }),
});

let state = 1;
function draw(n, factor) {
  const out = new Float32Array(n * n);
  for (let i = 0; i < n * n; ++i) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    out[i] = factor * (state / 4294967296 - 0.5);
  }
  return out;
}

const eta = 1e-2;

function problem(n, how) {
  state = 1;
  const shape = [n, n];
  let w = [1, 2, 3].map(() => tf.tensor2d(draw(n, 1 / Math.sqrt(n)), shape));
  const target = tf.tensor2d(draw(n, 1), shape);
  const seen = draw(n, 1).map((x) => (x < -0.25 ? 1 : 0));
  const m = seen.reduce((a, b) => a + b, 0);
  const mask = tf.tensor2d(seen, shape), slope = tf.mul(mask, 2 / m), rate = tf.scalar(eta), mean = tf.scalar(1 / m);
  const loss = (a, b, c) => tf.mul(tf.sum(tf.square(tf.mul(mask, tf.sub(tf.matMul(c, tf.matMul(b, a)), target)))), mean);
  let step;
  if (how === "automatic") {
    w = w.map((x) => tf.variable(x));
    const f = () => loss(...w);
    step = () => tf.tidy(() => {
      const { grads } = tf.variableGrads(f, w);
      for (const x of w) x.assign(tf.sub(x, tf.mul(rate, grads[x.name])));
    });
  } else {
    const ab_t = how === "flags" ? (a, b) => tf.matMul(a, b, false, true) : (a, b) => tf.matMul(a, tf.transpose(b));
    const at_b = how === "flags" ? (a, b) => tf.matMul(a, b, true, false) : (a, b) => tf.matMul(tf.transpose(a), b);
    step = () => {
      const next = tf.tidy(() => {
        const p2 = tf.matMul(w[1], w[0]);
        const g = tf.mul(tf.sub(tf.matMul(w[2], p2), target), slope);
        const b2 = at_b(w[2], g);
        const gradient = [at_b(w[1], b2), ab_t(b2, w[0]), ab_t(g, p2)];
        return w.map((x, j) => tf.sub(x, tf.mul(rate, gradient[j])));
      });
      for (const x of w) x.dispose();
      w = next;
    };
  }
  return { step, loss: () => tf.tidy(() => loss(...w).dataSync()[0]) };
}

/** side, order, width, hierarchical, all observed: as in bench/steps_bench.cpp. */
const tensors = { cp3: [10, 3, 100, false, false], cp4: [8, 4, 500, false, false], large: [10, 4, 1000, false, false], large_all: [10, 4, 1000, false, true],
  htf64: [8, 4, 64, true, false], htf512: [8, 4, 512, true, false] };

function drawn(count) {
  const out = new Float32Array(count);
  for (let i = 0; i < count; ++i) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    out[i] = state / 4294967296 - 0.5;
  }
  return out;
}

/** By hand, with one product forward and two back; `how` as above. */
function tensorProblem(name, how) {
  state = 1;
  const [side, order, width, hierarchical, whole] = tensors[name];
  let w = Array.from({ length: order }, () => tf.tensor2d(drawn(side * width), [side, width]));
  if (hierarchical) w.push(tf.tensor2d(drawn(width * width), [width, width]), tf.tensor2d(drawn(width * width), [width, width]), tf.tensor1d(drawn(width)));
  const first = side ** Math.floor(order / 2), shape = [first, side ** order / first];
  const target = tf.tensor2d(drawn(side ** order), shape);
  const seen = drawn(side ** order).map((x) => (whole || x < -0.3 ? 1 : 0));
  const m = seen.reduce((a, b) => a + b, 0);
  const mask = tf.tensor2d(seen, shape), slope = tf.mul(mask, 2 / m), rate = tf.scalar(eta);
  const ab_t = how === "flags" ? (a, b) => tf.matMul(a, b, false, true) : (a, b) => tf.matMul(a, tf.transpose(b));
  const at_b = how === "flags" ? (a, b) => tf.matMul(a, b, true, false) : (a, b) => tf.matMul(tf.transpose(a), b);
  const joined = (a, b) => tf.reshape(tf.mul(tf.expandDims(a, 1), tf.expandDims(b, 0)), [a.shape[0] * b.shape[0], width]);
  const parted = (g, a, b) => {
    const s = tf.reshape(g, [a.shape[0], b.shape[0], width]);
    return [tf.sum(tf.mul(s, tf.expandDims(b, 0)), 1), tf.sum(tf.mul(s, tf.expandDims(a, 1)), 0)];
  };
  const cp = (w) => {
    const left = order === 3 ? w[0] : joined(w[0], w[1]), right = joined(w[order - 2], w[order - 1]);
    return { value: ab_t(left, right), back: (g) => {
      const toLeft = tf.matMul(g, right), toRight = at_b(g, left);
      return [...(order === 3 ? [toLeft] : parted(toLeft, w[0], w[1])), ...parted(toRight, w[order - 2], w[order - 1])];
    } };
  };
  const tree = ([u1, u2, u3, u4, v1, v2, o]) => {
    const p1 = joined(u1, u2), p2 = joined(u3, u4), t1 = tf.matMul(p1, v1), t2 = tf.matMul(p2, v2), weighted = tf.mul(t1, o);
    return { value: ab_t(weighted, t2), back: (g) => {
      const half = tf.matMul(g, t2), to1 = tf.mul(half, o), to2 = at_b(g, weighted);
      return [...parted(ab_t(to1, v1), u1, u2), ...parted(ab_t(to2, v2), u3, u4), at_b(p1, to1), at_b(p2, to2), tf.sum(tf.mul(half, t1), 0)];
    } };
  };
  const made = hierarchical ? tree : cp;
  const step = () => {
    const next = tf.tidy(() => {
      const { value, back } = made(w);
      const gradient = back(tf.mul(tf.sub(value, target), slope));
      return w.map((x, j) => tf.sub(x, tf.mul(rate, gradient[j])));
    });
    for (const x of w) x.dispose();
    w = next;
  };
  return { step, loss: () => tf.tidy(() => tf.sum(tf.square(tf.mul(mask, tf.sub(made(w).value, target)))).dataSync()[0] / m) };
}

const how = process.argv[2];
const problems = new Map();
function obey(line) {
  const [verb, n, count] = line.split(" ");
  if (!problems.has(n)) problems.set(n, n in tensors ? tensorProblem(n, how) : problem(Number(n), how));
  const p = problems.get(n);
  if (verb === "loss") return String(p.loss());
  for (let i = Number(count); i > 0; --i) p.step();
  return "done";
}

const bytes = Buffer.alloc(1000);
for (let text = "", size; (size = readSync(0, bytes)) > 0; ) {
  text += bytes.toString("latin1", 0, size);
  for (let end; (end = text.indexOf("\n")) >= 0; text = text.slice(end + 1)) process.stdout.write(obey(text.slice(0, end)) + "\n");
}
