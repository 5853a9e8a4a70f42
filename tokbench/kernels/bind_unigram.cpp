// Training of Unigram models as Python sees it.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "python_words.hpp"
#include "unigram.hpp"

namespace nb = nanobind;

namespace {

nb::tuple learn_unigram(const tokbench::Array<std::int64_t>& offsets, const tokbench::Array<std::uint8_t>& text,
                        const tokbench::Array<std::int64_t>& counts, nb::object report, std::size_t vocab_size,
                        std::vector<std::string> reserved, std::vector<std::string> user_defined,
                        std::size_t seed_size, double shrinking_factor, std::size_t max_piece_length,
                        std::size_t n_sub_iterations, double character_coverage,
                        const std::vector<std::uint32_t>& initial_alphabet, std::vector<std::string> apart,
                        std::string alone, std::size_t threads, nb::object entered) {
    const tokbench::UnigramOptions options{
        .vocab_size = vocab_size,
        .reserved = std::move(reserved),
        .user_defined = std::move(user_defined),
        .seed_size = seed_size,
        .shrinking_factor = shrinking_factor,
        .max_piece_length = max_piece_length,
        .n_sub_iterations = n_sub_iterations,
        .character_coverage = character_coverage,
        .initial_alphabet = {initial_alphabet.begin(), initial_alphabet.end()},
        .apart = std::move(apart),
        .alone = std::move(alone),
        .threads = threads,
    };
    const tokbench::WordsView words = tokbench::view(offsets, text, counts);
    tokbench::PythonWatch watch(std::move(report), std::move(entered));
    tokbench::LearnedPieces learned;
    {
        nb::gil_scoped_release unlocked;
        learned = tokbench::learn_unigram(words, options, watch);
    }
    const std::vector<std::uint32_t> alphabet(learned.alphabet.begin(), learned.alphabet.end());
    nb::dict scores;
    for (std::size_t i = 0; i < learned.pieces.size(); ++i) {
        const std::string& piece = learned.pieces[i];
        scores[nb::str(piece.data(), piece.size())] = learned.scores[i];
    }
    return nb::make_tuple(alphabet, scores);
}

}  // namespace

void bind_unigram(nb::module_& module) {
    using namespace nb::literals;
    module.def("learn_unigram", &learn_unigram, "offsets"_a, "text"_a, "counts"_a, "report"_a, nb::kw_only(),
               "vocab_size"_a, "reserved"_a, "user_defined"_a, "seed_size"_a, "shrinking_factor"_a,
               "max_piece_length"_a, "n_sub_iterations"_a, "character_coverage"_a, "initial_alphabet"_a, "apart"_a, "alone"_a,
               "threads"_a, "entered"_a = nb::none());
}
