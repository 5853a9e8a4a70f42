#include <algorithm>
#include <limits>

#include "alphabet.hpp"
#include "merge_by_frequency.hpp"
#include "spelling.hpp"
#include "training.hpp"
#include "vocabulary.hpp"

namespace tokbench {
namespace {

// A pair that was queued twice keeps its last rank: what a table of ranks, filled in order, does.
std::vector<Pair> keep_last(std::vector<Pair> merges) {
    std::unordered_map<PairKey, std::size_t> last;
    for (std::size_t rank = 0; rank < merges.size(); ++rank) last[key_of(merges[rank].first, merges[rank].second)] = rank;
    std::size_t rank = 0;
    std::erase_if(merges, [&](const Pair& pair) { return last[key_of(pair.first, pair.second)] != rank++; });
    return merges;
}

template <class Symbol, class Place>
std::vector<Pair> learn(const WordsView& words, Alphabet& alphabet, Vocabulary& vocabulary, const MergeOptions& options,
                        Watch& watch) {
    auto spelling = spell_words<Symbol>(words, alphabet, 2);
    return FrequencyMerger<Symbol, Place>(std::move(spelling), vocabulary, options, watch).learn();
}

// Symbols of 16 bits and places of 32 serve nearly all, and halve the memory.
std::vector<Pair> learn_in_least_space(const WordsView& words, Alphabet& alphabet, Vocabulary& vocabulary,
                                       const MergeOptions& options, Watch& watch) {
    const std::size_t tokens = std::max(vocabulary.size(), options.vocab_size);
    const std::size_t slots = alphabet.characters + words.size + 1;
    if (slots > std::numeric_limits<std::uint32_t>::max())
        return learn<std::uint32_t, std::uint64_t>(words, alphabet, vocabulary, options, watch);
    if (tokens <= Slots<std::uint16_t>::kFirstMark)
        return learn<std::uint16_t, std::uint32_t>(words, alphabet, vocabulary, options, watch);
    return learn<std::uint32_t, std::uint32_t>(words, alphabet, vocabulary, options, watch);
}

}  // namespace

Merges learn_merges(const WordsView& words, const MergeOptions& options, Watch& watch) {
    if (words.size > std::numeric_limits<std::uint32_t>::max())
        throw BadWords("there are more than 2^32 distinct words; leave out the rarest");
    Vocabulary vocabulary(options);
    Alphabet alphabet = read_alphabet(words, options, vocabulary, watch);
    std::vector<Pair> merges = learn_in_least_space(words, alphabet, vocabulary, options, watch);
    return {vocabulary.tokens(), keep_last(std::move(merges))};
}

}  // namespace tokbench
