// The first, large vocabulary, and the lattices of the texts under it.
#pragma once

#include <memory>

#include "unigram_lattice.hpp"

namespace tokbench {

// What training goes on with.
struct Lattices {
    Texts texts;  // without symbols, which are not needed any more
    std::vector<std::uint8_t> degrees;
    std::unique_ptr<Edge[]> edges;
    std::vector<Block> blocks;
};

struct Seeds {
    std::size_t characters = 0;       // the first so many pieces are the characters
    Model model;                      // without scores
    std::vector<char> text;           // of all pieces, one behind the other
    std::vector<std::uint32_t> ends;  // where each ends there
    Lattices lattices;

    std::string spelled(std::uint32_t origin) const {
        const std::uint32_t begin = origin == 0 ? 0 : ends[origin - 1];
        return {text.data() + begin, ends[origin] - begin};
    }
};

Seeds find_seeds(Texts texts, const UnigramOptions& options, Watch& watch);

}  // namespace tokbench
