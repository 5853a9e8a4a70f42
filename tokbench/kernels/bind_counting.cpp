// Counting, as Python sees it.
#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <algorithm>
#include <atomic>
#include <map>
#include <optional>

#include "documents.hpp"
#include "dump.hpp"
#include "joining.hpp"
#include "json_lines.hpp"
#include "python_arrays.hpp"
#include "sorted.hpp"
#include "validation.hpp"

namespace nb = nanobind;
using namespace nb::literals;
using namespace tokbench;

namespace {

using tokbench::to_python;  // and of lines, below

using Weights = std::optional<Array<std::int64_t>>;

struct Stopped : std::runtime_error {
    Stopped() : std::runtime_error("the counting was stopped") {}
};

// What another thread may stop, and Ctrl-C stops in the main thread.
struct Stoppable {
    std::atomic<bool> stopped = false;

    Poll poll() const {
        return [this] {
            if (stopped) throw Stopped();
            nb::gil_scoped_acquire held;
            if (PyErr_CheckSignals() != 0) throw nb::python_error();
        };
    }
};

struct Counter : Stoppable {
    explicit Counter(Cut where) : chunks(where) {}
    ChunkCounter chunks;
};

struct Words : Stoppable {
    WordCounter words;
};

Texts texts_of(const Array<std::int64_t> &offsets, const Array<std::uint8_t> &data, const Weights &weights) {
    if (offsets.size() == 0) throw nb::value_error("offsets: there must be one more than documents");
    const std::size_t rows = offsets.size() - 1;
    std::int64_t before = 0;
    for (std::size_t row = 0; row <= rows; ++row) {
        if (offsets.data()[row] < before) throw nb::value_error("offsets: each must be as large as the one before");
        before = offsets.data()[row];
    }
    if (static_cast<std::uint64_t>(before) > data.size()) throw nb::value_error("offsets: they end behind the data");
    if (weights && weights->size() != rows) throw nb::value_error("weights: there must be one for each document");
    for (std::size_t row = 0; weights && row < rows; ++row) {
        if (weights->data()[row] < 0) throw nb::value_error("weights: a count is negative");
    }
    return {{data.data(), data.data() + data.size()}, offsets.data(), rows, weights ? weights->data() : nullptr};
}

void add(Counter &counter, const Array<std::int64_t> &offsets, const Array<std::uint8_t> &data, const Weights &weights) {
    nb::gil_scoped_release released;
    counter.chunks.add(texts_of(offsets, data, weights), counter.poll());
}

void add_documents(Words &words, const Array<std::int64_t> &offsets, const Array<std::uint8_t> &data,
                   const Weights &weights, const Pipeline &pipeline, Counter &others) {
    nb::gil_scoped_release released;
    count_documents(texts_of(offsets, data, weights), pipeline, words.words, others.chunks, words.poll());
}

Span utf8_of(const nb::str &text) {
    Py_ssize_t size = 0;
    const char *bytes = PyUnicode_AsUTF8AndSize(text.ptr(), &size);
    if (bytes == nullptr) throw nb::python_error();
    const auto *begin = reinterpret_cast<const Byte *>(bytes);
    return {begin, begin + size};
}

void add_words(Words &counter, const nb::list &words, std::int64_t times) {
    for (const nb::handle item : words) {
        const Span word = utf8_of(nb::cast<nb::str>(item));
        if (word.size() != 0) counter.words.add(&word, 1, times, word);
    }
}

nb::tuple to_python(SortedCounts &&counts) {
    return nb::make_tuple(to_python(std::move(counts.offsets)), to_python(std::move(counts.data)),
                          to_python(std::move(counts.counts)));
}

nb::tuple sorted(const CountTable &table, bool flag, Alphabet alphabet, const std::function<bool(Span)> &wanted = {}) {
    SortedCounts counts;
    {
        nb::gil_scoped_release released;
        counts = sorted_counts(table, flag, alphabet, wanted);
    }
    return to_python(std::move(counts));
}

nb::tuple joined(const Array<std::int64_t> &offsets, const Array<std::uint8_t> &data, const Array<std::int64_t> &counts,
                 Cut where, std::size_t size) {
    SortedCounts joined;
    {
        nb::gil_scoped_release released;
        joined = joined_chunks(texts_of(offsets, data, counts), where, size);
    }
    return to_python(std::move(joined));
}

Span span_of(const nb::bytes &text) {
    const auto *begin = static_cast<const Byte *>(text.data());
    return {begin, begin + text.size()};
}

nb::tuple to_python(Lines &&lines) {
    return nb::make_tuple(to_python(std::move(lines.offsets)), to_python(std::move(lines.data)));
}

Span first_of(const nb::bytes &text, std::size_t size) {
    if (size > text.size()) throw nb::value_error("size: the text has fewer bytes");
    return {span_of(text).begin, span_of(text).begin + size};
}

// The line ends, the lines, and whether these are clean: what a reader asks of a block, in one go.
nb::tuple lines_of(const nb::bytes &before, const nb::bytes &text, std::size_t size, std::int64_t longest) {
    const Span first = span_of(before), rest = first_of(text, size);
    Lines lines;
    std::size_t ends = 0;
    bool clean = false;
    {
        nb::gil_scoped_release released;
        lines = split_lines(first, rest);
        ends = count_lines(rest);
        clean = is_clean(lines, longest);
    }
    return nb::make_tuple(ends, to_python(std::move(lines)), clean);
}

nb::tuple json_lines_of(const nb::bytes &before, const nb::bytes &text, std::size_t size, const std::string &field,
                        std::int64_t longest) {
    const Span first = span_of(before), rest = first_of(text, size);
    std::optional<Lines> lines;
    std::size_t ends = 0;
    {
        nb::gil_scoped_release released;
        lines = json_lines(first, rest, field);
        ends = count_lines(rest);
        if (lines && !is_clean(*lines, longest)) lines.reset();
    }
    return nb::make_tuple(ends, lines ? nb::object(to_python(std::move(*lines))) : nb::none());
}

nb::object moved(const Array<std::int64_t> &offsets, std::int64_t by) {
    MappedVector<std::int64_t> moved(offsets.size());
    std::transform(offsets.data(), offsets.data() + offsets.size(), moved.begin(),
                   [by](std::int64_t offset) { return offset + by; });
    return to_python(std::move(moved));
}

bool clean(const Array<std::int64_t> &offsets, const Array<std::uint8_t> &data, std::int64_t longest) {
    nb::gil_scoped_release released;
    return is_clean(texts_of(offsets, data, {}), longest);
}

nb::tuple dumped(const Counter &counter, std::size_t first, std::size_t last) {
    if (first > last || last > kParts) throw nb::value_error("parts: there are no such parts");
    Dump parts;
    {
        nb::gil_scoped_release released;
        parts = dump(counter.chunks.table(), first, last);
    }
    return nb::make_tuple(to_python(std::move(parts.offsets)), to_python(std::move(parts.data)),
                          to_python(std::move(parts.counts)), to_python(std::move(parts.flags)),
                          to_python(std::move(parts.starts)));
}

void require_power_of_two(std::uint64_t splits) {
    if (splits == 0 || (splits & (splits - 1)) != 0) throw nb::value_error("splits: there must be a power of two");
}

void add_counted(Counter &counter, const Array<std::int64_t> &offsets, const Array<std::uint8_t> &data,
                 const Array<std::int64_t> &counts, const std::optional<Array<std::uint8_t>> &flags, std::uint64_t split,
                 std::uint64_t splits) {
    require_power_of_two(splits);
    nb::gil_scoped_release released;
    const Texts chunks = texts_of(offsets, data, counts);
    if (flags && flags->size() != chunks.rows) throw nb::value_error("flags: there must be one for each chunk");
    counter.chunks.add_counted(chunks, flags ? flags->data() : nullptr, split, splits);
}

const std::map<std::string, Split, std::less<>> &split_names() {
    static const std::map<std::string, Split, std::less<>> names{
        {"bert", split_bert},
        {"cl100k", split_cl100k},
        {"deepseek", split_deepseek},
        {"digits", split_digits},
        {"each-digit", split_each_digit},
        {"gpt2", split_gpt2},
        {"han-and-kana", split_han_and_kana},
        {"metaspace", split_metaspace},
        {"numbers", split_numbers},
        {"o200k", split_o200k},
        {"punctuation", split_punctuation},
        {"qwen2", split_qwen2},
        {"whitespace", split_whitespace},
        {"whitespace-split", split_white},
    };
    return names;
}

// normalizer: None where there is none, else what it does to plain text: "lower", "clean", both, or nothing.
void make_pipeline(Pipeline *place, const std::vector<std::string> &splits, const std::string &prefix,
                   const std::optional<std::vector<std::string>> &normalizer) {
    Pipeline pipeline;
    for (const std::string &name : splits) {
        const auto found = split_names().find(name);
        if (found == split_names().end()) throw nb::value_error(("there is no split " + name).c_str());
        pipeline.splits.push_back(found->second);
    }
    pipeline.prefix = prefix == "space" ? Prefix::space : prefix == "metaspace" ? Prefix::metaspace : Prefix::none;
    pipeline.normalizer.any = !normalizer.has_value();
    for (const std::string &effect : normalizer.value_or(std::vector<std::string>{})) {
        (effect == "lower" ? pipeline.normalizer.lower : pipeline.normalizer.clean) = true;
    }
    new (place) Pipeline(std::move(pipeline));
}

}  // namespace

void bind_counting(nb::module_ &module) {
    nb::exception<Stopped>(module, "Stopped", PyExc_RuntimeError);
    nb::exception<InvalidText>(module, "InvalidText", PyExc_ValueError);
    nb::exception<CountOverflow>(module, "CountOverflow", PyExc_OverflowError);

    nb::enum_<Cut>(module, "Cut")
        .value("never", Cut::never)
        .value("space", Cut::space)
        .value("ascii_space", Cut::ascii_space);

    module.attr("PARTS") = kParts;
    module.def("split_lines", &lines_of, "before"_a, "text"_a, "size"_a, "longest"_a);
    module.def(
        "is_utf8",
        [](const nb::bytes &text, bool portable) {
            return portable ? is_utf8_portable(span_of(text)) : is_utf8(span_of(text));
        },
        "text"_a, "portable"_a = false);
    module.def("count_lines", [](const nb::bytes &text) { return count_lines(span_of(text)); }, "text"_a);
    module.def("json_lines", &json_lines_of, "before"_a, "text"_a, "size"_a, "field"_a, "longest"_a);
    module.def("joined", &joined, "offsets"_a, "data"_a, "counts"_a, "where"_a, "size"_a);
    module.def("moved", &moved, "offsets"_a, "by"_a);
    module.def("is_clean", &clean, "offsets"_a, "data"_a, "longest"_a);

    // Gives free memory back to the system, which the allocator would keep for this process, thread by thread.
    module.def("give_back", [] {
#ifdef __GLIBC__
        malloc_trim(0);
#endif
    });

    nb::class_<Counter>(module, "ChunkCounter")
        .def(nb::init<Cut>(), "where"_a)
        .def("add", &add, "offsets"_a, "data"_a, "weights"_a.none())
        .def("absorb", [](Counter &counter, Counter &other) { counter.chunks.absorb(other.chunks); },
             "other"_a, nb::call_guard<nb::gil_scoped_release>())
        .def("dump", &dumped, "first"_a, "last"_a)
        .def("add_counted", &add_counted, "offsets"_a, "data"_a, "counts"_a, "flags"_a.none(), "split"_a = 0,
             "splits"_a = 1)
        .def("stop", [](Counter &counter) { counter.stopped = true; })
        .def("sorted",
             [](const Counter &counter, bool first, std::uint64_t split, std::uint64_t splits) {
                 require_power_of_two(splits);
                 const auto wanted = [=](Span chunk) { return ChunkCounter::is_of(chunk, split, splits); };
                 return splits == 1 ? sorted(counter.chunks.table(), first, Alphabet::plain)
                                    : sorted(counter.chunks.table(), first, Alphabet::plain, wanted);
             },
             "first"_a, "split"_a = 0, "splits"_a = 1)
        .def("not_plain",
             [](const Counter &counter, bool first, const Pipeline &pipeline) {
                 const auto wanted = [&pipeline](Span chunk) {
                     return plain_end(chunk, pipeline.normalizer) != chunk.end;
                 };
                 return sorted(counter.chunks.table(), first, Alphabet::plain, wanted);
             },
             "first"_a, "pipeline"_a)
        .def_prop_ro("bytes", [](const Counter &counter) { return counter.chunks.table().bytes(); })
        .def("__len__", [](const Counter &counter) { return counter.chunks.table().size(); });

    nb::class_<Pipeline>(module, "Pipeline")
        .def("__init__", &make_pipeline, "splits"_a, "prefix"_a, "normalizer"_a);

    nb::class_<Words>(module, "WordCounter")
        .def(nb::init<>())
        .def("add", &add_words, "words"_a, "times"_a)
        .def("add_text",
             [](Words &counter, const nb::str &text, const Pipeline &pipeline, bool first, std::int64_t times) {
                 counter.words.add_text(utf8_of(text), pipeline, first, times, {});
             },
             "text"_a, "pipeline"_a, "first"_a, "times"_a)
        .def("add_documents", &add_documents, "offsets"_a, "data"_a, "weights"_a.none(), "pipeline"_a,
             "others"_a)
        .def("add_chunks",
             [](Words &counter, const Counter &chunks, const Pipeline &pipeline, std::size_t part, std::size_t parts) {
                 counter.words.add_chunks(chunks.chunks.table(), pipeline, part, parts);
             },
             "chunks"_a, "pipeline"_a, "part"_a, "parts"_a, nb::call_guard<nb::gil_scoped_release>())
        .def("absorb", [](Words &counter, Words &other) { counter.words.absorb(other.words); },
             "other"_a, nb::call_guard<nb::gil_scoped_release>())
        .def("stop", [](Words &counter) { counter.stopped = true; })
        .def("sorted",
             [](Words &counter, bool as_bytes) {
                 return sorted(counter.words.table(), false, as_bytes ? Alphabet::bytes : Alphabet::plain);
             },
             "as_bytes"_a)
        .def_prop_ro("bytes", [](Words &counter) { return counter.words.table().bytes(); })
        .def("__len__", [](Words &counter) { return counter.words.table().size(); });
}
