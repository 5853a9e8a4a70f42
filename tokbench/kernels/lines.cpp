#include "lines.hpp"

namespace tokbench {

Lines split_lines(Span text) {
    Lines lines{{0}, std::vector<Byte>(text.size())};
    Byte *to = lines.data.data();
    for (const Byte *at = text.begin; at < text.end;) {
        const auto *end = static_cast<const Byte *>(std::memchr(at, '\n', static_cast<std::size_t>(text.end - at)));
        const Byte *next = end == nullptr ? text.end : end + 1;
        if (end == nullptr) end = text.end;
        else if (end > at && end[-1] == '\r') --end;
        std::memcpy(to, at, static_cast<std::size_t>(end - at));
        to += end - at;
        lines.offsets.push_back(to - lines.data.data());
        at = next;
    }
    lines.data.resize(static_cast<std::size_t>(to - lines.data.data()));
    return lines;
}

}  // namespace tokbench
