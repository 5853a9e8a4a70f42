#include "classes.hpp"

#include <algorithm>
#include <iterator>

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

std::vector<Class> expand() {
    std::vector<Class> all(kCodePoints);
    for (std::size_t index = 0; index < std::size(kRuns); ++index) {
        const char32_t last = index + 1 < std::size(kRuns) ? kRuns[index + 1].first : kCodePoints;
        std::fill(all.begin() + kRuns[index].first, all.begin() + last, kRuns[index].of);
    }
    return all;
}

}  // namespace

const std::vector<Class> &classes() {
    static const std::vector<Class> all = expand();
    return all;
}

}  // namespace tokbench
