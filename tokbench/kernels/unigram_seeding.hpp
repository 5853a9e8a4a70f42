// The first, large vocabulary, and the lattices of the texts under it.
#pragma once

#include "unigram_lattice.hpp"

namespace tokbench {

// What training goes on with.
struct Seeds {
    std::vector<char32_t> characters;  // the first pieces, which stay
    Model model;                       // with probabilities
    Lattices lattices;
};

Seeds find_seeds(Texts texts, const UnigramOptions& options, Watch& watch);

}  // namespace tokbench
