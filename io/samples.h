// The inputs that ship with Rankscope. Their source and terms: data/README.md.
#pragma once
#include <span>
#include <string_view>

#include "io/bytes.h"
#include "lab/data.h"
#include "lab/result.h"

namespace rankscope {

struct Sample {
  std::string_view name;   ///< as documents and presets call it
  std::string_view file;   ///< in data/, and in the page's samples/
  std::string_view array;  ///< of an .npz; empty: the whole file
  std::string_view title, source, terms;
};

std::span<const Sample> samples();
/// Null when there is no sample of that name.
const Sample* find_sample(std::string_view name);

/// The sample's file, embedded; in the page empty: there it is fetched from samples/.
Bytes sample_bytes(const Sample& sample);

/// The sample from its file's bytes.
Result<Data> read_sample(const Sample& sample, Bytes bytes);
inline Result<Data> read_sample(const Sample& sample) { return read_sample(sample, sample_bytes(sample)); }

}  // namespace rankscope
