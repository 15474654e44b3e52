// A reference run of a tensor factorization as settings and inputs of its system, and what its series are lists by.
#pragma once
#include <string>
#include <vector>

#include "io/reference_problem.h"
#include "math/tensor.h"

namespace rankscope {

struct TensorFile : ReferenceProblem {
  Shape shape;                         ///< of the end tensor
  std::vector<Modes> matricizations;   ///< of the series that are lists by matricization, their rows as the file has them
  std::vector<std::string> nodes;      ///< of those by inner node of a tree: their modes as in keys of views
};

/// By `model` (io/reference_tensor.h). Error: the file is malformed.
Result<TensorFile> read_cp(const ReferenceFile& file, const Json& root);
Result<TensorFile> read_htf(const ReferenceFile& file, const Json& root);
Result<TensorFile> read_tucker(const ReferenceFile& file, const Json& root);
Result<TensorFile> read_tensor_train(const ReferenceFile& file, const Json& root);

}  // namespace rankscope
