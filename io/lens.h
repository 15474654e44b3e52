// The rank lens of a session (core/lens): it looks at one array, follows it while its run moves, and searches for its CP rank between the
// steps. An interface of its own, so that a core which has no lens links nothing of it.
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "io/json.h"
#include "lab/data.h"

namespace rankscope {

class Lens {
 public:
  /// What there is to look at now.
  struct Sight {
    std::int64_t step = 0;
    double time = 0;
    Dense array;
  };
  using Source = std::function<Result<Sight>()>;
  /// Message::Spectra or Message::CpRank of io/lanes.h and its body.
  struct News {
    bool spectra = false;
    std::vector<std::byte> body;
  };

  virtual ~Lens() = default;

  /// From now on at this; writes the reply's members. `tree`: the run's own, in brackets, left out where the array has other modes.
  /// Error: as lens::check says; it looks at what it did before.
  virtual Result<void> look(const std::string& name, Source source, const std::string& tree, JsonWriter& out) = 0;
  virtual void look_away() = 0;
  /// The fields of the command "cp_rank".
  virtual Result<void> search(const Json& command) = 0;
  /// What it looks at may have changed.
  virtual void stir() = 0;
  /// Works for about so many seconds. While runs go on it looks anew for at most a fifth of the time. False: nothing is left to do.
  virtual bool advance(double seconds, bool running) = 0;
  virtual std::optional<News> take() = 0;
};

std::unique_ptr<Lens> make_lens();

}  // namespace rankscope
