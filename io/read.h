// Any file of numbers as Data: one table of formats.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "io/bytes.h"
#include "io/image.h"
#include "io/table.h"
#include "lab/data.h"
#include "lab/result.h"

namespace rankscope {

struct ReadOptions {
  Form form = Form::Auto;           ///< of .csv and .tsv
  Channel channel = Channel::Grey;  ///< of .png and .jpg
  std::string array;                ///< of .npz; empty: the only one; *: all of them, as a State
};

/// Reads by content (the first bytes), then by the extension; what gzip has packed is unpacked first. `name` may end in options, which win over `options`:
/// photo.png?channel=red  bundle.npz?array=W  ratings.csv?form=triplets, several joined by &. bundle.npz?array=* is all
/// of its arrays, a State to start from.
/// Error: an unknown or unfitting option (names the nearest), an unknown kind of file, an empty array, and whatever the
/// format's reader says. What the reader did beyond the plain is said in `notes`.
Result<Data> read_data(std::string_view name, Bytes bytes, ReadOptions options = {}, Notes* notes = nullptr);

/// The name without its options: the path to open.
std::string_view path_of(std::string_view name);

/// ".npy", ".npz", ".csv" ...: for messages and for the page's file button.
const std::vector<std::string>& accepted_extensions();

}  // namespace rankscope
