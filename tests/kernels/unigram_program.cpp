// The Unigram trainer as a program of its own, to be built as a test wishes: for processors with wider vectors, say.
//
// Reads lines `count TAB word`, prints lines `score TAB piece` with every bit of the score.
#include <cstdio>
#include <iostream>
#include <string>

#include "unigram.hpp"

namespace {

class NoWatch : public tokbench::Watch {
   public:
    void look(std::size_t) override {}
};

}  // namespace

int main(int, char** arguments) {
    std::vector<std::int64_t> offsets = {0}, counts;
    std::string text, word;
    for (std::int64_t count; std::cin >> count && std::cin.get() && std::getline(std::cin, word);) {
        counts.push_back(count);
        text += word;
        offsets.push_back(static_cast<std::int64_t>(text.size()));
    }
    tokbench::UnigramOptions options;
    options.vocab_size = std::stoul(arguments[1]);
    options.threads = std::stoul(arguments[2]);
    options.seed_size = 1'000'000;
    NoWatch watch;
    const auto learned =
        tokbench::learn_unigram({offsets.data(), text.data(), counts.data(), counts.size()}, options, watch);
    for (std::size_t i = 0; i < learned.pieces.size(); ++i)
        std::printf("%a\t%s\n", learned.scores[i], learned.pieces[i].c_str());
}
