// Counting the distinct chunks of documents: counting/cuts.py says what a chunk is, in Python.
#pragma once

#include <array>
#include <functional>
#include <string>

#include "table.hpp"

namespace tokbench {

enum class Cut { never, space, ascii_space };

// Documents as Arrow lays them out: document i is data[offsets[i] .. offsets[i + 1]), and stands for weights[i].
template <class Offset> struct Texts {
    Span data;
    const Offset *offsets;
    std::size_t rows;
    const std::int64_t *weights;  // null: every document stands for itself once
};

// A document that is not UTF-8: its row, and the first byte of it that is wrong.
struct InvalidText : std::runtime_error {
    InvalidText(std::size_t row, std::size_t byte)
        : std::runtime_error("row " + std::to_string(row) + ", byte " + std::to_string(byte) + ": not UTF-8") {}
};

using Poll = std::function<void()>;  // called every few milliseconds; throws to stop the work

class ChunkCounter {
  public:
    explicit ChunkCounter(Cut where) : where_(where) {}

    // Counts the chunks of documents. After an error the counts are of no use.
    template <class Offset> void add(const Texts<Offset> &texts, const Poll &poll);

    // Adds chunks that were counted before, each with its flag and its count.
    void add_counted(const Texts<std::int64_t> &chunks, const Byte *flags);

    // Chunks that begin a document carry the flag.
    const CountTable &table() const { return table_; }
    void absorb(ChunkCounter &other) { table_.absorb(other.table_); }

  private:
    // A lookup; the key of a long chunk is made when it is new.
    struct Pending {
        Key key;
        std::uint64_t hash;
        Span chunk;
        bool first;
    };

    // Returns whether all that is new in the document is UTF-8.
    bool add_document(Span document, const Byte *readable, std::int64_t weight, const Poll &poll);
    void add_chunk(Span chunk, const Byte *readable, bool first);
    void settle(std::int64_t weight);

    static constexpr std::uint64_t kSpread = 0xD6E8FEB86659FD93;
    Cut where_;
    CountTable table_{kSpread};
    bool valid_ = true;
    std::size_t unpolled_ = 0;
    // Lookups wait here until their places in the table have come from memory.
    std::array<Pending, 64> pending_{};
    std::size_t waiting_ = 0;
};

}  // namespace tokbench
