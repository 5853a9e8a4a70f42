#include <algorithm>
#include <limits>
#include <unordered_map>

#include "alphabet.hpp"
#include "merge_by_frequency.hpp"
#include "merge_by_likelihood.hpp"
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
std::vector<std::size_t> sizes_after(const std::vector<Pair>& merges, std::size_t unmerged, Vocabulary& vocabulary) {
    std::vector<std::size_t> sizes;
    std::size_t size = unmerged;
    for (const auto& [left, right] : merges) {
        if (vocabulary.merge(left, right) == size) ++size;
        sizes.push_back(size);
    }
    return sizes;
}

Stage stage(const std::vector<Pair>& merges, const std::vector<std::size_t>& after, std::size_t unmerged,
            std::size_t size) {
    if (size <= unmerged || merges.empty()) return {unmerged, {}};
    const auto reached = std::lower_bound(after.begin(), after.end(), size);
    const auto end = merges.begin() + std::min<std::ptrdiff_t>(reached - after.begin() + 1, std::ssize(merges));
    std::vector<Pair> kept(merges.begin(), end);
    // Where every merge made a token, none came twice.
    if (after.back() - unmerged < merges.size()) kept = keep_last(std::move(kept));
    return {std::min(size, after.back()), std::move(kept)};
}

Merges learn_once(const WordsView& words, const MergeOptions& options, const std::vector<std::size_t>& sizes,
                  Watch& watch) {
    Vocabulary vocabulary(options);
    Alphabet alphabet = read_alphabet(words, options, vocabulary, watch);
    const std::size_t unmerged = vocabulary.size();
    const std::vector<Pair> merges = learn_in_least_space(words, alphabet, vocabulary, options, watch);
    Merges learned{vocabulary.tokens(), {}};
    const std::vector<std::size_t> after = sizes_after(merges, unmerged, vocabulary);
    for (const std::size_t size : sizes) learned.stages.push_back(stage(merges, after, unmerged, size));
    return learned;
}

}  // namespace

Merges learn_merges(const WordsView& words, const MergeOptions& options, const std::vector<std::size_t>& sizes,
                    Watch& watch) {
    if (words.size > std::numeric_limits<std::uint32_t>::max())
        throw BadWords("there are more than 2^32 distinct words; leave out the rarest");
    try {
        return learn_once(words, options, sizes, watch);
    } catch (const MadeTwice&) {
        MergeOptions knowing_all = options;
        knowing_all.knows_all = true;
        return learn_once(words, knowing_all, sizes, watch);
    }
}

}  // namespace tokbench
