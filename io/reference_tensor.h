// Reference runs of tensor factorizations, by `model`; descent, loss and observations are those of `dmf` (io/reference.h), tensors row-major.
//   cp            init: A_1 .. A_N, d_n x R
//   htf           the order a power of two (problem.order, where it is given), a perfect binary tree of neighbours; init: the leaves' matrices
//                 d_n x w_1, then level by level w_l x w_(l+1), last w_L x 1; problem.logged_matricizations: the row modes of each, 0-based, any
//   tucker        tucker_depth P; init: the core, then mode by mode P matrices of any inner sizes whose product is d_n x c_n
//   tensor_train  init: G_1 (d_1 x r_1), G_k (r_(k-1) x d_k x r_k), G_N (r_(N-1) x d_N)
// Every series is taken from the views of the system of that name; a spectrum that it has no view of is made of the end tensor.
#pragma once
#include "io/reference.h"
#include "io/reference_file.h"

namespace rankscope {

Result<Replay> replay_cp(const ReferenceFile& file, const Json& root, const Tables& tables);
Result<Replay> replay_htf(const ReferenceFile& file, const Json& root, const Tables& tables);
Result<Replay> replay_tucker(const ReferenceFile& file, const Json& root, const Tables& tables);
Result<Replay> replay_tensor_train(const ReferenceFile& file, const Json& root, const Tables& tables);

}  // namespace rankscope
