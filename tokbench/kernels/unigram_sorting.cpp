// Texts in the order of their ends.
#include <algorithm>
#include <bit>

#include "parallel.hpp"
#include "unigram_texts.hpp"

namespace tokbench {
namespace {

constexpr std::size_t kBlock = 1 << 12;  // BLOCK of reference/unigram.py

struct Keyed {
    std::uint64_t key;  // the first symbols, the first one highest
    std::uint32_t text;
};

class Sorter {
   public:
    explicit Sorter(const Texts& texts)
        : texts_(texts), bits_(static_cast<unsigned>(std::bit_width(texts.characters.size() - 1))) {}

    // Which of equal texts comes first depends on the number of threads, and is all the same.
    MappedVector<Keyed> sorted(std::size_t threads, Watch& watch) const {
        MappedVector<Keyed> order(texts_.size());
        for (std::uint32_t text = 0; text < order.size(); ++text) {
            if (text % Watch::kSteps == 0) watch.look(0);
            order[text] = {key_of(text), text};
        }
        const auto before = [this](const Keyed& left, const Keyed& right) {
            return left.key != right.key ? left.key < right.key : compare(left, right) < 0;
        };
        sort_in_parallel(order.begin(), order.end(), before, threads, watch);
        return order;
    }

    bool equal(const Keyed& left, const Keyed& right) const {
        return left.key == right.key && compare(left, right) == 0;
    }

   private:
    std::uint64_t key_of(std::uint32_t text) const {
        const unsigned most = 64 / bits_;
        Position at = texts_.begin_of(text);
        std::uint64_t key = 0;
        for (unsigned i = 0; i < most; ++i) key = key << bits_ | (at < texts_.ends[text] ? texts_.symbols[at++] : 0);
        return key;
    }

    // As three-way comparison does, of texts whose keys are equal.
    std::ptrdiff_t compare(const Keyed& left, const Keyed& right) const {
        const auto behind_key = [&](std::uint32_t text) {
            return texts_.symbols.data() + std::min<std::size_t>(texts_.begin_of(text) + 64 / bits_, texts_.ends[text]);
        };
        const Symbol *one = behind_key(left.text), *other = behind_key(right.text);
        const auto [one_at, other_at] = std::mismatch(one, texts_.symbols.data() + texts_.ends[left.text], other,
                                                      texts_.symbols.data() + texts_.ends[right.text]);
        const bool one_ends = one_at == texts_.symbols.data() + texts_.ends[left.text];
        const bool other_ends = other_at == texts_.symbols.data() + texts_.ends[right.text];
        if (one_ends || other_ends) return static_cast<std::ptrdiff_t>(other_ends) - static_cast<std::ptrdiff_t>(one_ends);
        return *one_at < *other_at ? -1 : 1;
    }

    const Texts& texts_;
    unsigned bits_;
};

// The texts in order, equal ones as one.
void put_in_order(Texts& texts, std::size_t threads, Watch& watch) {
    const Sorter sorter(texts);
    const MappedVector<Keyed> order = sorter.sorted(threads, watch);
    MappedVector<Symbol> symbols;
    MappedVector<Position> ends;
    MappedVector<std::int64_t> counts;
    symbols.reserve(texts.symbols.size());
    ends.reserve(texts.size());
    counts.reserve(texts.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
        if (i % Watch::kSteps == 0) watch.look(0);
        const std::uint32_t text = order[i].text;
        if (i > 0 && sorter.equal(order[i - 1], order[i])) {
            counts.back() += texts.counts[text];
            continue;
        }
        const Symbol* data = texts.symbols.data();
        symbols.insert(symbols.end(), data + texts.begin_of(text), data + texts.ends[text]);
        ends.push_back(static_cast<Position>(symbols.size()));
        counts.push_back(texts.counts[text]);
    }
    texts.symbols = std::move(symbols);
    texts.ends = std::move(ends);
    texts.counts = std::move(counts);
}

void share(Texts& texts) {
    texts.shared.assign(texts.size(), 0);
    std::size_t places = 0;
    for (std::uint32_t text = 0; text < texts.size(); ++text) {
        const Symbol* begin = texts.symbols.data() + texts.begin_of(text);
        const Symbol* end = texts.symbols.data() + texts.ends[text];
        std::size_t shared = 0;
        if (text > 0) {
            const Symbol* before = texts.symbols.data() + texts.begin_of(text - 1);
            shared = static_cast<std::size_t>(std::mismatch(before, begin, begin, end).second - begin);
        }
        const auto length = static_cast<std::size_t>(end - begin);
        if (text == 0 || places + length - shared > kBlock) {
            texts.blocks.push_back(text);
            places = shared = 0;
        }
        places += length - shared;
        texts.shared[text] = static_cast<Position>(shared);
    }
    texts.blocks.push_back(static_cast<std::uint32_t>(texts.size()));
}

}  // namespace

void sort_texts(Texts& texts, std::size_t threads, Watch& watch) {
    put_in_order(texts, threads, watch);
    share(texts);
}

}  // namespace tokbench
