#include "native/desktop/dialogs.h"

#include <portable_file_dialogs.h>

#include <optional>

namespace rankscope::desktop {

struct Dialogs::Impl {
  std::optional<pfd::open_file> chooser;
  std::optional<pfd::save_file> saver;
  Then then;
};

Dialogs::Dialogs() : impl_(std::make_unique<Impl>()) {}

Dialogs::~Dialogs() {
  if (impl_->chooser) impl_->chooser->kill();
  if (impl_->saver) impl_->saver->kill();
}

bool Dialogs::available() const { return pfd::settings::available(); }
bool Dialogs::open() const { return impl_->chooser || impl_->saver; }

void Dialogs::choose(const std::string& title, const std::string& folder, const std::vector<std::string>& patterns,
                     Then then) {
  if (open()) return;
  std::string all;
  for (const std::string& p : patterns) all += (all.empty() ? "" : " ") + p;
  impl_->then = std::move(then);
  impl_->chooser.emplace(title, folder, std::vector<std::string>{all, all, "All files", "*"});
}

void Dialogs::save(const std::string& title, const std::string& path, Then then) {
  if (open()) return;
  impl_->then = std::move(then);
  impl_->saver.emplace(title, path);
}

void Dialogs::poll() {
  std::string path;
  if (impl_->chooser && impl_->chooser->ready(0)) {
    const auto chosen = impl_->chooser->result();
    if (!chosen.empty()) path = chosen.front();
    impl_->chooser.reset();
  } else if (impl_->saver && impl_->saver->ready(0)) {
    path = impl_->saver->result();
    impl_->saver.reset();
  }
  if (!path.empty()) impl_->then(path);
}

}  // namespace rankscope::desktop
