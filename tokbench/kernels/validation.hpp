// Whether bytes are UTF-8 (RFC 3629: no overlong forms, no surrogates).
#pragma once

#include "text.hpp"

namespace tokbench {

bool is_utf8(Span text);

// The same on any machine, where is_utf8 takes what this one offers.
bool is_utf8_portable(Span text);

}  // namespace tokbench
