// Learning the pieces of a Unigram model from word counts: what goes in and what comes out.
//
// The specification is reference/unigram.py and what it imports; the result is the same in every bit.
#pragma once

#include "training.hpp"

namespace tokbench {

// The fields of UnigramOptions in unigram.py.
struct UnigramOptions {
    std::size_t vocab_size = 0;
    std::vector<std::string> reserved;
    std::vector<std::string> user_defined;
    std::size_t seed_size = 0;
    double shrinking_factor = 0.75;
    std::size_t max_piece_length = 16;
    std::size_t n_sub_iterations = 2;
    double character_coverage = 1.0;
    std::vector<char32_t> initial_alphabet;
    std::vector<std::string> apart;
    std::string alone;
    std::size_t threads = 1;
};

struct LearnedPieces {
    std::vector<char32_t> alphabet;  // the characters that are kept, rising
    std::vector<std::string> pieces;
    std::vector<double> scores;  // to eight decimals
};

// No pieces where fixed tokens and characters alone pass `vocab_size`. The watch sees how many pieces are left.
LearnedPieces learn_unigram(const WordsView& words, const UnigramOptions& options, Watch& watch);

}  // namespace tokbench
