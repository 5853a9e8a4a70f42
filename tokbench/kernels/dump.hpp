// A table written out in parts, by the hashes of its strings, so that many tables can be summed part by part.
#pragma once

#include "table.hpp"

namespace tokbench {

constexpr std::size_t kParts = 64;

// What lies on disk depends on these; another hash needs another number in counting/runs.py.
struct Dump {
    MappedVector<std::int64_t> offsets;  // shape (n + 1,)
    MappedVector<Byte> data;
    MappedVector<std::int64_t> counts;  // shape (n,)
    std::vector<Byte> flags;           // shape (n,)
    std::vector<std::int64_t> starts;  // one more than parts: the first of them is starts[0] .. starts[1]
};

// The parts from `first` up to `last`.
Dump dump(const CountTable &table, std::size_t first, std::size_t last);

}  // namespace tokbench
