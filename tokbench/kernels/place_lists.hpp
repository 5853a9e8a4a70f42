// Lists of places (slots where a pair begins), in memory that is used again when a list is let go.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "pages.hpp"

namespace tokbench {

template <class Place>
struct PlaceList {
    Place* begin = nullptr;
    Place size = 0;  // no more than there are slots, which a place can tell
    Place capacity = 0;

    void push(std::size_t place) { begin[size++] = static_cast<Place>(place); }
};

// Room comes in pieces of 1, 2, 3, 4, 6, 8, 12, 16, … places, cut from large blocks; a piece that is let go waits with
// those of its kind. A list that is longer than most is cut as long as it is, and makes several pieces later.
template <class Place>
class PlacePool {
   public:
    // An empty list with room for `capacity` places.
    PlaceList<Place> take(std::size_t capacity) {
        const std::size_t kind = kind_of(capacity);
        if (free_[kind].empty()) {
            const std::size_t size = capacity <= kRounded ? size_of(kind) : capacity;
            return {carve(size, kind), 0, static_cast<Place>(size)};
        }
        Place* begin = free_[kind].back();
        free_[kind].pop_back();
        return {begin, 0, static_cast<Place>(size_of(kind))};
    }

    void release(PlaceList<Place>& list) {
        give(list.begin, list.capacity);
        list = {};
    }

    // Make room for so many places at once.
    void expect(std::size_t places) {
        give(rest_, left_);
        begin_block(places);
        touch_memory(rest_, places * sizeof(Place));
    }

   private:
    static constexpr std::size_t kKinds = 96;  // size_of(95) is 2^48
    static constexpr std::size_t kRounded = 256;
    static constexpr std::size_t kBlock = std::size_t{1} << 18;

    static constexpr std::size_t kind_of(std::size_t capacity) {
        if (capacity < 2) return 0;
        const auto bits = static_cast<std::size_t>(std::bit_width(capacity - 1));
        return bits > 1 && capacity <= size_of(2 * bits - 2) ? 2 * bits - 2 : 2 * bits - 1;
    }

    static constexpr std::size_t size_of(std::size_t kind) {
        return kind == 0 ? 1 : kind % 2 ? std::size_t{2} << (kind / 2) : std::size_t{3} << (kind / 2 - 1);
    }

    // Cut a piece from the rest of a block, of the largest piece that was let go, or of a new block.
    Place* carve(std::size_t size, std::size_t kind) {
        if (left_ < size) {
            give(rest_, left_);
            std::size_t larger = kKinds;
            while (--larger > kind && free_[larger].empty()) continue;
            if (larger > kind) {
                rest_ = free_[larger].back();
                left_ = size_of(larger);
                free_[larger].pop_back();
            } else {
                begin_block(std::max(size, kBlock));
            }
        }
        left_ -= size;
        return std::exchange(rest_, rest_ + size);
    }

    void begin_block(std::size_t places) {
        blocks_.emplace_back(places * sizeof(Place));
        rest_ = static_cast<Place*>(blocks_.back().data());
        left_ = places;
    }

    // Cut room into pieces, the largest first, and let them wait.
    void give(Place* begin, std::size_t size) {
        while (size > 0) {
            std::size_t kind = kind_of(size);
            if (size_of(kind) > size) --kind;
            free_[kind].push_back(begin);
            begin += size_of(kind);
            size -= size_of(kind);
        }
    }

    std::array<std::vector<Place*>, kKinds> free_;
    std::vector<Pages> blocks_;
    Place* rest_ = nullptr;
    std::size_t left_ = 0;
};

}  // namespace tokbench
