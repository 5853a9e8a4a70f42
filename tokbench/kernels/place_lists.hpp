// Lists of places (slots where a pair begins), in memory that is used again when a list is let go.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

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
            auto alone = std::make_unique_for_overwrite<Place[]>(capacity);
            Place* begin = alone.get();
            alone_.emplace(begin, std::move(alone));
            return {begin, 0, capacity};
        }
        if (free_[kind].empty()) return {carve(std::size_t{1} << kind), 0, capacity};
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

   private:
    // Lists of up to 2^(kKinds - 1) places come in sizes of powers of two, cut from blocks; longer ones stand alone.
    static constexpr std::size_t kKinds = 12;
    static constexpr std::size_t kBlock = std::size_t{1} << 16;

    static std::size_t kind_of(std::size_t capacity) {
        std::size_t kind = 0;
        while ((std::size_t{1} << kind) < capacity) ++kind;
        return kind;
    }

    Place* carve(std::size_t size) {
        if (left_ < size) {
            blocks_.push_back(std::make_unique_for_overwrite<Place[]>(kBlock));
            left_ = kBlock;
        }
        left_ -= size;
        return blocks_.back().get() + left_;
    }

    std::array<std::vector<Place*>, kKinds> free_;
    std::vector<std::unique_ptr<Place[]>> blocks_;
    std::unordered_map<Place*, std::unique_ptr<Place[]>> alone_;
    std::size_t left_ = 0;
};

}  // namespace tokbench
