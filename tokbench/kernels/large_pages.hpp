// Memory for large tables in large pages, where the system has them: half the time of a lookup may be finding its page.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <new>

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace tokbench {

template <class T> struct LargePages {
    using value_type = T;

    LargePages() = default;
    template <class Other> LargePages(const LargePages<Other> &) {}

    T *allocate(std::size_t count) {
        constexpr std::size_t kPage = 2 << 20;
        const std::size_t bytes = count * sizeof(T);
        if (bytes < 2 * kPage) return static_cast<T *>(checked(std::malloc(bytes)));
        void *memory = checked(std::aligned_alloc(kPage, (bytes + kPage - 1) / kPage * kPage));
#ifdef __linux__
        // A wish: without large pages the memory is the same.
        madvise(memory, bytes, MADV_HUGEPAGE);
#endif
        return static_cast<T *>(memory);
    }
    void deallocate(T *memory, std::size_t) { std::free(memory); }

    bool operator==(const LargePages &) const { return true; }

  private:
    static void *checked(void *memory) {
        if (memory == nullptr) throw std::bad_alloc();
        return memory;
    }
};

}  // namespace tokbench
