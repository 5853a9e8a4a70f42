// JSON lines as documents: of each object, the string that is the value of one field.
#pragma once

#include <optional>
#include <string_view>

#include "lines.hpp"

namespace tokbench {

// The strings of a field, a row for each line that is not blank. Nothing where a line is anything but an object that
// has such a string and is JSON to the letter (RFC 8259), or is unusual: deeply nested, with escapes in its keys, with
// lone surrogates. Then Python's json says what it means, or what is wrong. The text need not be UTF-8. `before` is what
// the first line begins with, and has no line end.
std::optional<Lines> json_lines(Span before, Span text, std::string_view field);

}  // namespace tokbench
