// Learning merges from word counts: what goes in and what comes out.
//
// The specification is reference/merging.py; every function here gives what its namesake there gives.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "mapped_memory.hpp"

namespace tokbench {

using Token = std::uint32_t;
using Pair = std::pair<Token, Token>;

// Distinct words and how often each occurs, in the layout of an Arrow LargeStringArray and an Int64Array.
struct WordsView {
    const std::int64_t* offsets;  // size + 1
    const char* text;             // UTF-8
    const std::int64_t* counts;
    std::size_t size;

    std::string_view word(std::size_t index) const {
        return {text + offsets[index], static_cast<std::size_t>(offsets[index + 1] - offsets[index])};
    }
};

enum class Scoring { frequency, likelihood };

// The fields of MergeOptions in training.py.
struct MergeOptions {
    std::size_t vocab_size = 0;
    std::vector<std::string> reserved;
    std::int64_t min_frequency = 0;
    std::vector<char32_t> initial_alphabet;
    std::optional<std::size_t> limit_alphabet;
    std::optional<std::size_t> max_token_length;
    std::string prefix;
    std::string suffix;
    Scoring scoring = Scoring::frequency;
    // Pairs that occur less often than this are not known before the others are used up; 0 chooses. It changes speed
    // and memory, never the result; tests set it.
    std::int64_t first_threshold = 0;
    // Know all pairs: what it takes where a merge makes a token that words had before.
    bool knows_all = false;
    // Tell where learning stopped, so that it can go on from there.
    bool checkpoint = false;
};

// Where learning by frequency stopped: the words as they stand after its merges, each token a symbol.
template <class Symbol>
struct Checkpoint {
    MappedVector<Symbol> symbols;      // an edge, then for each word its tokens and an edge; the highest value is the edge
    std::vector<std::int64_t> ends;    // where the words of each count end among the symbols
    std::vector<std::int64_t> counts;  // of these words
    std::vector<std::uint8_t> spelled;  // by token that no merge made: whether it was in the words at the beginning
    std::int64_t threshold = 1;         // pairs that occur less often were not known
};

using AnyCheckpoint = std::variant<std::monostate, Checkpoint<std::uint16_t>, Checkpoint<std::uint32_t>>;

// A vocabulary, and its merges in the order in which they were learned: a pair may come twice.
struct Merges {
    std::vector<std::string> tokens;
    std::vector<Pair> merges;
    std::vector<Token> sizes;  // how many tokens there were after each merge
    std::size_t unmerged;      // and before the first
    AnyCheckpoint checkpoint;  // where one was asked for, and there is more to learn
};

// Called every now and then, with the number of tokens so far, 0 where it is not at hand; it may throw to stop the work.
class Watch {
   public:
    virtual ~Watch() = default;
    virtual void look(std::size_t tokens) = 0;
    // Called where a phase of the work begins, which goes on until the next.
    virtual void enter(const char* /*phase*/) {}

    static constexpr std::size_t kSteps = 1 << 16;  // small steps between two looks
};

// Words that cannot be trained on: not UTF-8, or too many to count.
class BadWords : public std::invalid_argument {
   public:
    using std::invalid_argument::invalid_argument;
};

Merges learn_merges(const WordsView& words, const MergeOptions& options, Watch& watch);

// Goes on from a checkpoint: what learning the merges of the same words and options to a larger vocab_size gives. Of the
// options, all that made the alphabet are in `unmerged`, its tokens. Nothing is returned where all pairs must be known.
template <class Symbol>
std::optional<Merges> resume_merges(const std::vector<std::string>& unmerged, std::vector<Pair> merges,
                                    Checkpoint<Symbol> from, const MergeOptions& options, Watch& watch);

}  // namespace tokbench
