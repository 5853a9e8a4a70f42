#include "classes.hpp"

#include <algorithm>
#include <iterator>

#include "pages.hpp"

namespace tokbench {

namespace {

struct Run {
    char32_t first;
    Class of;
};

constexpr Run kRuns[] = {
#include "classes.inc"
};

constexpr char32_t kCodePoints = 0x110000;

// Most code points are of no class: the pages that hold nothing else are never touched.
Pages expand() {
    Pages pages(kCodePoints * sizeof(Class));
    auto *all = static_cast<Class *>(pages.data());
    for (std::size_t index = 0; index < std::size(kRuns); ++index) {
        const char32_t last = index + 1 < std::size(kRuns) ? kRuns[index + 1].first : kCodePoints;
        if (kRuns[index].of != 0) std::fill(all + kRuns[index].first, all + last, kRuns[index].of);
    }
    return pages;
}

}  // namespace

const Class *classes() {
    static const Pages all = expand();
    return static_cast<const Class *>(all.data());
}

}  // namespace tokbench
