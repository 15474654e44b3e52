#include "lab/archive.h"

#include <algorithm>

namespace rankscope {
namespace {

std::string shape_text(const std::vector<std::int64_t>& shape) {
  if (shape.empty()) return "one number";
  std::string out;
  for (const std::int64_t d : shape) out += (out.empty() ? "" : " x ") + std::to_string(d);
  return shape.size() == 1 ? out + " numbers" : out;
}

}  // namespace

const Field* Archive::find(std::string_view name) const {
  // Parts come in the order they were written, so the next one is the likely one; a file made by hand may have another order.
  if (read_ < in_->size() && (*in_)[read_].name == name) return &(*in_)[read_];
  const auto it = std::find_if(in_->begin(), in_->end(), [&](const Field& f) { return f.name == name; });
  return it == in_->end() ? nullptr : &*it;
}

void Archive::array(std::string_view name, std::span<double> values, std::span<const std::int64_t> shape) {
  const std::vector<std::int64_t> axes(shape.begin(), shape.end());
  if (axes.size() != 2) return raw(name, Field::Type::F64, axes, values.data(), values.size_bytes(), false);
  const auto rows = static_cast<std::size_t>(axes[0]), cols = static_cast<std::size_t>(axes[1]);
  std::vector<double> turned(values.size());
  const auto turn = [&](bool there) {
    for (std::size_t i = 0; i < rows; ++i)
      for (std::size_t j = 0; j < cols; ++j) there ? turned[i + j * rows] = values[i * cols + j] : values[i * cols + j] = turned[i + j * rows];
  };
  turn(true);  // when reading too: what the file does not have stays as it is
  raw(name, Field::Type::F64, axes, turned.data(), values.size_bytes(), true);
  if (reading_) turn(false);
}

void Archive::raw(std::string_view name, Field::Type type, std::vector<std::int64_t> shape, void* data, std::size_t size, bool columns_first) {
  if (!reading_) {
    assert(std::none_of(out_.begin(), out_.end(), [&](const Field& f) { return f.name == name; }));
    const auto* p = static_cast<const std::byte*>(data);
    Field f{std::string(name), type, std::move(shape), columns_first, {}};
    if (size) f.bytes.assign(p, p + size);
    out_.push_back(std::move(f));
    return;
  }
  const Field* f = find(name);
  ++read_;
  if (!failed_.what.empty()) return;
  if (!f)
    failed_ = {std::string(name), "is missing from the state", "take a state of this very run"};
  else if (f->type != type || f->shape != shape || f->columns_first != columns_first || f->bytes.size() != size)
    failed_ = {std::string(name), "is " + shape_text(f->shape) + " in the state, " + shape_text(shape) + " is needed", "take a state of this very run"};
  else if (size)
    std::memcpy(data, f->bytes.data(), size);
}

void Archive::refuse(std::string_view name, std::string what) {
  if (failed_.what.empty()) failed_ = {std::string(name), std::move(what), "take a state of this very run"};
}

Result<void> Archive::whole() const {
  if (!reading_) return {};
  if (!failed_.what.empty()) return failed_;
  if (read_ != in_->size()) return Error{"state", "holds " + std::to_string(in_->size()) + " parts, this run has " + std::to_string(read_), "take a state of this very run"};
  return {};
}

std::uint64_t Archive::hash() const {
  Hash h;
  for (const Field& f : out_) {
    h.bytes(f.shape.data(), f.shape.size() * sizeof(std::int64_t));
    h.bytes(f.bytes.data(), f.bytes.size());
  }
  return h.value();
}

}  // namespace rankscope
