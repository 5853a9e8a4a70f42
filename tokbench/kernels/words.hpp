// Counting distinct words: splits run over distinct chunks.
#pragma once

#include <string>

#include "chunks.hpp"
#include "splits.hpp"

namespace tokbench {

// What a document is given where it does not begin with a space: ByteLevel and Metaspace do that, if asked.
enum class Prefix { none, space, metaspace };

// What a normalizer does to plain text, which is printable ASCII, spaces, tabs and line ends. Text that is not plain
// has its normalizer run elsewhere, unless there is none.
struct PlainNormalizer {
    bool any = true;     // there is no normalizer: all text is plain
    bool lower = false;  // A becomes a
    bool clean = false;  // tabs and line ends become spaces
};

// A normalizer and pre-tokenizer that have a kernel.
struct Pipeline {
    PlainNormalizer normalizer;
    std::vector<Split> splits;
    Prefix prefix = Prefix::none;
};

class WordCounter {
  public:
    void add(Span word, std::int64_t count) {
        if (word.size() != 0) table_.add(word, word.end, false, count);
    }

    // Counts the words of normalized text that begins a document (`first`), or does not.
    void add_text(Span text, const Pipeline &pipeline, bool first, std::int64_t count);

    // Counts the words of the plain chunks among one of `parts` equal parts of a table.
    void add_chunks(const CountTable &chunks, const Pipeline &pipeline, std::size_t part, std::size_t parts);

    void absorb(const WordCounter &other) { table_.absorb(other.table_); }
    const CountTable &table() const { return table_; }

  private:
    CountTable table_;
};

// Whether the normalizer's kernel may see the text.
bool is_plain(Span text, const PlainNormalizer &normalizer);

}  // namespace tokbench
