// The fields of a session's command, and what its reply begins with.
#pragma once
#include <string>

#include "io/json.h"
#include "lab/data.h"

namespace rankscope {

Result<std::string> text_field(const Json& command, const char* key);
Result<double> number_field(const Json& command, const char* key, double low, double high);

/// Opens the reply: the command's name, slot and id, so that it finds its way.
void write_head(JsonWriter& out, const Json& command);
std::string refusal(const Json& command, const Error& error);
/// Members "form", "shape", "entries", "gaps", "hash".
void write_description(JsonWriter& out, const Data& data);

}  // namespace rankscope
