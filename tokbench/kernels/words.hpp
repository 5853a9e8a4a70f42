// Counting distinct words: splits run over distinct chunks.
#pragma once

#include <string>

#include "lookups.hpp"
#include "splits.hpp"
#include "texts.hpp"

namespace tokbench {

// What a document is given where it does not begin with a space: ByteLevel and Metaspace do that, if asked.
enum class Prefix { none, space, metaspace };

// What a normalizer does to plain text, which is printable ASCII, spaces, tabs, line ends, dashes (– —) and quotation
// marks (‘ ’ “ ”). Text that is not plain has its normalizer run elsewhere, unless there is none.
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
    // Adds to the count of words; in a while: `settle` makes sure of it. Of the words that lie in `readable`, all of
    // it may be read.
    void add(const Span *words, std::size_t size, std::int64_t count, Span readable);
    void settle() {
        lookups_.settle([](Span) {});
    }

    // Counts the words of normalized text that begins a document (`first`), or does not. Around the text, `readable`
    // may be read.
    void add_text(Span text, const Pipeline &pipeline, bool first, std::int64_t count, Span readable,
                  Pace *pace = nullptr);

    // Counts the words of the plain chunks among one of `parts` equal parts of a table.
    void add_chunks(const CountTable &chunks, const Pipeline &pipeline, std::size_t part, std::size_t parts);

    // Adds all the counts of another counter, which is of no use afterwards.
    void absorb(WordCounter &other);
    const CountTable &table() {
        settle();
        return table_;
    }

  private:
    CountTable table_;
    Lookups lookups_{table_};
};

// Where the text begins that the normalizer's kernel may not see; its end, if all of it is plain.
const Byte *plain_end(Span text, const PlainNormalizer &normalizer);

// What the normalizer makes of plain text: the text itself, where nothing changes, or one in `room`.
Span fold(Span text, const PlainNormalizer &normalizer, std::vector<Byte> &room);

}  // namespace tokbench
