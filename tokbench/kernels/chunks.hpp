// Counting the distinct chunks of documents: counting/cuts.py says what a chunk is, in Python.
#pragma once

#include "lookups.hpp"
#include "texts.hpp"

namespace tokbench {

enum class Cut { never, space, ascii_space };

// Whether a chunk of a text that is cut may end here, before a space.
bool may_end(Span chunk, Cut where);

// Whether a chunk begins at `at`, which is not where its text begins.
bool is_cut_before(const Byte *text_begin, const Byte *at, Cut where);

class ChunkCounter {
  public:
    explicit ChunkCounter(Cut where) : where_(where) {}

    // Counts the chunks of documents. After an error the counts are of no use.
    void add(const Texts &texts, const Poll &poll);

    // Adds chunks that were counted before, each with its count, and its flag where there are any; of all chunks, those
    // of one of `splits` equal shares by the lowest bits of their hashes, a power of two.
    void add_counted(const Texts &chunks, const Byte *flags, std::uint64_t split, std::uint64_t splits);

    // Whether a chunk is of such a share.
    static bool is_of(Span chunk, std::uint64_t split, std::uint64_t splits);

    // Counts one chunk, of valid UTF-8, which must live until `settle`; `readable` says how far memory may be read.
    void add_chunk(Span chunk, bool first, std::int64_t weight, const Byte *readable) {
        lookups_.add(chunk, first, weight, readable - chunk.begin >= 16, [](Span) {});
    }
    void settle() {
        lookups_.settle([](Span) {});
    }

    // Chunks that begin a document carry the flag.
    const CountTable &table() const { return table_; }
    void absorb(ChunkCounter &other) { table_.absorb(other.table_); }
    Cut where() const { return where_; }

  private:
    // Returns whether all that is new in the document is UTF-8.
    bool add_document(Span document, const Byte *readable, std::int64_t weight, Pace &pace);

    Cut where_;
    CountTable table_;
    Lookups lookups_{table_};
};

}  // namespace tokbench
