// Any file by its content and its name: the first line is the name with its options, the rest the file.
#include "fuzz/fuzz.h"
#include "io/read.h"

namespace rankscope::fuzz {

const std::vector<std::string>& places() {
  static const std::vector<std::string> all = {"array=", "channel=", "form=dense", "form=triplets", "no option", "dense", "triplets", "a state"};
  return all;
}

bool accepts(Bytes input) {
  const std::string name(first_line(input));
  Notes notes;
  const auto data = read_data(name, input, {}, &notes);
  if (!data) {
    promise(!data.error().what.empty(), "an error says what is wrong");
    return false;
  }
  promise(hash(*data).size() == 16, "data has a hash");
  const std::string_view options = std::string_view(name).substr(path_of(name).size());
  for (const std::string& place : places())
    if (place.find('=') != std::string::npos && options.find(place) != std::string_view::npos) reached(place);
  if (options.empty()) reached("no option");
  if (const Dense* d = std::get_if<Dense>(data->get())) {
    promise(!d->data.empty() && d->size() == static_cast<std::int64_t>(d->data.size()), "data has numbers");
    reached("dense");
  } else {
    reached(std::holds_alternative<Triplets>(**data) ? "triplets" : "a state");
  }
  return true;
}

}  // namespace rankscope::fuzz
