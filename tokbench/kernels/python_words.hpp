// What every trainer takes from Python: words with their counts, and a report that is called now and then.
#pragma once

#include <nanobind/nanobind.h>

#include <chrono>

#include "python_arrays.hpp"
#include "training.hpp"

namespace tokbench {

// Takes the interpreter lock every 50 ms, to report progress and to let Ctrl-C through.
class PythonWatch : public Watch {
   public:
    explicit PythonWatch(nb::object report, nb::object entered = nb::none())
        : report_(std::move(report)), entered_(std::move(entered)) {}

    void look(std::size_t tokens) override {
        const auto now = std::chrono::steady_clock::now();
        if (now < next_) return;
        nb::gil_scoped_acquire lock;
        if (PyErr_CheckSignals() != 0) throw nb::python_error();
        if (tokens) tokens_ = tokens;
        report_(tokens_);
        next_ = std::chrono::steady_clock::now() + std::chrono::milliseconds(50);
    }

    void enter(const char* phase) override {
        if (entered_.is_none()) return;
        nb::gil_scoped_acquire lock;
        entered_(phase);
    }

   private:
    nb::object report_, entered_;
    std::size_t tokens_ = 0;  // the last number that was told
    std::chrono::steady_clock::time_point next_ = std::chrono::steady_clock::now();
};

inline WordsView view(const Array<std::int64_t>& offsets, const Array<std::uint8_t>& text,
                      const Array<std::int64_t>& counts) {
    if (offsets.shape(0) != counts.shape(0) + 1) throw nb::value_error("offsets must be one longer than counts");
    const std::int64_t* first = offsets.data();
    for (std::size_t i = 0; i < counts.shape(0); ++i) {
        if (first[i] < 0 || first[i] > first[i + 1]) throw nb::value_error("offsets must not fall");
        if (counts.data()[i] < 1) throw nb::value_error("counts must be at least 1");
    }
    if (first[counts.shape(0)] > static_cast<std::int64_t>(text.shape(0)))
        throw nb::value_error("offsets must not pass the end of the text");
    return {first, reinterpret_cast<const char*>(text.data()), counts.data(), counts.shape(0)};
}

}  // namespace tokbench
