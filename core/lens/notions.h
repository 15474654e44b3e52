// Notions of rank of one array, each made of matricizations: which ones there are, and their singular values.
//
// A Tucker form with core r_1 x ... x r_N exists exactly when r_n >= rank [W; {n}] for every mode (De Lathauwer, De Moor, Vandewalle 2000); a
// tensor train with bonds r_k exactly when r_k >= rank [W; {1..k}] (Oseledets 2011); a hierarchical form over a tree of modes exactly when
// r_v >= rank [W; v] at every node v (Grasedyck 2010). In each case truncated singular value decompositions of these matricizations build the form,
// and a form with smaller numbers would factor one of them too thinly. So the multirank is read off the spectra, and no form has to be built.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "lab/data.h"
#include "lab/result.h"
#include "math/tensor.h"

namespace rankscope::lens {

constexpr int kMostModes = 16;  ///< as many as a run has
constexpr std::int64_t kMostEntries = std::int64_t{1} << 20;

struct Matricization {
  Modes rows;  ///< the smaller of the two sets of modes, or of equal ones that with the first mode
  std::int64_t height = 0, width = 0;
};

/// A number of a notion: the rank of [W; rows]. [W; rows] and its transpose have one spectrum, that of the matricization.
struct Member {
  Modes rows;
  int matricization = 0;
};

struct Notion {
  std::string key, label, definition;
  std::vector<Member> members;
};

/// A tree of modes whose hierarchical ranks are wanted.
struct Tree {
  std::string key, label, definition;
  std::vector<Modes> nodes;  ///< the modes under each but the root, from the top
};

struct Table {
  Shape shape;
  std::vector<Matricization> matricizations;
  std::vector<Notion> notions;
};

/// Error, by `name`: fewer than 2 modes or more than kMostModes, no entries or more than kMostEntries, one that is not a number.
Result<void> check(const Dense& array, const std::string& name);

/// Of a matrix its rank; then every mode, every prefix, the nodes of each tree, for order 4 every pair of modes. No matricization is there twice.
Table table_of(const Shape& shape, std::span<const Tree> trees = {});

/// Singular values of one of them, descending; {} when they cannot be computed.
std::vector<double> spectrum(const Dense& array, const Matricization& m);

/// How many values exceed `threshold` times the largest.
std::int64_t rank_above(const std::vector<double>& sigma, double threshold);

}  // namespace rankscope::lens
