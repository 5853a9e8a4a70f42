// Documents as Arrow lays them out, and how long work on them lets itself be stopped.
#pragma once

#include <functional>
#include <stdexcept>
#include <string>

#include "text.hpp"

namespace tokbench {

// Document i is data[offsets[i] .. offsets[i + 1]), and stands for weights[i].
struct Texts {
    Span data;
    const std::int64_t *offsets;
    std::size_t rows;
    const std::int64_t *weights;  // null: every document stands for itself once

    Span document(std::size_t row) const { return {data.begin + offsets[row], data.begin + offsets[row + 1]}; }
    std::int64_t weight(std::size_t row) const { return weights == nullptr ? 1 : weights[row]; }
};

// A document that is not UTF-8: its row, and the first byte of it that is wrong.
struct InvalidText : std::runtime_error {
    InvalidText(std::size_t row, std::size_t byte)
        : std::runtime_error("row " + std::to_string(row) + ", byte " + std::to_string(byte) + ": not UTF-8") {}
};

using Poll = std::function<void()>;  // throws to stop the work

// Polls every few milliseconds.
class Pace {
  public:
    explicit Pace(const Poll &poll) : poll_(poll) {}

    void go(std::size_t bytes) {
        unpolled_ += bytes;
        if (unpolled_ < kBytes) return;
        unpolled_ = 0;
        poll_();
    }

  private:
    static constexpr std::size_t kBytes = 4 << 20;

    const Poll &poll_;
    std::size_t unpolled_ = 0;
};

}  // namespace tokbench
