#include "unigram_suffixes.hpp"

#include <algorithm>
#include <bit>
#include <numeric>
#include <span>

#include "parallel.hpp"

namespace tokbench {
namespace {

constexpr std::uint64_t kLeastCount = 2;  // LEAST_COUNT of unigram.py

struct Suffix {
    std::uint64_t key;  // the next symbols, the first one highest; 0 behind the end of the text
    Position at;
    std::uint32_t text;
};

// The heaviest candidates so far; now and then those that cannot be among the `most` are let go.
class Pool {
   public:
    // There are no more than `bound` candidates; what is reserved takes no memory before it is used.
    Pool(std::size_t most, std::size_t bound) : most_(most), enough_(most + most / 4 + 1024) {
        candidates.reserve(std::min(enough_, bound));
    }

    void add(const Candidate& candidate) {
        if (candidate.weight() < least_) return;
        candidates.push_back(candidate);
        if (candidates.size() >= enough_) shrink();
    }

    void shrink() {
        if (candidates.size() <= most_) return;
        keep_heaviest(candidates, most_);
        least_ = candidates.back().weight();
    }

    MappedVector<Candidate> candidates;

   private:
    std::size_t most_, enough_;
    std::uint64_t least_ = 0;
};

// How often the end of texts occurs that a place stands for: the counts of all texts that share it, added up.
class Weights {
   public:
    explicit Weights(const Texts& texts) : texts_(texts) {
        first_.reserve(texts.size());
        for (std::size_t text = 0; text < texts.size(); ++text) {
            first_.push_back(static_cast<Position>(places_));
            places_ += texts.ends[text] - texts.places_of(text);
        }
        weights_.resize(places_);
        for (std::size_t block = 0; block + 1 < texts.blocks.size(); ++block)
            add(texts.blocks[block], texts.blocks[block + 1]);
    }

    std::uint64_t operator[](const Suffix& suffix) const {
        return weights_[first_[suffix.text] + (suffix.at - texts_.places_of(suffix.text))];
    }

   private:
    void add(std::size_t first, std::size_t end) {
        std::vector<std::uint64_t> pending;  // by length: the counts of texts further on
        for (std::size_t text = end; text-- > first;) {
            const std::size_t length = texts_.ends[text] - texts_.begin_of(text);
            if (pending.size() <= length) pending.resize(length + 1, 0);
            auto sum = static_cast<std::uint64_t>(texts_.counts[text]);
            for (std::size_t at = length; at-- > texts_.shared[text]; pending[at + 1] = 0)
                weights_[first_[text] + at - texts_.shared[text]] = sum += pending[at + 1];
            pending[texts_.shared[text]] += sum;
        }
    }

    const Texts& texts_;
    MappedVector<Position> first_;  // by text: the number of its first place among all places
    MappedVector<std::uint64_t> weights_;
    std::size_t places_ = 0;
};

class BucketSorter {
   public:
    BucketSorter(const Texts& texts, const Weights& weights, std::size_t longest, Suffixes& suffixes)
        : texts_(texts),
          weights_(weights),
          longest_(longest),
          bits_(static_cast<unsigned>(std::bit_width(texts.characters.size() - 1))),
          per_key_(64 / bits_),
          suffixes_(suffixes) {}

    // Sort the suffixes from `begin` to `end`, which share their first symbol, and add what stands out to the pool.
    void sort(Position begin, Position end, Pool& pool) {
        gather(begin, end);
        shared_.assign(items_.size() + 1, 1);
        refine({items_.data(), items_.size()}, 1);
        for (std::size_t i = 0; i < items_.size(); ++i) suffixes_.places[begin + i] = items_[i].at;
        shared_.front() = shared_.back() = 0;
        scan(begin, pool);
    }

   private:
    void gather(Position begin, Position end) {
        items_.resize(end - begin);
        std::size_t text = 0;
        for (Position i = begin; i < end; ++i) {
            const Position at = suffixes_.places[i];
            text = text_of(at, text);
            items_[i - begin] = {0, at, static_cast<std::uint32_t>(text)};
        }
    }

    // The text that a position is in, not before `text`: in growing steps, then between the last two.
    std::size_t text_of(Position at, std::size_t text) const {
        std::size_t step = 1, low = text;
        while (low + step < texts_.ends.size() && texts_.ends[low + step] <= at) low += step, step *= 2;
        const auto first = texts_.ends.begin() + static_cast<std::ptrdiff_t>(low);
        const auto last = texts_.ends.begin() + static_cast<std::ptrdiff_t>(std::min(low + step + 1, texts_.ends.size()));
        return static_cast<std::size_t>(std::upper_bound(first, last, at) - texts_.ends.begin());
    }

    std::uint64_t key_of(const Suffix& suffix, std::size_t depth) const {
        const std::size_t left = length_of(suffix) - depth;
        const std::size_t from = suffix.at - depth;
        std::uint64_t key = 0;
        for (std::size_t i = 0; i < per_key_; ++i) key = key << bits_ | (i < left ? texts_.symbols[from - i] : Symbol{0});
        return key << unused();
    }

    std::size_t length_of(const Suffix& suffix) const { return suffix.at + 1 - texts_.begin_of(suffix.text); }

    unsigned unused() const { return 64 - bits_ * per_key_; }

    // How many symbols two different keys share.
    std::size_t shared(std::uint64_t left, std::uint64_t right) const {
        return static_cast<std::size_t>(std::countl_zero(left ^ right)) / bits_;
    }

    // How many symbols a key has before the end of the text.
    std::size_t symbols_in(std::uint64_t key) const {
        const auto below = static_cast<std::size_t>(std::countr_zero(key));
        return key == 0 ? 0 : per_key_ - (below - unused()) / bits_;
    }

    // Sort suffixes that share their first `depth` symbols, and note how many each shares with the one before it.
    void refine(std::span<Suffix> suffixes, std::size_t depth) {
        for (Suffix& suffix : suffixes) suffix.key = key_of(suffix, depth);
        std::sort(suffixes.begin(), suffixes.end(),
                  [](const Suffix& left, const Suffix& right) { return left.key < right.key; });
        std::uint8_t* noted = shared_.data() + (suffixes.data() - items_.data());
        std::uint64_t before = 0;  // refining further writes over the keys of a run
        for (std::size_t begin = 0, end; begin < suffixes.size(); begin = end) {
            const std::uint64_t key = suffixes[begin].key;
            for (end = begin + 1; end < suffixes.size() && suffixes[end].key == key;) ++end;
            if (begin > 0) noted[begin] = static_cast<std::uint8_t>(depth + shared(key, before));
            before = key;
            const std::size_t symbols = symbols_in(key), reached = depth + symbols;
            if (end - begin == 1) continue;
            if (symbols < per_key_ || reached > longest_) {
                std::fill(noted + begin + 1, noted + end, static_cast<std::uint8_t>(reached));
            } else {
                refine(suffixes.subspan(begin, end - begin), reached);
            }
        }
    }

    // Find the intervals of suffixes that share more symbols than their neighbors do with them.
    void scan(Position begin, Pool& pool) {
        struct Open {
            std::size_t depth, left;
            std::uint64_t before;
        };
        std::vector<Open> open = {{0, 0, 0}};
        std::uint64_t so_far = 0;
        const auto add = [&](std::size_t depth, std::size_t left, std::size_t right, std::uint64_t count) {
            if (depth < 2 || depth > longest_ || count < kLeastCount) return;
            pool.add({count & kMostCounted, depth & 0xFF, static_cast<Position>(begin + left),
                      static_cast<Position>(begin + right)});
        };
        for (std::size_t i = 0; i < items_.size(); ++i) {
            const std::uint64_t count = weights_[items_[i]];
            const std::size_t length = length_of(items_[i]);
            const std::size_t with_next = shared_[i + 1];
            if (length > shared_[i] && length > with_next) add(length, i, i + 1, count);
            std::size_t left = i;
            std::uint64_t before = so_far;
            so_far += count;
            while (open.back().depth > with_next) {
                add(open.back().depth, open.back().left, i + 1, so_far - open.back().before);
                left = open.back().left;
                before = open.back().before;
                open.pop_back();
            }
            if (open.back().depth < with_next) open.push_back({with_next, left, before});
        }
    }

    const Texts& texts_;
    const Weights& weights_;
    std::size_t longest_;
    unsigned bits_, per_key_;
    Suffixes& suffixes_;
    MappedVector<Suffix> items_;
    MappedVector<std::uint8_t> shared_;  // with the suffix before; 0 at both ends
};

// Put the places that stand for two symbols or more into buckets by their first symbol, in order.
Suffixes bucketed(const Texts& texts) {
    Suffixes suffixes;
    suffixes.buckets.assign(texts.characters.size() + 1, 0);
    const auto each = [&](auto visit) {
        for (std::size_t text = 0; text < texts.ends.size(); ++text)
            for (Position at = std::max(texts.places_of(text), texts.begin_of(text) + 1); at < texts.ends[text]; ++at)
                visit(at, texts.symbols[at]);
    };
    each([&](Position, Symbol symbol) { ++suffixes.buckets[symbol + 1]; });
    std::partial_sum(suffixes.buckets.begin(), suffixes.buckets.end(), suffixes.buckets.begin());
    suffixes.places.resize(suffixes.buckets.back());
    std::vector<Position> next = suffixes.buckets;
    each([&](Position at, Symbol symbol) { suffixes.places[next[symbol]++] = at; });
    return suffixes;
}

// The first symbols, the largest buckets first, so that no thread ends long after the others.
std::vector<Symbol> largest_first(const Suffixes& suffixes) {
    std::vector<Symbol> order(suffixes.buckets.size() - 1);
    std::iota(order.begin(), order.end(), 0);
    const auto size = [&](Symbol symbol) { return suffixes.buckets[symbol + 1] - suffixes.buckets[symbol]; };
    std::stable_sort(order.begin(), order.end(), [&](Symbol left, Symbol right) { return size(left) > size(right); });
    return order;
}

}  // namespace

void keep_heaviest(MappedVector<Candidate>& candidates, std::size_t most) {
    const auto heavier = [](const Candidate& left, const Candidate& right) {
        return left.weight() != right.weight() ? left.weight() > right.weight() : outer_first(left, right);
    };
    const auto last = candidates.begin() + static_cast<std::ptrdiff_t>(most);
    std::nth_element(candidates.begin(), last - 1, candidates.end(), heavier);
    candidates.erase(last, candidates.end());
}

MappedVector<Candidate> find_candidates(const Texts& texts, std::size_t longest, std::size_t most, std::size_t threads,
                                        Suffixes& suffixes, Watch& watch) {
    suffixes = bucketed(texts);
    const Weights weights(texts);
    std::vector<BucketSorter> sorters(threads, BucketSorter(texts, weights, longest, suffixes));
    std::vector<Pool> pools;
    for (std::size_t i = 0; i < threads; ++i) pools.emplace_back(most, 2 * suffixes.places.size());
    const std::vector<Symbol> order = largest_first(suffixes);
    in_parallel(order.size(), threads, watch, 0, [&](std::size_t job, std::size_t worker) {
        const Position begin = suffixes.buckets[order[job]], end = suffixes.buckets[order[job] + 1];
        if (begin < end) sorters[worker].sort(begin, end, pools[worker]);
    });
    sorters.clear();
    Pool& all = pools.front();
    for (std::size_t i = 1; i < pools.size(); ++i) {
        all.candidates.insert(all.candidates.end(), pools[i].candidates.begin(), pools[i].candidates.end());
        pools[i].candidates = {};
    }
    all.shrink();
    return std::move(all.candidates);
}

}  // namespace tokbench
