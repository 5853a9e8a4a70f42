// Lists of places (slots where a pair begins), in memory that is used again when a list is let go.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

#include "pages.hpp"

namespace tokbench {

template <class Place>
struct PlaceList {
    Place* begin = nullptr;
    std::size_t size = 0;
    std::size_t capacity = 0;

    void push(std::size_t place) { begin[size++] = static_cast<Place>(place); }
};

template <class Place>
class PlacePool {
   public:
    // An empty list with room for `capacity` places.
    PlaceList<Place> take(std::size_t capacity) {
        const std::size_t kind = kind_of(capacity);
        if (kind >= kKinds) {
            Pages pages(capacity * sizeof(Place));
            auto* begin = static_cast<Place*>(pages.data());
            alone_.emplace(begin, std::move(pages));
            return {begin, 0, capacity};
        }
        if (free_[kind].empty()) return {carve(kind), 0, capacity};
        Place* begin = free_[kind].back();
        free_[kind].pop_back();
        return {begin, 0, capacity};
    }

    void release(PlaceList<Place>& list) {
        if (!list.begin) return;
        const std::size_t kind = kind_of(list.capacity);
        if (kind >= kKinds) {
            alone_.erase(list.begin);
        } else {
            free_[kind].push_back(list.begin);
        }
        list = {};
    }

    // Move a list to where it has no more room than it needs.
    void shrink(PlaceList<Place>& list) {
        if (list.size * 2 > list.capacity) return;
        PlaceList<Place> smaller = take(list.size);
        std::copy_n(list.begin, list.size, smaller.begin);
        smaller.size = list.size;
        release(list);
        list = smaller;
    }

   private:
    // Lists come in sizes of 1, 2, 3, 4, 6, 8, 12, 16, … places, cut from blocks; above 16,384 they stand alone.
    static constexpr std::size_t kKinds = 28;  // size_of(27) is 16,384
    static constexpr std::size_t kBlock = std::size_t{1} << 16;

    static constexpr std::size_t kind_of(std::size_t capacity) {
        if (capacity < 2) return 0;
        const auto bits = static_cast<std::size_t>(std::bit_width(capacity - 1));
        return bits > 1 && capacity <= size_of(2 * bits - 2) ? 2 * bits - 2 : 2 * bits - 1;
    }

    static constexpr std::size_t size_of(std::size_t kind) {
        return kind == 0 ? 1 : kind % 2 ? std::size_t{2} << (kind / 2) : std::size_t{3} << (kind / 2 - 1);
    }

    // Cut a list from the rest of a block, of a larger list that was let go, or of a new block.
    Place* carve(std::size_t kind) {
        const std::size_t size = size_of(kind);
        if (left_ < size) {
            keep_rest();
            std::size_t larger = kKinds;
            while (--larger > kind && free_[larger].empty()) continue;
            if (larger > kind) {
                rest_ = free_[larger].back();
                left_ = size_of(larger);
                free_[larger].pop_back();
            } else {
                blocks_.emplace_back(kBlock * sizeof(Place));
                rest_ = static_cast<Place*>(blocks_.back().data());
                left_ = kBlock;
            }
        }
        left_ -= size;
        return std::exchange(rest_, rest_ + size);
    }

    // Make lists of what is left of a block.
    void keep_rest() {
        while (left_ > 0) {
            std::size_t kind = kind_of(left_);
            if (size_of(kind) > left_) --kind;
            free_[kind].push_back(rest_);
            rest_ += size_of(kind);
            left_ -= size_of(kind);
        }
    }

    std::array<std::vector<Place*>, kKinds> free_;
    std::vector<Pages> blocks_;
    std::unordered_map<Place*, Pages> alone_;
    Place* rest_ = nullptr;
    std::size_t left_ = 0;
};

}  // namespace tokbench
