// The texts that pieces are learned from: words, cut where no piece may be, as symbols.
#pragma once

#include "unigram.hpp"

namespace tokbench {

using Symbol = std::uint32_t;  // a character's rank by code point, from 1; 0 is the end of a text
using Position = std::uint32_t;

struct Texts {
    std::vector<Symbol> symbols;       // all texts, one behind the other
    std::vector<Position> ends;        // where each ends
    std::vector<std::int64_t> counts;  // how often each occurs
    std::vector<char32_t> characters;  // by symbol; the first is none
    std::int64_t total = 0;            // characters, each as often as it occurs

    Position begin_of(std::size_t text) const { return text == 0 ? 0 : ends[text - 1]; }
};

// The characters that are kept, rising. Refuses words that are not UTF-8, or too many to count.
std::vector<char32_t> covered(const WordsView& words, const UnigramOptions& options, Watch& watch);

Texts cut_texts(const WordsView& words, const std::vector<char32_t>& alphabet, const UnigramOptions& options,
                Watch& watch);

}  // namespace tokbench
