// Tokens and their ids, each token once; ids are given in the order of adding.
#pragma once

#include <algorithm>
#include <string>
#include <unordered_map>
#include <vector>

#include "training.hpp"

namespace tokbench {

class Vocabulary {
   public:
    explicit Vocabulary(const MergeOptions& options)
        : prefix_(options.prefix), longest_(options.max_token_length) {
        ids_.reserve(std::min<std::size_t>(options.vocab_size, 1 << 20));
    }

    // The id of a token, a new one where there is none; `length` is in characters, prefix and suffix not counted.
    Token add(const std::string& token, std::size_t length) {
        const auto [place, fresh] = ids_.try_emplace(token, static_cast<Token>(tokens_.size()));
        if (fresh) {
            tokens_.push_back(&place->first);  // keys of an unordered_map stay where they are
            lengths_.push_back(length);
        }
        return place->second;
    }

    // The id of two tokens made one: play + ##ing → playing.
    Token merge(Token left, Token right) {
        std::string_view rest = *tokens_[right];
        if (rest.starts_with(prefix_)) rest.remove_prefix(prefix_.size());
        return add(std::string(*tokens_[left]).append(rest), lengths_[left] + lengths_[right]);
    }

    // Whether two tokens may be merged: HF leaves out merges that reach the limit, unless of two characters.
    bool fits(Token left, Token right) const {
        return !longest_ || lengths_[left] + lengths_[right] < std::max<std::size_t>(*longest_, 3);
    }

    std::size_t length(Token token) const { return lengths_[token]; }
    std::size_t size() const { return tokens_.size(); }

    std::vector<std::string> tokens() const {
        std::vector<std::string> result;
        result.reserve(tokens_.size());
        for (const std::string* token : tokens_) result.push_back(*token);
        return result;
    }

   private:
    std::string prefix_;
    std::optional<std::size_t> longest_;
    std::unordered_map<std::string, Token> ids_;
    std::vector<const std::string*> tokens_;
    std::vector<std::size_t> lengths_;
};

}  // namespace tokbench
