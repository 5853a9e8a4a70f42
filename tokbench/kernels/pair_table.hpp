// What is known of pairs of neighbors: an open-addressing table by their keys.
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

constexpr PairKey kNoPair = key_of(kMostTokens, kMostTokens);

// Of a Slot, which has a `key`, all else is zeros in the beginning.
template <class Slot>
class PairTable {
   public:
    PairTable() { reset(10); }

    Slot* find(PairKey key) {
        Slot& slot = slots_[place_of(key)];
        return slot.key == key ? &slot : nullptr;
    }

    // The pair's slot, a new one with count 0 where there is none; slots found before may move.
    Slot& get(PairKey key) {
        if ((used_ + 1) * 4 > size_ * 3) grow();
        Slot& slot = slots_[place_of(key)];
        if (slot.key == kNoPair) {
            slot.key = key;
            ++used_;
        }
        return slot;
    }

    // Make room for so many more. Pairs that come in the order of another table, which is that of their hashes, would
    // crowd the beginning of one that grows as they come.
    void expect(std::size_t pairs) {
        while ((used_ + pairs) * 4 > size_ * 3) grow();
    }

    // A lookup that is told of ahead does not wait for memory.
    [[gnu::always_inline]] void ask(PairKey key) const { __builtin_prefetch(&slots_[home_of(key)]); }

    template <class Visit>
    void each(Visit visit) {
        for (std::size_t place = 0; place < size_; ++place)
            if (slots_[place].key != kNoPair) visit(slots_[place]);
    }

   private:
    std::size_t home_of(PairKey key) const { return static_cast<std::size_t>(key * 0x9E3779B97F4A7C15u >> shift_); }

    // Where the pair is, or would be.
    std::size_t place_of(PairKey key) const {
        std::size_t place = home_of(key);
        while (slots_[place].key != key && slots_[place].key != kNoPair) place = (place + 1) & (size_ - 1);
        return place;
    }

    void reset(int bits) {
        size_ = std::size_t{1} << bits;
        shift_ = 64 - bits;
        used_ = 0;
        pages_ = Pages(size_ * sizeof(Slot));
        slots_ = static_cast<Slot*>(pages_.data());
        touch_memory(slots_, size_ * sizeof(Slot));
        Slot free{};
        free.key = kNoPair;
        std::uninitialized_fill_n(slots_, size_, free);
    }

    void grow() {
        const Pages old_pages = std::move(pages_);
        const std::span<const Slot> old(slots_, size_);
        reset(65 - shift_);
        for (const Slot& slot : old) {
            if (slot.key == kNoPair) continue;
            slots_[place_of(slot.key)] = slot;
            ++used_;
        }
    }

    Pages pages_{0};
    Slot* slots_ = nullptr;
    std::size_t size_ = 0;
    std::size_t used_ = 0;
    int shift_ = 0;
};

}  // namespace tokbench
