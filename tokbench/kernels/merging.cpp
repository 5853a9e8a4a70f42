#include <algorithm>
#include <limits>

#include "alphabet.hpp"
#include "merge_by_frequency.hpp"
#include "merge_by_likelihood.hpp"
#include "spelling.hpp"
#include "training.hpp"
#include "vocabulary.hpp"

namespace tokbench {
namespace {

template <class Symbol, class Place>
std::vector<Pair> learn(const WordsView& words, Alphabet& alphabet, Vocabulary& vocabulary, const MergeOptions& options,
                        Watch& watch) {
    // A word of one token has a part in the scores, and none in the merges.
    const bool likelihood = options.scoring == Scoring::likelihood;
    auto spelling = spell_words<Symbol>(words, alphabet, likelihood ? 1 : 2, watch);
    if (likelihood) return LikelihoodMerger<Symbol, Place>(std::move(spelling), vocabulary, options, watch).learn();
    return FrequencyMerger<Symbol, Place>(std::move(spelling), vocabulary, options, watch).learn();
}

// Symbols of 16 bits and places of 32 serve nearly all, and halve the memory.
std::vector<Pair> learn_in_least_space(const WordsView& words, Alphabet& alphabet, Vocabulary& vocabulary,
                                       const MergeOptions& options, Watch& watch) {
    const std::size_t tokens = std::max(vocabulary.size(), options.vocab_size);
    if (tokens >= kMostTokens) throw BadWords("a vocabulary has at most 2^24 - 2 tokens; lower vocab_size");
    const std::size_t slots = alphabet.characters + words.size + 1;
    if (slots > std::numeric_limits<std::uint32_t>::max())
        return learn<std::uint32_t, std::uint64_t>(words, alphabet, vocabulary, options, watch);
    if (tokens <= Slots<std::uint16_t>::kFirstMark)
        return learn<std::uint16_t, std::uint32_t>(words, alphabet, vocabulary, options, watch);
    return learn<std::uint32_t, std::uint32_t>(words, alphabet, vocabulary, options, watch);
}

// How many tokens there were after each merge; a merge whose text was a token already made none.
std::vector<Token> sizes_after(const std::vector<Pair>& merges, std::size_t unmerged, Vocabulary& vocabulary) {
    std::vector<Token> sizes;
    sizes.reserve(merges.size());
    std::size_t size = unmerged;
    for (const auto& [left, right] : merges) {
        if (vocabulary.merge(left, right) == size) ++size;
        sizes.push_back(static_cast<Token>(size));
    }
    return sizes;
}

Merges learn_once(const WordsView& words, const MergeOptions& options, Watch& watch) {
    Vocabulary vocabulary(options);
    Alphabet alphabet = read_alphabet(words, options, vocabulary, watch);
    const std::size_t unmerged = vocabulary.size();
    std::vector<Pair> merges = learn_in_least_space(words, alphabet, vocabulary, options, watch);
    std::vector<Token> sizes = sizes_after(merges, unmerged, vocabulary);
    return {vocabulary.tokens(), std::move(merges), std::move(sizes), unmerged};
}

}  // namespace

Merges learn_merges(const WordsView& words, const MergeOptions& options, Watch& watch) {
    if (words.size > std::numeric_limits<std::uint32_t>::max())
        throw BadWords("there are more than 2^32 distinct words; leave out the rarest");
    try {
        return learn_once(words, options, watch);
    } catch (const MadeTwice&) {
        MergeOptions knowing_all = options;
        knowing_all.knows_all = true;
        return learn_once(words, knowing_all, watch);
    }
}

}  // namespace tokbench
