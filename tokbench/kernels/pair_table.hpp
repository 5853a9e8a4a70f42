// How often each pair of neighbors occurs: an open-addressing table, 16 bytes a pair.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>

#include "pages.hpp"
#include "training.hpp"

namespace tokbench {

using PairKey = std::uint64_t;  // two tokens of 24 bits: pairs in the order of their ids

constexpr Token kMostTokens = 0xFFFFFF;

constexpr PairKey key_of(Token left, Token right) { return PairKey{left} << 24 | right; }
constexpr Token left_of(PairKey key) { return static_cast<Token>(key >> 24); }
constexpr Token right_of(PairKey key) { return static_cast<Token>(key & kMostTokens); }

// What is known of a pair. Where it is `listed`, all places at which it stands are in entries of the queue (there
// may be none); where it is not, it was too rare for the queue when it came.
struct PairSlot {
    static constexpr std::uint64_t kMostLost = 0xFFFF;

    std::uint64_t key : 48;
    std::uint64_t lost : 16;  // how much the count has fallen while the pair was not listed, kMostLost for more
    std::int64_t count : 60;
    std::uint64_t listed : 1;
    std::uint64_t again : 1;      // it was queued again after it was listed: its entries may share words
    std::uint64_t gathering : 1;  // only while places are gathered: `count` is the number of the pair's list
    std::uint64_t spent : 1;      // one of its entries has come down to 0 and left the queue

    void lose(std::int64_t loss) {
        count = count - loss;
        if (!listed) lost = std::min<std::uint64_t>(kMostLost, lost + static_cast<std::uint64_t>(loss));
    }
};

class PairTable {
   public:
    explicit PairTable(std::size_t expected) { reset(expected); }

    PairSlot* find(PairKey key) {
        PairSlot& slot = slots_[place_of(key)];
        return slot.key == key ? &slot : nullptr;
    }

    // The pair's slot, a new one with count 0 where there is none; slots found before may move.
    PairSlot& get(PairKey key) {
        if ((used_ + 1) * 4 > size_ * 3) grow();
        PairSlot& slot = slots_[place_of(key)];
        if (slot.key == kNoPair) {
            slot.key = key;
            ++used_;
        }
        return slot;
    }

    // A lookup that is told of ahead does not wait for memory.
    [[gnu::always_inline]] void ask(PairKey key) const { __builtin_prefetch(&slots_[home_of(key)]); }

    template <class Visit>
    void each(Visit visit) {
        for (std::size_t place = 0; place < size_; ++place)
            if (slots_[place].key != kNoPair) visit(slots_[place]);
    }

   private:
    static constexpr PairKey kNoPair = key_of(kMostTokens, kMostTokens);
    static constexpr PairSlot kFree{kNoPair, 0, 0, 0, 0, 0, 0};

    std::size_t home_of(PairKey key) const { return static_cast<std::size_t>(key * 0x9E3779B97F4A7C15u >> shift_); }

    // Where the pair is, or would be.
    std::size_t place_of(PairKey key) const {
        std::size_t place = home_of(key);
        while (slots_[place].key != key && slots_[place].key != kNoPair) place = (place + 1) & (size_ - 1);
        return place;
    }

    void reset(std::size_t expected) {
        int bits = 10;
        while ((std::size_t{1} << bits) * 3 < expected * 4) ++bits;
        size_ = std::size_t{1} << bits;
        shift_ = 64 - bits;
        used_ = 0;
        pages_ = Pages(size_ * sizeof(PairSlot));
        slots_ = static_cast<PairSlot*>(pages_.data());
        std::uninitialized_fill_n(slots_, size_, kFree);
    }

    void grow() {
        const Pages old_pages = std::move(pages_);
        const std::span<const PairSlot> old(slots_, size_);
        reset(size_);
        for (const PairSlot& slot : old) {
            if (slot.key == kNoPair) continue;
            slots_[place_of(slot.key)] = slot;
            ++used_;
        }
    }

    Pages pages_{0};
    PairSlot* slots_ = nullptr;
    std::size_t size_ = 0;
    std::size_t used_ = 0;
    int shift_ = 0;
};

}  // namespace tokbench
