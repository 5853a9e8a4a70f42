// Lines as documents: the bytes of a file laid out as Arrow lays out strings.
#pragma once

#include <vector>

#include "mapped_memory.hpp"
#include "texts.hpp"

namespace tokbench {

struct Lines {
    std::vector<std::int64_t> offsets;  // shape (n + 1,)
    UnsetVector<Byte> data;
};

// The lines of a text without their ends, which are LF or CRLF; the last line may lack its end. `before` is what the
// first one begins with, and has no line end.
Lines split_lines(Span before, Span text);

// How many line ends there are.
std::size_t count_lines(Span text);

// Whether all documents are UTF-8 without a NUL, and none has more bytes than `longest`.
bool is_clean(const Texts &texts, std::int64_t longest);
bool is_clean(const Lines &lines, std::int64_t longest);

}  // namespace tokbench
