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
    // Adds to a word's count, in a while: `settle` makes sure of it.
    void add(Span word, std::int64_t count);
    void settle();

    // Counts the words of normalized text that begins a document (`first`), or does not.
    void add_text(Span text, const Pipeline &pipeline, bool first, std::int64_t count);

    // Counts the words of the plain chunks among one of `parts` equal parts of a table.
    void add_chunks(const CountTable &chunks, const Pipeline &pipeline, std::size_t part, std::size_t parts);

    // Adds all the counts of another counter, which is of no use afterwards.
    void absorb(WordCounter &other);
    const CountTable &table() {
        settle();
        return table_;
    }

  private:
    struct Pending {
        Key key;
        std::uint64_t hash;
        std::int64_t count;
    };

    static constexpr std::uint64_t kSpread = 0x9E3779B97F4A7C15;
    CountTable table_{kSpread};
    // Lookups wait here until their places in the table have come from memory.
    std::array<Pending, 32> pending_{};
    std::size_t waiting_ = 0;
};

// Whether the normalizer's kernel may see the text.
bool is_plain(Span text, const PlainNormalizer &normalizer);

}  // namespace tokbench
