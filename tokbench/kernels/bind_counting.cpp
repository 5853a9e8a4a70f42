// Counting, as Python sees it.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/optional.h>

#include <atomic>
#include <optional>

#include "chunks.hpp"
#include "sorted.hpp"
#include "words.hpp"

namespace nb = nanobind;
using namespace nb::literals;
using namespace tokbench;

namespace {

template <class T> using View = nb::ndarray<const T, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Weights = std::optional<View<std::int64_t>>;

struct Stopped : std::runtime_error {
    Stopped() : std::runtime_error("the counting was stopped") {}
};

// A counter that another thread may stop, and that Ctrl-C stops in the main thread.
struct Counter {
    explicit Counter(Cut where) : chunks(where) {}

    ChunkCounter chunks;
    std::atomic<bool> stopped = false;

    void poll() const {
        if (stopped) throw Stopped();
        nb::gil_scoped_acquire held;
        if (PyErr_CheckSignals() != 0) throw nb::python_error();
    }
};

template <class Offset>
Texts<Offset> texts_of(const View<Offset> &offsets, const View<std::uint8_t> &data, const Weights &weights) {
    if (offsets.size() == 0) throw nb::value_error("offsets: there must be one more than documents");
    const std::size_t rows = offsets.size() - 1;
    Offset before = 0;
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

template <class Offset>
void add(Counter &counter, const View<Offset> &offsets, const View<std::uint8_t> &data, const Weights &weights) {
    nb::gil_scoped_release released;
    counter.chunks.add(texts_of(offsets, data, weights), [&counter] { counter.poll(); });
}

void add_words(WordCounter &counter, const nb::list &words, std::int64_t times) {
    for (const nb::handle word : words) {
        Py_ssize_t size = 0;
        const char *text = PyUnicode_AsUTF8AndSize(word.ptr(), &size);
        if (text == nullptr) throw nb::python_error();
        const auto *begin = reinterpret_cast<const Byte *>(text);
        counter.add({begin, begin + size}, times);
    }
}

// A NumPy array that owns the vector's memory.
template <class T> nb::object to_numpy(std::vector<T> &&values) {
    auto *kept = new std::vector<T>(std::move(values));
    nb::capsule owner(kept, [](void *memory) noexcept { delete static_cast<std::vector<T> *>(memory); });
    return nb::cast(nb::ndarray<nb::numpy, T, nb::ndim<1>>(kept->data(), {kept->size()}, owner));
}

nb::tuple sorted(const CountTable &table, bool flag, Alphabet alphabet) {
    SortedCounts counts;
    {
        nb::gil_scoped_release released;
        counts = sorted_counts(table, flag, alphabet);
    }
    return nb::make_tuple(to_numpy(std::move(counts.offsets)), to_numpy(std::move(counts.data)),
                          to_numpy(std::move(counts.counts)));
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

    nb::class_<Counter>(module, "ChunkCounter")
        .def(nb::init<Cut>(), "where"_a)
        .def("add", &add<std::int32_t>, "offsets"_a, "data"_a, "weights"_a.none())
        .def("add", &add<std::int64_t>, "offsets"_a, "data"_a, "weights"_a.none())
        .def("absorb", [](Counter &counter, const Counter &other) { counter.chunks.absorb(other.chunks); },
             "other"_a, nb::call_guard<nb::gil_scoped_release>())
        .def("stop", [](Counter &counter) { counter.stopped = true; })
        .def("sorted",
             [](const Counter &counter, bool first) { return sorted(counter.chunks.table(), first, Alphabet::plain); },
             "first"_a)
        .def_prop_ro("bytes", [](const Counter &counter) { return counter.chunks.table().bytes(); })
        .def("__len__", [](const Counter &counter) { return counter.chunks.table().size(); });

    nb::class_<WordCounter>(module, "WordCounter")
        .def(nb::init<>())
        .def("add", &add_words, "words"_a, "times"_a)
        .def("absorb", &WordCounter::absorb, "other"_a, nb::call_guard<nb::gil_scoped_release>())
        .def("sorted", [](const WordCounter &counter) { return sorted(counter.table(), false, Alphabet::plain); })
        .def("__len__", [](const WordCounter &counter) { return counter.table().size(); });
}
