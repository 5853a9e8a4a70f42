// Training as Python sees it: arrays in, tokens and ids out, the interpreter lock released in between.
#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "python_words.hpp"
#include "training.hpp"

namespace nb = nanobind;

namespace {

using tokbench::Merges;
using tokbench::MergeOptions;
using tokbench::WordsView;

// The ids of all pairs, one behind another.
std::vector<tokbench::Token> flat(const std::vector<tokbench::Pair>& pairs) {
    std::vector<tokbench::Token> ids;
    ids.reserve(2 * pairs.size());
    for (const auto& [left, right] : pairs) ids.insert(ids.end(), {left, right});
    return ids;
}

using tokbench::Array;
using tokbench::PythonWatch;
using tokbench::view;

nb::tuple learn_merges(const Array<std::int64_t>& offsets, const Array<std::uint8_t>& text,
                       const Array<std::int64_t>& counts, nb::object report, std::size_t vocab_size,
                       std::vector<std::string> reserved, std::int64_t min_frequency,
                       const std::vector<std::uint32_t>& initial_alphabet, std::optional<std::size_t> limit_alphabet,
                       std::optional<std::size_t> max_token_length, std::string prefix, std::string suffix,
                       bool by_likelihood, std::int64_t first_threshold) {
    const MergeOptions options{
        .vocab_size = vocab_size,
        .reserved = std::move(reserved),
        .min_frequency = min_frequency,
        .initial_alphabet = {initial_alphabet.begin(), initial_alphabet.end()},
        .limit_alphabet = limit_alphabet,
        .max_token_length = max_token_length,
        .prefix = std::move(prefix),
        .suffix = std::move(suffix),
        .scoring = by_likelihood ? tokbench::Scoring::likelihood : tokbench::Scoring::frequency,
        .first_threshold = first_threshold,
    };
    const WordsView words = view(offsets, text, counts);
    PythonWatch watch(std::move(report));
    Merges merges;
    {
        nb::gil_scoped_release unlocked;
        merges = tokbench::learn_merges(words, options, watch);
    }
    nb::object ids = tokbench::to_python(flat(merges.merges));
    return nb::make_tuple(merges.tokens, ids, tokbench::to_python(std::move(merges.sizes)), merges.unmerged);
}

}  // namespace

void bind_training(nb::module_& module) {
    using namespace nb::literals;
    module.def("learn_merges", &learn_merges, "offsets"_a, "text"_a, "counts"_a, "report"_a, nb::kw_only(),
               "vocab_size"_a, "reserved"_a, "min_frequency"_a, "initial_alphabet"_a, "limit_alphabet"_a.none(),
               "max_token_length"_a.none(), "prefix"_a, "suffix"_a, "by_likelihood"_a, "first_threshold"_a = 0);
}
