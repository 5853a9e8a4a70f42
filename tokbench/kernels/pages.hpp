// A large piece of memory, of zeros.
#pragma once

#include <cstddef>
#include <utility>

#include "mapped_memory.hpp"

namespace tokbench {

class Pages {
   public:
    explicit Pages(std::size_t bytes) : data_(bytes ? map_memory(bytes) : nullptr), bytes_(bytes) {}
    Pages(Pages&& other) noexcept { swap(other); }
    Pages& operator=(Pages&& other) noexcept {
        Pages gone(std::move(*this));
        swap(other);
        return *this;
    }
    ~Pages() {
        if (data_) unmap_memory(data_, bytes_);
    }

    void* data() const { return data_; }

   private:
    void swap(Pages& other) {
        std::swap(data_, other.data_);
        std::swap(bytes_, other.bytes_);
    }

    void* data_ = nullptr;
    std::size_t bytes_ = 0;
};

}  // namespace tokbench
