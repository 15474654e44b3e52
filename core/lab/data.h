// What a run is given: immutable, hashed, shared by all runs that use it.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "lab/archive.h"

namespace rankscope {

/// An array, row-major (last index fastest). Entries that are not finite are gaps.
struct Dense {
  std::vector<std::int64_t> shape;
  std::vector<double> data;

  std::int64_t size() const;  ///< product of the shape
};

/// Entries of a matrix by place, such as ratings. Ids are arbitrary words, numbered in order of first appearance, or in
/// ascending order when all of a side's ids are whole numbers.
struct Triplets {
  std::int64_t rows = 0, cols = 0;
  std::vector<std::int64_t> row, col;         ///< 0-based, one of each an entry, no place twice
  std::vector<double> value;
  std::vector<std::string> row_ids, col_ids;  ///< the ids as they stood in the file; empty when they were 0..n-1
};

/// An array, a list of entries, or arrays by name: a state to start from.
using AnyData = std::variant<Dense, Triplets, State>;
using Data = std::shared_ptr<const AnyData>;
using Inputs = std::map<std::string, Data>;  ///< by the system's input keys: target, mask, start ...

/// 64-bit FNV-1a over shape and values (of a state: of each part with its name), in hexadecimal: the same array has the
/// same hash whatever file it came from.
std::string hash(const Data& data);

inline Data share(Dense d) { return std::make_shared<const AnyData>(std::move(d)); }
inline Data share(Triplets t) { return std::make_shared<const AnyData>(std::move(t)); }
inline Data share(State s) { return std::make_shared<const AnyData>(std::move(s)); }

}  // namespace rankscope
