// What can be written on a tape: elementary operations, each with a derivative that is made of them. Shapes that do not fit are asserted.
// All of + - * / and sqrt in a fixed order, exp and log by math/exponential.h and math/rng.h: the same bits in WebAssembly and the reference build,
// where a C library's exp and log would differ.
#pragma once
#include "autodiff/tape.h"

namespace rankscope {

// Elementwise; both sides of one shape.
Var operator+(Var a, Var b);
Var operator-(Var a, Var b);
Var operator*(Var a, Var b);
Var operator/(Var a, Var b);
Var operator*(double f, Var x);
Var operator+(Var x, double shift);
Var relu(Var x);
Var step(Var x);  ///< 1 where x > 0, else 0; its derivative is taken to be 0
Var abs(Var x);
Var sign(Var x);  ///< -1, 0, 1; its derivative is taken to be 0
Var sqrt(Var x);
Var reciprocal(Var x);
Var exp(Var x);
Var log(Var x);

/// op(a) op(b), by math/product.h.
Var product(Var a, Var b, Op op_a = Op::None, Op op_b = Op::None);
/// op(a) b; `a` must live until the tape is cleared.
Var product(const SparseMatrix& a, Var b, Op op_a = Op::None);

Var column_sums(Var x);                         ///< rows x cols -> 1 x cols
Var row_sums(Var x);                            ///< rows x cols -> rows x 1
Var repeat_rows(Var x, Eigen::Index rows);      ///< 1 x cols -> rows x cols
Var repeat_columns(Var x, Eigen::Index cols);   ///< rows x 1 -> rows x cols
Var sum(Var x);                                 ///< 1 x 1
Var mean(Var x);                                ///< 1 x 1
Var row_maxima(Var x);  ///< rows x 1, as a constant: the derivative is taken to be 0. For shifts that cancel

Var transpose(Var x);
Var reshape(Var x, Eigen::Index rows, Eigen::Index cols);  ///< the same numbers, columns first; costs nothing
Var slice(Var x, Eigen::Index row, Eigen::Index col, Eigen::Index rows, Eigen::Index cols);  ///< the block that begins at (row, col)
Var place(Var x, Eigen::Index row, Eigen::Index col, Eigen::Index rows, Eigen::Index cols);  ///< x as that block of zeros, rows x cols

// Row i of a gathered matrix is row places[i] of x, zeros where that is negative; in a scattered one row places[i] is the sum of all rows i of x with
// that place, in their order. The same by columns. `places` must live until the tape is cleared.
Var gather_rows(Var x, std::span<const std::int64_t> places);
Var scatter_rows(Var x, std::span<const std::int64_t> places, Eigen::Index rows);
Var gather_columns(Var x, std::span<const std::int64_t> places);
Var scatter_columns(Var x, std::span<const std::int64_t> places, Eigen::Index cols);

}  // namespace rankscope
