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

// What merging adds to a vocabulary.
struct Outcome {
    std::vector<Pair> merges;
    AnyCheckpoint checkpoint;
};

// Take down where learning stopped, if it may go on: not where no pair is left, nor where all pairs must be known.
template <class Symbol, class Place>
Outcome finish(FrequencyMerger<Symbol, Place> merger, std::vector<Pair> merges, std::size_t unmerged,
               const Vocabulary& vocabulary, const MergeOptions& options) {
    if (!options.checkpoint || options.knows_all || merges.empty() || vocabulary.size() < options.vocab_size)
        return {std::move(merges), {}};
    Checkpoint<Symbol> checkpoint = merger.stopped(unmerged);
    std::move(merger).take_words().write(checkpoint);
    return {std::move(merges), std::move(checkpoint)};
}

template <class Symbol, class Place>
Outcome learn(const WordsView& words, Alphabet& alphabet, Vocabulary& vocabulary, const MergeOptions& options,
              Watch& watch) {
    // A word of one token has a part in the scores, and none in the merges.
    const bool likelihood = options.scoring == Scoring::likelihood;
    auto spelling = spell_words<Symbol>(words, alphabet, likelihood ? 1 : 2, watch);
    if (likelihood)
        return {LikelihoodMerger<Symbol, Place>(std::move(spelling), vocabulary, options, watch).learn(), {}};
    const std::size_t unmerged = vocabulary.size();
    FrequencyMerger<Symbol, Place> merger(std::move(spelling), vocabulary, options, watch);
    std::vector<Pair> merges = merger.learn();
    return finish(std::move(merger), std::move(merges), unmerged, vocabulary, options);
}

// Calls `work` with the least symbol and place that will do: symbols of 16 bits and places of 32 serve nearly all, and
// halve the memory.
template <class Work>
auto in_least_space(const Vocabulary& vocabulary, const MergeOptions& options, std::size_t slots, Work work) {
    const std::size_t tokens = std::max(vocabulary.size(), options.vocab_size);
    if (tokens >= kMostTokens) throw BadWords("a vocabulary has at most 2^24 - 2 tokens; lower vocab_size");
    if (slots > std::numeric_limits<std::uint32_t>::max()) return work(std::uint32_t{}, std::uint64_t{});
    if (tokens <= Slots<std::uint16_t>::kFirstMark) return work(std::uint16_t{}, std::uint32_t{});
    return work(std::uint32_t{}, std::uint32_t{});
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

Merges merged(Outcome outcome, std::size_t unmerged, Vocabulary& vocabulary) {
    std::vector<Token> sizes = sizes_after(outcome.merges, unmerged, vocabulary);
    return {vocabulary.tokens(), std::move(outcome.merges), std::move(sizes), unmerged, std::move(outcome.checkpoint)};
}

Merges learn_once(const WordsView& words, const MergeOptions& options, Watch& watch) {
    Vocabulary vocabulary(options);
    Alphabet alphabet = read_alphabet(words, options, vocabulary, watch);
    const std::size_t unmerged = vocabulary.size();
    const std::size_t slots = alphabet.characters + words.size + 1;
    Outcome outcome = in_least_space(vocabulary, options, slots, [&]<class Symbol, class Place>(Symbol, Place) {
        return learn<Symbol, Place>(words, alphabet, vocabulary, options, watch);
    });
    return merged(std::move(outcome), unmerged, vocabulary);
}

// The tokens that no merge made: the reserved ones, then characters and their marked forms.
Vocabulary vocabulary_of(const std::vector<std::string>& unmerged, const MergeOptions& options) {
    Vocabulary vocabulary(options);
    for (const std::string& token : options.reserved) vocabulary.add(token, count_code_points(token));
    for (std::size_t id = vocabulary.size(); id < unmerged.size(); ++id) vocabulary.add(unmerged[id], 1);
    if (vocabulary.tokens() != unmerged) throw BadWords("the checkpoint is of other options");
    return vocabulary;
}

template <class Symbol, class Place, class Narrow>
Outcome go_on(std::vector<Pair> merges, Checkpoint<Narrow>& from, Vocabulary& vocabulary, const MergeOptions& options,
              Watch& watch) {
    const std::size_t unmerged = vocabulary.size();
    FrequencyMerger<Symbol, Place> merger(spelling_of<Symbol>(from), vocabulary, options, watch);
    const std::vector<Pair> more = merger.resume(merges, from);
    merges.insert(merges.end(), more.begin(), more.end());
    return finish(std::move(merger), std::move(merges), unmerged, vocabulary, options);
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

template <class Narrow>
std::optional<Merges> resume_merges(const std::vector<std::string>& unmerged, std::vector<Pair> merges,
                                    Checkpoint<Narrow> from, const MergeOptions& options, Watch& watch) {
    Vocabulary vocabulary = vocabulary_of(unmerged, options);
    try {
        Outcome outcome = in_least_space(
            vocabulary, options, from.symbols.size(), [&]<class Symbol, class Place>(Symbol, Place) -> Outcome {
                if constexpr (sizeof(Symbol) < sizeof(Narrow)) throw BadWords("the checkpoint is of a larger size");
                else return go_on<Symbol, Place>(std::move(merges), from, vocabulary, options, watch);
            });
        return merged(std::move(outcome), unmerged.size(), vocabulary);
    } catch (const MadeTwice&) {
        return std::nullopt;
    }
}

template std::optional<Merges> resume_merges(const std::vector<std::string>&, std::vector<Pair>,
                                             Checkpoint<std::uint16_t>, const MergeOptions&, Watch&);
template std::optional<Merges> resume_merges(const std::vector<std::string>&, std::vector<Pair>,
                                             Checkpoint<std::uint32_t>, const MergeOptions&, Watch&);

}  // namespace tokbench
