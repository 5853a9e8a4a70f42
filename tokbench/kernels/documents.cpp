#include "documents.hpp"

#include <algorithm>

namespace tokbench {

namespace {

constexpr std::size_t kPiece = 16 << 10;  // bytes that are folded at a time, so that they stay at hand

class Work {
  public:
    Work(const Pipeline &pipeline, WordCounter &words, ChunkCounter &others, const Poll &poll)
        : pipeline_(pipeline), words_(words), others_(others), pace_(poll) {}

    // `readable` says how far memory may be read.
    void count(Span document, const Byte *readable, std::int64_t weight) {
        document_ = document;
        readable_ = {document.begin, readable};
        weight_ = weight;
        if (pipeline_.normalizer.any) return words_.add_text(document, pipeline_, true, weight, readable_, &pace_);
        for (const Byte *at = document.begin; at < document.end;) {
            const Byte *odd = plain_end({at, document.end}, pipeline_.normalizer);
            // The chunk of what is not plain: from the last cut before it to the first one behind it.
            const Byte *begin = odd, *end = odd;
            if (odd < document.end) {
                begin = cut_before(at, odd);
                do ++end;
                while (end < document.end && !is_cut(end));
            }
            count_plain({at, begin});
            if (begin < end) count_other({begin, end});
            at = end;
        }
    }

  private:
    void count_plain(Span text) {
        while (text.begin < text.end) {
            Span piece = text;
            if (piece.size() > kPiece) piece.end = cut_before(text.begin, text.begin + kPiece);
            if (piece.size() == 0) piece.end = text.end;
            const Span folded = fold(piece, pipeline_.normalizer, folded_);
            words_.add_text(folded, pipeline_, piece.begin == document_.begin, weight_, readable_, &pace_);
            text.begin = piece.end;
        }
    }

    void count_other(Span chunk) {
        others_.add_chunk(chunk, chunk.begin == document_.begin, weight_, readable_.end);
        pace_.go(chunk.size());
    }

    bool is_cut(const Byte *at) const { return is_cut_before(document_.begin, at, others_.where()); }

    const Byte *cut_before(const Byte *from, const Byte *at) const {
        while (at > from && !is_cut(at)) --at;
        return at;
    }

    const Pipeline &pipeline_;
    WordCounter &words_;
    ChunkCounter &others_;
    Pace pace_;
    std::vector<Byte> folded_;
    Span document_, readable_;
    std::int64_t weight_ = 0;
};

}  // namespace

void count_documents(const Texts &texts, const Pipeline &pipeline, WordCounter &words, ChunkCounter &others,
                     const Poll &poll) {
    Work work(pipeline, words, others, poll);
    for (std::size_t row = 0; row < texts.rows; ++row) {
        const Span document = texts.document(row);
        if (texts.weight(row) == 0) continue;
        const Byte *invalid = invalid_utf8(document);
        if (invalid != document.end) throw InvalidText(row, static_cast<std::size_t>(invalid - document.begin));
        work.count(document, texts.data.end, texts.weight(row));
    }
    others.settle();
}

}  // namespace tokbench
