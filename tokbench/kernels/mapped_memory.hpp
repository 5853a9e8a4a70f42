// Memory for vectors that goes back to the system at once when it is let go, where it is large.
#pragma once

#include <cstddef>
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

template <class T> struct MappedMemory {
    using value_type = T;

    MappedMemory() = default;
    template <class Other> MappedMemory(const MappedMemory<Other> &) {}

    T *allocate(std::size_t count) {
        const std::size_t bytes = count * sizeof(T);
#ifdef TOKBENCH_HAS_MMAP
        if (bytes >= kLarge) {
            void *memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
            if (memory == MAP_FAILED) throw std::bad_alloc();
            return static_cast<T *>(memory);
        }
#endif
        void *memory = std::malloc(bytes);
        if (memory == nullptr) throw std::bad_alloc();
        return static_cast<T *>(memory);
    }

    void deallocate(T *memory, std::size_t count) {
#ifdef TOKBENCH_HAS_MMAP
        if (count * sizeof(T) >= kLarge) {
            munmap(memory, count * sizeof(T));
            return;
        }
#endif
        std::free(memory);
    }

    bool operator==(const MappedMemory &) const { return true; }

  private:
    static constexpr std::size_t kLarge = 256 << 10;
};

template <class T> using MappedVector = std::vector<T, MappedMemory<T>>;

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
