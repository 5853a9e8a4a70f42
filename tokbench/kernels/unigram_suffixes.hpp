// The suffixes of the texts, sorted, and the strings that stand out among them: a suffix array with intervals.
//
// Suffixes are sorted and compared only as far as pieces are long, by their first symbol first: each such bucket is
// sorted on its own, by as many symbols at a time as 64 bits hold.
#pragma once

#include "unigram_texts.hpp"

namespace tokbench {

constexpr std::uint64_t kMostCounted = (1ULL << 56) - 1;  // no count is above kMostCharacters

// A string that occurs at `places[left]` … `places[right - 1]` of Suffixes.
struct Candidate {
    std::uint64_t count : 56;  // once it is weighed, its id
    std::uint64_t length : 8;
    Position left, right;

    std::uint64_t weight() const { return count * length; }
};

struct Suffixes {
    MappedVector<Position> places;  // of all suffixes of two symbols or more, sorted
    std::vector<Position> buckets;  // where those of each first symbol begin, and the end
};

// In the order of the suffixes, which is by code point.
constexpr auto outer_first = [](const Candidate& left, const Candidate& right) {
    return left.left != right.left ? left.left < right.left : left.length < right.length;
};

// Sort the suffixes, and return the `most` candidates of the highest weight, in any order: strings of two symbols and
// more that occur twice or more, and end a text or are followed by two different symbols.
MappedVector<Candidate> find_candidates(const Texts& texts, std::size_t longest, std::size_t most, std::size_t threads,
                                        Suffixes& suffixes, Watch& watch);

// Leave so many candidates, one at least, of the highest weight, of equal weights the first by code point; the last of
// them is the lightest. There must be more.
void keep_heaviest(MappedVector<Candidate>& candidates, std::size_t most);

}  // namespace tokbench
