// The backward pass, written on the tape it reads.
#include <cassert>

#include "autodiff/operations.h"
#include "autodiff/tape.h"

namespace rankscope {

Var Tape::gradient(Var y, Var x) {
  Var out;
  gradient(y, std::span<const Var>(&x, 1), std::span<Var>(&out, 1));
  return out;
}

void Tape::gradient(Var y, std::span<const Var> x, std::span<Var> out) {
  assert(y.rows() == 1 && y.cols() == 1 && "only a number has a gradient");
  assert(x.size() == out.size());
  const std::int32_t last = index(y);
  needed_.assign(static_cast<std::size_t>(last) + 1, 0);
  adjoint_.assign(needed_.size(), -1);
  for (const Var& v : x)
    if (index(v) <= last) needed_[static_cast<std::size_t>(index(v))] = 1;
  const auto needs = [this](std::int32_t at) { return at >= 0 && needed_[static_cast<std::size_t>(at)]; };
  for (std::size_t i = 0; i < needed_.size(); ++i)
    if (needs(nodes_[i].a) || needs(nodes_[i].b)) needed_[i] = 1;
  if (needs(last)) adjoint_[static_cast<std::size_t>(last)] = index(constant(1, 1, 1));
  arrange(last);
  for (std::size_t k = order_.size(); k-- > 0;)
    if (adjoint_[static_cast<std::size_t>(order_[k])] >= 0) backward(order_[k]);  // -1: behind a step(), say
  for (std::size_t k = 0; k < x.size(); ++k) {
    const std::int32_t at = index(x[k]), found = at <= last ? adjoint_[static_cast<std::size_t>(at)] : -1;
    out[k] = found >= 0 ? var(found) : constant(x[k].rows(), x[k].cols(), 0);
  }
}

/// Operands before what is made of them, by what is made of what alone: of `f(x) + g(x)` one compiler writes f first and another g, and sums
/// of adjoints must not depend on it.
void Tape::arrange(std::int32_t last) {
  order_.clear();
  path_.clear();
  visits_.assign(needed_.size(), 0);
  if (needed_[static_cast<std::size_t>(last)]) path_.push_back(last);
  while (!path_.empty()) {
    const auto at = static_cast<std::size_t>(path_.back());
    const char visit = visits_[at]++;
    if (visit == 2) {
      order_.push_back(path_.back());
      path_.pop_back();
      continue;
    }
    const std::int32_t next = visit == 0 ? nodes_[at].a : nodes_[at].b;
    if (next >= 0 && needed_[static_cast<std::size_t>(next)] && visits_[static_cast<std::size_t>(next)] == 0) path_.push_back(next);
  }
}

void Tape::send(std::int32_t to, Var gradient) {
  std::int32_t& sum = adjoint_[static_cast<std::size_t>(to)];
  sum = index(sum < 0 ? gradient : var(sum) + gradient);
}

/// Sends what the node's own adjoint g means for its operands.
void Tape::backward(std::int32_t at) {
  const Node n = nodes_[static_cast<std::size_t>(at)];  // a copy: the list grows
  const bool to_a = n.a >= 0 && needed_[static_cast<std::size_t>(n.a)], to_b = n.b >= 0 && needed_[static_cast<std::size_t>(n.b)];
  if (!to_a && !to_b) return;
  const Var g = var(adjoint_[static_cast<std::size_t>(at)]), y = var(at), a = var(n.a), b = n.b < 0 ? Var() : var(n.b);
  const auto turned = [](Op op) { return op == Op::None ? Op::Transpose : Op::None; };
  switch (n.operation) {
    case Operation::Add:
      if (to_a) send(n.a, g);
      if (to_b) send(n.b, g);
      return;
    case Operation::Subtract:
      if (to_a) send(n.a, g);
      if (to_b) send(n.b, -1 * g);
      return;
    case Operation::Multiply:
      if (to_a) send(n.a, g * b);
      if (to_b) send(n.b, g * a);
      return;
    case Operation::Divide: {
      const Var share = g / b;
      if (to_a) send(n.a, share);
      if (to_b) send(n.b, -1 * (share * y));
      return;
    }
    case Operation::Product:  // with A = op(a), B = op(b): dA = g B^T, dB = A^T g, each turned back where op turned it
      if (to_a) send(n.a, n.op_a == Op::None ? product(g, b, Op::None, turned(n.op_b)) : product(b, g, n.op_b, Op::Transpose));
      if (to_b) send(n.b, n.op_b == Op::None ? product(a, g, turned(n.op_a), Op::None) : product(g, a, Op::Transpose, n.op_a));
      return;
    case Operation::SparseProduct: return send(n.a, product(*n.sparse, g, turned(n.op_a)));
    case Operation::Scale: return send(n.a, n.number * g);
    case Operation::Shift: return send(n.a, g);
    case Operation::ColumnSums: return send(n.a, repeat_rows(g, a.rows()));
    case Operation::RowSums: return send(n.a, repeat_columns(g, a.cols()));
    case Operation::RepeatRows: return send(n.a, column_sums(g));
    case Operation::RepeatColumns: return send(n.a, row_sums(g));
    case Operation::Relu: return send(n.a, g * step(a));
    case Operation::Abs: return send(n.a, g * sign(a));
    case Operation::Sqrt: return send(n.a, 0.5 * (g / y));
    case Operation::Reciprocal: return send(n.a, -1 * (g * (y * y)));
    case Operation::Exp: return send(n.a, g * y);
    case Operation::Log: return send(n.a, g / a);
    case Operation::Reshape: return send(n.a, reshape(g, a.rows(), a.cols()));
    case Operation::Transpose: return send(n.a, transpose(g));
    case Operation::Slice: return send(n.a, place(g, n.row, n.col, a.rows(), a.cols()));
    case Operation::Place: return send(n.a, slice(g, n.row, n.col, a.rows(), a.cols()));
    case Operation::GatherRows: return send(n.a, scatter_rows(g, n.places, a.rows()));
    case Operation::ScatterRows: return send(n.a, gather_rows(g, n.places));
    case Operation::GatherColumns: return send(n.a, scatter_columns(g, n.places, a.cols()));
    case Operation::ScatterColumns: return send(n.a, gather_columns(g, n.places));
    case Operation::Given:
    case Operation::Step:
    case Operation::Sign:
    case Operation::RowMaxima: return;
  }
}

}  // namespace rankscope
