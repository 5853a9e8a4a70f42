// Counts in the one order they have: sorted by bytes, laid out as Arrow's large strings.
#pragma once

#include <functional>

#include "table.hpp"

namespace tokbench {

// How the bytes of a string are written: as they are, or in GPT-2's alphabet of 256 printable characters.
enum class Alphabet { plain, bytes };

struct SortedCounts {
    MappedVector<std::int64_t> offsets;  // shape (n + 1,)
    UnsetMappedVector<Byte> data;
    MappedVector<std::int64_t> counts;  // shape (n,)
};

// The strings whose flag is `flag` and for which `wanted` is true, sorted by their UTF-8 as written.
SortedCounts sorted_counts(const CountTable &table, bool flag, Alphabet alphabet,
                           const std::function<bool(Span)> &wanted = {});

}  // namespace tokbench
