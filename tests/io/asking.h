// A session that is asked in text, as the page asks it.
#pragma once
#include <doctest/doctest.h>

#include <string>
#include <utility>

#include "io/json.h"
#include "io/session.h"

namespace rankscope::test {

struct Asking {
  template <class... Args>
  explicit Asking(Args&&... args) : session(std::forward<Args>(args)...) {}

  Json send(const std::string& command) {
    auto reply = parse_json(session.command(command));
    REQUIRE(reply);
    return *reply;
  }
  /// That must be no error.
  Json ok(const std::string& command) {
    Json reply = send(command);
    INFO(command << " " << (reply.find("error") ? *reply.find("error")->find("what")->text() : ""));
    REQUIRE(!reply.find("error"));
    return reply;
  }
  /// "where: what (remedy)" of what must be one.
  std::string refused(const std::string& command) {
    const Json reply = send(command);
    REQUIRE(reply.find("error"));
    const Json& e = *reply.find("error");
    return *e.find("where")->text() + ": " + *e.find("what")->text() + " (" + *e.find("remedy")->text() + ")";
  }

  Session session;
};

}  // namespace rankscope::test
