// BertPreTokenizer: white space ends words, and each punctuation character is a word.
#include <algorithm>

#include "ascii.hpp"
#include "classes.hpp"
#include "splits.hpp"

namespace tokbench {

namespace {

class BertSplit {
  public:
    BertSplit(Span text, Sink &sink) : reader_(text), at_(text.begin), end_(text.end), sink_(sink) {}

    void run() {
        while (end_ - at_ >= static_cast<std::ptrdiff_t>(kBlock)) {
            const Byte *block = at_, *known = take_block();
            // One by one past what is not ASCII, past white space, and past a word that is longer than the block.
            if (known == block + kBlock && at_ != block) continue;
            const Byte *past = known == block + kBlock ? block : known;
            while (at_ <= past && at_ < end_) take_one();
        }
        while (at_ < end_) take_one();
    }

  private:
    // Takes the words of the next 64 bytes that end before something that is not ASCII, which is returned.
    const Byte *take_block() {
        const Byte *block = at_;
        const AsciiMasks masks = ascii_masks(block);
        const int known = std::countr_zero(masks.high);
        const std::uint64_t marks = masks.others() & plain_mask(block);
        const std::uint64_t rest = ~(masks.white | marks);
        for (std::uint64_t begins = ((rest & ~(rest << 1)) | marks) & low_bits(known); begins != 0;
             begins &= begins - 1) {
            const int begin = std::countr_zero(begins);
            // A word that reaches what is not known may go on there.
            const int end = begin + std::max(std::countr_one(rest >> begin), 1);
            if (end > known || (end == known && (rest >> begin & 1) != 0)) break;
            sink_.word({block + begin, block + end});
            at_ = block + end;
        }
        return block + known;
    }

    void take_one() {
        const Char first = reader_.at(at_);
        const Byte *begin = at_;
        at_ = first.end;
        if (first.is(kWhite)) return;
        const auto belongs = [](const Char &next) { return !next.is(kWhite | kMarkup); };
        if (!first.is(kMarkup)) at_ = reader_.run(at_, belongs);
        sink_.word({begin, at_});
    }

    const Reader reader_;
    const Byte *at_;
    const Byte *end_;
    Sink &sink_;
};

}  // namespace

void split_bert(Span text, Sink &sink) { BertSplit(text, sink).run(); }

}  // namespace tokbench
