// The one matrix product. In WebAssembly and in the reference build every entry is ((0 + a_i1 b_1j) + a_i2 b_2j) + ...,
// one multiplication and one addition at a time, so that the fast kernel and the plain loop have the same bits. A
// native build with -march fuses the two, in the same order. Threads (math/parallel.h) divide the entries, not the sums. With
// RANKSCOPE_BLAS large products are the library's: its order, its threads, the same to about 1e-13 of the sum of magnitudes.
#pragma once
#include "math/matrix.h"

namespace rankscope {

enum class Op { None, Transpose };

/// c = op(a) op(b); c must not share memory with a or b. Allocates only when it meets larger sizes than before.
void multiply(MatrixRef c, ConstMatrixRef a, ConstMatrixRef b, Op op_a = Op::None, Op op_b = Op::None);

/// The plain loop, whatever the build: what the kernels are checked against.
void multiply_plain(MatrixRef c, ConstMatrixRef a, ConstMatrixRef b, Op op_a = Op::None, Op op_b = Op::None);

}  // namespace rankscope
