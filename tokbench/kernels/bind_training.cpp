// Training as Python sees it: arrays in, tokens and ids out, the interpreter lock released in between.
#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <variant>

#include "python_words.hpp"
#include "slots.hpp"
#include "training.hpp"

namespace nb = nanobind;

namespace {

using tokbench::Merges;
using tokbench::MergeOptions;
using tokbench::WordsView;

using tokbench::Array;
using tokbench::Checkpoint;
using tokbench::Pair;
using tokbench::PythonWatch;
using tokbench::Token;
using tokbench::to_python;
using tokbench::view;

// The ids of all pairs, one behind another.
std::vector<Token> flat(const std::vector<Pair>& pairs) {
    std::vector<Token> ids;
    ids.reserve(2 * pairs.size());
    for (const auto& [left, right] : pairs) ids.insert(ids.end(), {left, right});
    return ids;
}

std::vector<Pair> pairs_of(const Array<Token>& ids) {
    std::vector<Pair> pairs;
    pairs.reserve(ids.shape(0) / 2);
    for (std::size_t i = 0; i + 1 < ids.shape(0); i += 2) pairs.emplace_back(ids.data()[i], ids.data()[i + 1]);
    return pairs;
}

nb::object told(std::monostate) { return nb::none(); }

template <class Symbol>
nb::object told(Checkpoint<Symbol>&& stopped) {
    return nb::make_tuple(to_python(std::move(stopped.symbols)), to_python(std::move(stopped.ends)),
                          to_python(std::move(stopped.counts)), to_python(std::move(stopped.spelled)),
                          stopped.threshold);
}

nb::tuple told(Merges&& merges) {
    nb::object checkpoint =
        std::visit([](auto&& stopped) { return told(std::move(stopped)); }, std::move(merges.checkpoint));
    nb::object ids = to_python(flat(merges.merges));
    return nb::make_tuple(merges.tokens, ids, to_python(std::move(merges.sizes)), merges.unmerged, checkpoint);
}

nb::tuple learn_merges(const Array<std::int64_t>& offsets, const Array<std::uint8_t>& text,
                       const Array<std::int64_t>& counts, nb::object report, std::size_t vocab_size,
                       std::vector<std::string> reserved, std::int64_t min_frequency,
                       const std::vector<std::uint32_t>& initial_alphabet, std::optional<std::size_t> limit_alphabet,
                       std::optional<std::size_t> max_token_length, std::string prefix, std::string suffix,
                       bool by_likelihood, std::int64_t first_threshold, bool checkpoint) {
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
        .checkpoint = checkpoint,
    };
    const WordsView words = view(offsets, text, counts);
    PythonWatch watch(std::move(report));
    Merges merges;
    {
        nb::gil_scoped_release unlocked;
        merges = tokbench::learn_merges(words, options, watch);
    }
    return told(std::move(merges));
}

// Numbers that contradict each other are refused before they are used.
template <class Symbol>
void require(const Checkpoint<Symbol>& from, const std::vector<Pair>& merges, std::size_t unmerged) {
    constexpr Symbol kEdge = tokbench::Slots<Symbol>::kEdge;
    const std::size_t tokens = unmerged + merges.size();
    const auto is_known = [&](Symbol symbol) { return symbol == kEdge || symbol < tokens; };
    const std::int64_t end = from.ends.empty() ? 1 : from.ends.back();
    bool right = from.threshold > 0 && from.ends.size() == from.counts.size() && from.spelled.size() <= unmerged &&
                 from.symbols.size() > 0 &&
                 end == static_cast<std::int64_t>(from.symbols.size()) && std::ranges::is_sorted(from.ends) &&
                 std::ranges::all_of(from.counts, [](std::int64_t count) { return count > 0; }) &&
                 from.symbols.front() == kEdge && from.symbols.back() == kEdge &&
                 std::ranges::all_of(from.symbols, is_known);
    for (std::size_t merge = 0; merge < merges.size(); ++merge)
        right = right && std::max(merges[merge].first, merges[merge].second) < unmerged + merge;
    if (!right) throw nb::value_error("the numbers of a checkpoint contradict each other");
}

template <class Symbol>
nb::object resume_merges(const std::vector<std::string>& unmerged, const Array<Token>& ids,
                         const Array<Symbol>& symbols, const Array<std::int64_t>& ends,
                         const Array<std::int64_t>& counts, const Array<std::uint8_t>& spelled, std::int64_t threshold,
                         nb::object report, std::size_t vocab_size, std::vector<std::string> reserved,
                         std::int64_t min_frequency, std::optional<std::size_t> max_token_length, std::string prefix) {
    MergeOptions options;
    options.vocab_size = vocab_size;
    options.reserved = std::move(reserved);
    options.min_frequency = min_frequency;
    options.max_token_length = max_token_length;
    options.prefix = std::move(prefix);
    options.checkpoint = true;
    const auto all_of = [](const auto& array, auto values) {
        values.assign(array.data(), array.data() + array.shape(0));
        return values;
    };
    Checkpoint<Symbol> from{all_of(symbols, tokbench::MappedVector<Symbol>()), all_of(ends, std::vector<std::int64_t>()),
                            all_of(counts, std::vector<std::int64_t>()), all_of(spelled, std::vector<std::uint8_t>()),
                            threshold};
    std::vector<Pair> merges = pairs_of(ids);
    require(from, merges, unmerged.size());
    PythonWatch watch(std::move(report));
    std::optional<Merges> learned;
    {
        nb::gil_scoped_release unlocked;
        learned = tokbench::resume_merges(unmerged, std::move(merges), std::move(from), options, watch);
    }
    return learned ? nb::object(told(std::move(*learned))) : nb::none();
}

template <class Symbol>
void bind_resuming(nb::module_& module) {
    using namespace nb::literals;
    module.def("resume_merges", &resume_merges<Symbol>, "unmerged"_a, "ids"_a, "symbols"_a.noconvert(), "ends"_a,
               "counts"_a, "spelled"_a, "threshold"_a, "report"_a, nb::kw_only(), "vocab_size"_a, "reserved"_a,
               "min_frequency"_a, "max_token_length"_a.none(), "prefix"_a);
}

}  // namespace

void bind_training(nb::module_& module) {
    using namespace nb::literals;
    module.def("learn_merges", &learn_merges, "offsets"_a, "text"_a, "counts"_a, "report"_a, nb::kw_only(),
               "vocab_size"_a, "reserved"_a, "min_frequency"_a, "initial_alphabet"_a, "limit_alphabet"_a.none(),
               "max_token_length"_a.none(), "prefix"_a, "suffix"_a, "by_likelihood"_a, "first_threshold"_a = 0,
               "checkpoint"_a = false);
    bind_resuming<std::uint16_t>(module);
    bind_resuming<std::uint32_t>(module);
}
