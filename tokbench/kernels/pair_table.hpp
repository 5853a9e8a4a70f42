// How often each pair of neighbors occurs: an open-addressing table that drops pairs that are gone when it grows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "training.hpp"

namespace tokbench {

using PairKey = std::uint64_t;

constexpr PairKey key_of(Token left, Token right) { return PairKey{left} << 32 | right; }
constexpr Token left_of(PairKey key) { return static_cast<Token>(key >> 32); }
constexpr Token right_of(PairKey key) { return static_cast<Token>(key); }

struct PairSlot {
    PairKey key;
    std::int64_t count : 61;
    // All places where the pair stands are in entries of the queue (there may be none).
    std::uint64_t listed : 1;
    // The pair was queued again after it was listed: its entries may share words.
    std::uint64_t again : 1;
    // Only while places are gathered: `count` is the number of the pair's list.
    std::uint64_t gathering : 1;
};

class PairTable {
   public:
    explicit PairTable(std::size_t expected) { reset(expected); }

    PairSlot* find(PairKey key) {
        for (std::size_t i = home(key);; i = (i + 1) & mask_) {
            if (slots_[i].key == key) return &slots_[i];
            if (slots_[i].key == kNoPair) return nullptr;
        }
    }

    // The pair's slot, a new one with count 0 where there is none; slots found before may move.
    PairSlot& get(PairKey key) {
        if ((used_ + 1) * 8 > slots_.size() * 5) grow();
        std::size_t i = home(key);
        while (slots_[i].key != key) {
            if (slots_[i].key == kNoPair) {
                slots_[i] = {key, 0, 0, 0, 0};
                ++used_;
                break;
            }
            i = (i + 1) & mask_;
        }
        return slots_[i];
    }

    template <class Visit>
    void each(Visit visit) {
        for (PairSlot& slot : slots_)
            if (slot.key != kNoPair) visit(slot);
    }

    void prefetch(PairKey key) const { __builtin_prefetch(&slots_[home(key)]); }

   private:
    static constexpr PairKey kNoPair = ~PairKey{0};

    std::size_t home(PairKey key) const { return static_cast<std::size_t>(key * 0x9E3779B97F4A7C15u >> shift_); }

    void reset(std::size_t expected) {
        std::size_t bits = 10;
        while ((std::size_t{1} << bits) * 5 < expected * 8 + 8) ++bits;
        slots_.assign(std::size_t{1} << bits, PairSlot{kNoPair, 0, 0, 0, 0});
        mask_ = slots_.size() - 1;
        shift_ = static_cast<int>(64 - bits);
        used_ = 0;
    }

    void grow() {
        std::size_t alive = 0;
        each([&](const PairSlot& slot) { alive += keep(slot); });
        std::vector<PairSlot> old = std::move(slots_);
        reset(alive + alive / 2);
        for (const PairSlot& slot : old) {
            if (slot.key == kNoPair || !keep(slot)) continue;
            std::size_t i = home(slot.key);
            while (slots_[i].key != kNoPair) i = (i + 1) & mask_;
            slots_[i] = slot;
            ++used_;
        }
    }

    // A pair that is gone is as good as one that never was, unless the queue still knows it.
    static bool keep(const PairSlot& slot) { return slot.count != 0 || slot.listed; }

    std::vector<PairSlot> slots_;
    std::size_t mask_ = 0;
    std::size_t used_ = 0;
    int shift_ = 0;
};

}  // namespace tokbench
