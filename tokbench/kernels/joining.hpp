// Chunks that occur equally often, joined: who splits them is asked once for many.
#pragma once

#include "chunks.hpp"
#include "sorted.hpp"

namespace tokbench {

// Chunks of equal weights one after another, the lowest weight first, each otherwise in its order; a joined text ends
// with a chunk that brings it to `size` bytes or that may not stand before a space.
SortedCounts joined_chunks(const Texts &chunks, Cut where, std::size_t size);

}  // namespace tokbench
