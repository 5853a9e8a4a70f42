// Tokens and their ids, each token once; ids are given in the order of adding.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "training.hpp"

namespace tokbench {

class Vocabulary {
   public:
    explicit Vocabulary(const MergeOptions& options) : prefix_(options.prefix), longest_(options.max_token_length) {}

    // The id of a token, a new one where there is none; `length` is in characters, prefix and suffix not counted.
    Token add(std::string_view token, std::size_t length) {
        text_.append(token);
        return settle(length);
    }

    // The id of two tokens made one: play + ##ing → playing.
    Token merge(Token left, Token right) {
        const std::size_t size = size_of(right);
        const bool marked = !prefix_.empty() && token(right).starts_with(prefix_);
        const std::size_t skipped = marked ? prefix_.size() : 0;
        text_.append(text_, begins_[left], size_of(left));
        text_.append(text_, begins_[right] + skipped, size - skipped);
        return settle(lengths_[left] + lengths_[right]);
    }

    // Whether two tokens may be merged: HF leaves out merges that reach the limit, unless of two characters.
    bool fits(Token left, Token right) const {
        return !longest_ || lengths_[left] + lengths_[right] < std::max<std::size_t>(*longest_, 3);
    }

    std::size_t length(Token token) const { return lengths_[token]; }
    std::size_t size() const { return lengths_.size(); }

    std::vector<std::string> tokens() const {
        std::vector<std::string> result;
        result.reserve(size());
        for (Token id = 0; id < size(); ++id) result.emplace_back(token(id));
        return result;
    }

   private:
    // Give the text behind the last token's its id: that of a token with the same text, or a new one.
    Token settle(std::size_t length) {
        const std::string_view text = std::string_view(text_).substr(begins_.back());
        std::size_t slot = hash(text) & (ids_.size() - 1);
        for (; ids_[slot] != 0; slot = (slot + 1) & (ids_.size() - 1)) {
            if (token(ids_[slot] - 1) != text) continue;
            text_.resize(begins_.back());
            return ids_[slot] - 1;
        }
        begins_.push_back(text_.size());
        lengths_.push_back(length);
        ids_[slot] = static_cast<Token>(size());
        if (size() * 2 > ids_.size()) grow();
        return static_cast<Token>(size() - 1);
    }

    void grow() {
        ids_.assign(ids_.size() * 2, 0);
        for (Token id = 0; id < size(); ++id) {
            std::size_t slot = hash(token(id)) & (ids_.size() - 1);
            while (ids_[slot] != 0) slot = (slot + 1) & (ids_.size() - 1);
            ids_[slot] = id + 1;
        }
    }

    static std::size_t hash(std::string_view text) {
        std::uint64_t state = text.size();
        for (std::size_t at = 0; at < text.size(); at += 8) {
            std::uint64_t bytes = 0;
            std::memcpy(&bytes, text.data() + at, std::min<std::size_t>(8, text.size() - at));
            state = (state ^ bytes) * 0x9E3779B97F4A7C15;
            state ^= state >> 32;
        }
        return static_cast<std::size_t>(state);
    }

    std::size_t size_of(Token id) const { return begins_[id + 1] - begins_[id]; }
    std::string_view token(Token id) const { return std::string_view(text_).substr(begins_[id], size_of(id)); }

    std::string prefix_;
    std::optional<std::size_t> longest_;
    std::string text_;                      // of all tokens, one behind another
    std::vector<std::size_t> begins_ = {0};  // by id, and one behind the last
    std::vector<std::size_t> lengths_;
    std::vector<Token> ids_ = std::vector<Token>(1 << 10);  // by a slot found by the hash, from 1; 0 where it is free
};

}  // namespace tokbench
