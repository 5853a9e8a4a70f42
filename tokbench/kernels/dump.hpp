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
    std::vector<std::int64_t> starts;  // shape (kParts + 1,): part p is starts[p] .. starts[p + 1]
};

Dump dump(const CountTable &table);

}  // namespace tokbench
