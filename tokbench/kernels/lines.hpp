// Lines as documents: the bytes of a file laid out as Arrow lays out strings.
#pragma once

#include <vector>

#include "text.hpp"

namespace tokbench {

struct Lines {
    std::vector<std::int64_t> offsets;  // shape (n + 1,)
    std::vector<Byte> data;
};

// The lines of a text without their ends, which are LF or CRLF; the last line may lack its end.
Lines split_lines(Span text);

}  // namespace tokbench
