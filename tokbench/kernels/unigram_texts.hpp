// The texts that pieces are learned from: words, cut where no piece may be, as symbols.
#pragma once

#include "mapped_memory.hpp"
#include "unigram.hpp"

namespace tokbench {

using Symbol = std::uint32_t;  // a character's rank by code point, from 1; 0 is the end of a text
using Position = std::uint32_t;

// Texts are held backwards, last symbol first, and sorted so: what neighbors have in common at their ends stands only
// once. A place is a position of a text behind what the text shares with the one before it; together with what is
// before it there, it stands for an end of texts, in all texts that share it. Blocks of texts share nothing.
struct Texts {
    MappedVector<Symbol> symbols;       // all texts, one behind the other
    MappedVector<Position> ends;        // where each ends
    MappedVector<Position> shared;      // how many symbols each shares with the one before it
    MappedVector<std::int64_t> counts;  // how often each occurs
    std::vector<std::uint32_t> blocks;  // the first text of each block, and the end
    std::vector<char32_t> characters;   // by symbol; the first is none
    std::int64_t total = 0;             // characters, each as often as it occurs

    std::size_t size() const { return ends.size(); }
    Position begin_of(std::size_t text) const { return text == 0 ? 0 : ends[text - 1]; }
    Position places_of(std::size_t text) const { return begin_of(text) + shared[text]; }
};

// The characters that are kept, rising. Refuses words that are not UTF-8, or too many to count.
std::vector<char32_t> covered(const WordsView& words, const UnigramOptions& options, Watch& watch);

Texts cut_texts(const WordsView& words, const std::vector<char32_t>& alphabet, const UnigramOptions& options,
                Watch& watch);

// Sort texts, add up those that are equal, and find what they share; in unigram_sorting.cpp.
void sort_texts(Texts& texts, std::size_t threads, Watch& watch);

}  // namespace tokbench
