// What the frontend decodes: the session's replies and notices.
#include "fuzz/fuzz.h"
#include "ui/look.h"
#include "ui/protocol.h"

namespace rankscope::fuzz {

const std::vector<std::string>& places() {
  static const std::vector<std::string> all = {"an error", "a catalog", "a declaration", "a document", "an event", "needs", "a file", "a view", "a notice"};
  return all;
}

bool accepts(Bytes input) {
  const auto reply = ui::decode_reply(text_of(input));
  if (!reply) return false;
  if (reply->document) {
    const auto again = ui::decode_reply("{\"document\":" + ui::encode(*reply->document) + "}");
    promise(again && again->document && again->document->settings.size() == reply->document->settings.size(), "a document encodes to JSON");
    const ui::Look look = ui::decode_look(reply->document->page);
    promise(ui::decode_look(ui::encode(look)) == look, "a look encodes to JSON");
    reached("a document");
  }
  ui::Command command("set", reply->slot);
  for (const std::string& word : {reply->status, reply->trouble, reply->remark, reply->name, reply->text, reply->key}) command.text("key", word);
  promise(bool(ui::decode_reply(command.done())), "a command is JSON");
  if (reply->error) reached("an error");
  if (reply->catalog) reached("a catalog");
  if (reply->show) reached("a declaration");
  if (!reply->events.empty()) reached("an event");
  if (!reply->needs.empty()) reached("needs");
  if (reply->file) reached("a file");
  if (!reply->data.empty()) reached("a view");
  if (!reply->status.empty()) reached("a notice");
  return true;
}

}  // namespace rankscope::fuzz
