// Inputs by the names that documents call them by: what was put, else a shipped sample.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "io/read.h"

namespace rankscope {

class Files {
 public:
  /// A file, or a sample's file by the sample's name. Replaces one of that name. Of an archive of several arrays the answer is
  /// a State, which is found under name?array=*, and each array under name?array=KEY.
  Result<Data> put(std::string_view name, Bytes bytes, Notes* notes = nullptr);

  /// An array that came by another way, such as in a document, under the whole name.
  void put(const std::string& name, Data data) { files_[name] = {std::move(data), {}}; }

  /// What was put under this name; empty when nothing was.
  Bytes bytes(const std::string& name) const;
  void forget(const std::string& name) { files_.erase(name); }

  /// Null when there is none. A name with options (bundle.npz?array=W) reads the file that was put without them again.
  Result<Data> find(const std::string& name) const;

 private:
  struct File {
    Data data;
    std::vector<std::byte> bytes;
  };
  std::map<std::string, File> files_;
};

}  // namespace rankscope
