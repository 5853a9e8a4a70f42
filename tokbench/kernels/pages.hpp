// A large piece of memory, of zeros, that goes back to the system at once when it is let go, which malloc does not promise.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <new>
#include <utility>

#if defined(__unix__) || defined(__APPLE__)
#include <sys/mman.h>
#define TOKBENCH_HAS_MMAP 1
#endif

namespace tokbench {

class Pages {
   public:
    explicit Pages(std::size_t bytes) : bytes_(bytes) {
        if (!bytes_) return;
#ifdef TOKBENCH_HAS_MMAP
        data_ = mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (data_ == MAP_FAILED) throw std::bad_alloc();
#else
        data_ = std::calloc(bytes_, 1);
        if (!data_) throw std::bad_alloc();
#endif
    }
    Pages(Pages&& other) noexcept { swap(other); }
    Pages& operator=(Pages&& other) noexcept {
        Pages gone(std::move(*this));
        swap(other);
        return *this;
    }
    ~Pages() {
        if (!data_) return;
#ifdef TOKBENCH_HAS_MMAP
        munmap(data_, bytes_);
#else
        std::free(data_);
#endif
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
