#include "json_lines.hpp"

#include <algorithm>

namespace tokbench {

namespace {

constexpr int kDeepest = 64;
constexpr std::ptrdiff_t kLongestNumber = 300;  // Python refuses integers of some thousand digits

bool is_digit(Byte byte) { return byte >= '0' && byte <= '9'; }
bool is_space(Byte byte) { return byte == ' ' || byte == '\t' || byte == '\r'; }
bool ends_run(Byte byte) { return byte == '"' || byte == '\\' || byte < 0x20; }

// The first byte of a string that is not itself: its end, an escape, or what may not stand there.
const Byte *run_end(const Byte *at, const Byte *end) {
    constexpr int kTogether = 64;
    for (; end - at >= kTogether; at += kTogether) {
        Byte found = 0;
        for (int index = 0; index < kTogether; ++index) found |= static_cast<Byte>(ends_run(at[index]));
        if (found != 0) break;
    }
    return std::find_if(at, end, ends_run);
}

int hex_value(Byte byte) {
    if (is_digit(byte)) return byte - '0';
    const Byte lower = byte | 0x20;
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

Byte *encode(char32_t code, Byte *to) {
    const auto tail = [code](int shift) { return static_cast<Byte>(0x80 | ((code >> shift) & 0x3F)); };
    if (code < 0x80) {
        *to++ = static_cast<Byte>(code);
    } else if (code < 0x800) {
        *to++ = static_cast<Byte>(0xC0 | (code >> 6));
        *to++ = tail(0);
    } else if (code < 0x10000) {
        *to++ = static_cast<Byte>(0xE0 | (code >> 12));
        *to++ = tail(6);
        *to++ = tail(0);
    } else {
        *to++ = static_cast<Byte>(0xF0 | (code >> 18));
        *to++ = tail(12);
        *to++ = tail(6);
        *to++ = tail(0);
    }
    return to;
}

// Reads one line; every member tells whether what it read was there.
class Line {
  public:
    Line(Span line, std::string_view field) : at_(line.begin), end_(line.end), field_(field) {}

    // Writes the string of the field, which takes no more room than it has in the line.
    bool read(Byte *&to) {
        Byte *const begin = to;
        bool found = false;
        if (!take('{')) return false;
        if (take('}')) return false;
        do {
            Span key;
            if (!plain_string(key) || !take(':')) return false;
            skip_space();
            if (std::string_view(reinterpret_cast<const char *>(key.begin), key.size()) != field_) {
                if (!value(1)) return false;
                continue;
            }
            to = begin;  // of a field that comes twice the last counts
            found = true;
            if (!string(&to)) return false;
        } while (take(','));
        if (!take('}')) return false;
        skip_space();
        return found && at_ == end_;
    }

    bool blank() {
        skip_space();
        return at_ == end_;
    }

  private:
    void skip_space() {
        while (at_ < end_ && is_space(*at_)) ++at_;
    }

    bool take(char wanted) {
        skip_space();
        if (at_ == end_ || *at_ != static_cast<Byte>(wanted)) return false;
        ++at_;
        return true;
    }

    // A string without escapes, as keys are.
    bool plain_string(Span &found) {
        if (!take('"')) return false;
        found = {at_, run_end(at_, end_)};
        at_ = found.end;
        return take_here('"');
    }

    bool take_here(char wanted) {
        if (at_ == end_ || *at_ != static_cast<Byte>(wanted)) return false;
        ++at_;
        return true;
    }

    // A string, written to `to` where there is one.
    bool string(Byte **to) {
        if (!take_here('"')) return false;
        for (;;) {
            const Byte *run = run_end(at_, end_);
            if (to != nullptr) *to = std::copy(at_, run, *to);
            at_ = run;
            if (take_here('"')) return true;
            char32_t code = 0;
            if (!take_here('\\') || !escape(code)) return false;
            if (to != nullptr) *to = encode(code, *to);
        }
    }

    bool escape(char32_t &code) {
        if (at_ == end_) return false;
        constexpr std::string_view kNames = "\"\\/bfnrt", kMeant = "\"\\/\b\f\n\r\t";
        const char name = static_cast<char>(*at_++);
        if (name == 'u') return code_point(code);
        const std::size_t which = kNames.find(name);
        if (which == std::string_view::npos) return false;
        code = static_cast<char32_t>(kMeant[which]);
        return true;
    }

    bool code_point(char32_t &code) {
        if (!four_digits(code)) return false;
        if (code < 0xD800 || code > 0xDFFF) return true;
        char32_t low = 0;
        if (code > 0xDBFF || !take_here('\\') || !take_here('u') || !four_digits(low)) return false;
        if (low < 0xDC00 || low > 0xDFFF) return false;
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        return true;
    }

    bool four_digits(char32_t &code) {
        if (end_ - at_ < 4) return false;
        code = 0;
        for (int index = 0; index < 4; ++index) {
            const int value = hex_value(*at_++);
            if (value < 0) return false;
            code = code << 4 | static_cast<char32_t>(value);
        }
        return true;
    }

    bool value(int depth) {
        skip_space();
        if (at_ == end_ || depth > kDeepest) return false;
        switch (*at_) {
            case '"': return string(nullptr);
            case '{': return members(depth);
            case '[': return items(depth);
            case 't': return word("true");
            case 'f': return word("false");
            case 'n': return word("null");
            default: return number();
        }
    }

    bool members(int depth) {
        ++at_;
        if (take('}')) return true;
        do {
            skip_space();
            if (!string(nullptr) || !take(':') || !value(depth + 1)) return false;
        } while (take(','));
        return take('}');
    }

    bool items(int depth) {
        ++at_;
        if (take(']')) return true;
        do {
            if (!value(depth + 1)) return false;
        } while (take(','));
        return take(']');
    }

    bool word(std::string_view wanted) {
        if (static_cast<std::size_t>(end_ - at_) < wanted.size()) return false;
        if (!std::equal(wanted.begin(), wanted.end(), at_)) return false;
        at_ += wanted.size();
        return true;
    }

    bool digits() {
        const Byte *begin = at_;
        while (at_ < end_ && is_digit(*at_)) ++at_;
        return at_ > begin;
    }

    bool number() {
        const Byte *begin = at_;
        take_here('-');
        if (!take_here('0') && !digits()) return false;
        if (take_here('.') && !digits()) return false;
        if (at_ < end_ && (*at_ == 'e' || *at_ == 'E')) {
            ++at_;
            if (!take_here('+')) take_here('-');
            if (!digits()) return false;
        }
        return at_ - begin <= kLongestNumber;
    }

    const Byte *at_;
    const Byte *end_;
    std::string_view field_;
};

// Adds the strings of lines, written to `to`; false where a line is not such as they should be.
bool add_lines(Span text, std::string_view field, Lines &lines, Byte *&to) {
    for (const Byte *at = text.begin; at < text.end;) {
        const auto *end = static_cast<const Byte *>(std::memchr(at, '\n', static_cast<std::size_t>(text.end - at)));
        if (end == nullptr) end = text.end;
        Line line({at, end}, field);
        at = std::min(end + 1, text.end);
        if (line.blank()) continue;
        if (!line.read(to)) return false;
        lines.offsets.push_back(to - lines.data.data());
    }
    return true;
}

}  // namespace

std::optional<Lines> json_lines(Span before, Span text, std::string_view field) {
    Lines lines{{0}, UnsetVector<Byte>(before.size() + text.size())};
    Byte *to = lines.data.data();
    if (before.size() != 0) {
        const Byte *end = std::find(text.begin, text.end, Byte{'\n'});
        std::vector<Byte> first(before.begin, before.end);
        first.insert(first.end(), text.begin, end);
        if (!add_lines({first.data(), first.data() + first.size()}, field, lines, to)) return std::nullopt;
        text.begin = end;
    }
    if (!add_lines(text, field, lines, to)) return std::nullopt;
    lines.data.resize(static_cast<std::size_t>(to - lines.data.data()));
    return lines;
}

}  // namespace tokbench
