// Large memory that goes back to the system at once when it is let go, which malloc does not promise.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <utility>
#include <vector>

#if defined(__unix__) || defined(__APPLE__)
#include <sys/mman.h>
#define TOKBENCH_HAS_MMAP 1
#endif

namespace tokbench {

// Zeros, so many bytes of them; whole pages are taken.
inline void *map_memory(std::size_t bytes) {
#ifdef TOKBENCH_HAS_MMAP
    void *memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
#else
    void *memory = std::calloc(bytes, 1);
    if (memory == nullptr) throw std::bad_alloc();
#endif
    return memory;
}

inline void unmap_memory(void *memory, [[maybe_unused]] std::size_t bytes) {
#ifdef TOKBENCH_HAS_MMAP
    munmap(memory, bytes);
#else
    std::free(memory);
#endif
}

// Asks for pages that are all about to be written, which is less work at once than at the first touch of each.
inline void touch_memory([[maybe_unused]] void *memory, [[maybe_unused]] std::size_t bytes) {
#ifdef MADV_POPULATE_WRITE
    constexpr std::uintptr_t kPage = 4096;
    const std::uintptr_t begin = (reinterpret_cast<std::uintptr_t>(memory) + kPage - 1) / kPage * kPage;
    const std::uintptr_t end = (reinterpret_cast<std::uintptr_t>(memory) + bytes) / kPage * kPage;
    // Where the system cannot, pages come one by one.
    if (end > begin) madvise(reinterpret_cast<void *>(begin), end - begin, MADV_POPULATE_WRITE);
#endif
}

// Memory for vectors: mapped where it is large.
template <class T> struct MappedMemory {
    using value_type = T;

    MappedMemory() = default;
    template <class Other> MappedMemory(const MappedMemory<Other> &) {}

    T *allocate(std::size_t count) {
        const std::size_t bytes = count * sizeof(T);
        if (bytes >= kLarge) return static_cast<T *>(map_memory(bytes));
        void *memory = std::malloc(bytes);
        if (memory == nullptr) throw std::bad_alloc();
        return static_cast<T *>(memory);
    }

    void deallocate(T *memory, std::size_t count) {
        if (count * sizeof(T) >= kLarge) return unmap_memory(memory, count * sizeof(T));
        std::free(memory);
    }

    bool operator==(const MappedMemory &) const { return true; }

  private:
    static constexpr std::size_t kLarge = 256 << 10;
};

template <class T> using MappedVector = std::vector<T, MappedMemory<T>>;

// Makes room for so many values, which are all about to come.
template <class T> void expect_values(MappedVector<T> &values, std::size_t count) {
    values.reserve(count);
    touch_memory(values.data(), count * sizeof(T));
}

// Memory of another kind, for what is written before it is read: a vector that has grown holds anything in it, where
// others hold zeros.
template <class Memory> struct Unset : Memory {
    template <class Other> struct rebind {
        using other = Unset<typename std::allocator_traits<Memory>::template rebind_alloc<Other>>;
    };

    template <class Value, class... From> void construct(Value *at, From &&...from) {
        if constexpr (sizeof...(from) == 0) ::new (static_cast<void *>(at)) Value;
        else ::new (static_cast<void *>(at)) Value(std::forward<From>(from)...);
    }
};

template <class T> using UnsetVector = std::vector<T, Unset<std::allocator<T>>>;
template <class T> using UnsetMappedVector = std::vector<T, Unset<MappedMemory<T>>>;

}  // namespace tokbench
