#include "lab/data.h"

#include "lab/hash.h"

namespace rankscope {

std::int64_t Dense::size() const {
  std::int64_t n = 1;
  for (std::int64_t d : shape) n *= d;
  return n;
}

std::string hash(const Data& data) {
  Hash h;
  auto add = [&](const auto& values) { h.bytes(values.data(), values.size() * sizeof(values[0])); };
  if (const auto* d = std::get_if<Dense>(data.get())) {
    add(d->shape);
    add(d->data);
  } else if (const auto* t = std::get_if<Triplets>(data.get())) {
    const std::int64_t shape[] = {t->rows, t->cols};
    h.bytes(shape, sizeof shape);
    add(t->row);
    add(t->col);
    add(t->value);
  } else {
    for (const Field& f : std::get<State>(*data)) {
      add(f.name);
      add(f.shape);
      add(f.bytes);
    }
  }
  return h.hex();
}

}  // namespace rankscope
