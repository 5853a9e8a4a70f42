#include "unigram.hpp"

#include <bit>
#include <limits>
#include <utility>
#include <unordered_set>

#include "parallel.hpp"
#include "unigram_seeding.hpp"
#include "utf8.hpp"

namespace tokbench {
namespace {

constexpr int kFinest = 32;               // FINEST of reference/unigram.py
constexpr double kLeastExpected = 0.5;    // LEAST_EXPECTED of reference/unigram.py

class Trainer {
   public:
    Trainer(Seeds seeds, std::size_t size, const UnigramOptions& options, Watch& watch)
        : characters_(std::move(seeds.characters)),
          model_(std::move(seeds.model)),
          lattices_(std::move(seeds.lattices)),
          size_(size),
          options_(options),
          watch_(watch),
          most_groups_(model_.size() * (sizeof(Piece) + sizeof(Position)) / (kGroup * sizeof(Chains::Link))),
          spellers_(options.threads, Speller(lattices_, model_, chains_)) {
        const auto total = static_cast<std::uint64_t>(lattices_.texts.total);
        bits_ = std::min(kFinest, 62 - static_cast<int>(std::bit_width(total)));
    }

    void train() {
        const std::size_t enough = size_ * 11 / 10;
        while (true) {
            watch_.enter("expectation");
            for (std::size_t i = 0; i < options_.n_sub_iterations; ++i) {
                if (i > 0) scores_to_chances();
                maximize(expected());
            }
            if (model_.size() <= enough) return;
            const double share = static_cast<double>(model_.size()) * options_.shrinking_factor;
            watch_.enter("pruning");
            prune(std::max(enough, static_cast<std::size_t>(share)));
            scores_to_chances();
        }
    }

    // The characters and the pieces of the highest scores.
    void cut(LearnedPieces& result) const {
        std::vector<PieceId> order = ids_from(0);
        const auto begin = order.begin() + static_cast<std::ptrdiff_t>(characters());
        std::stable_sort(begin, order.end(),
                         [&](PieceId left, PieceId right) { return model_.pieces[left].value > model_.pieces[right].value; });
        order.resize(std::min(order.size(), size_));
        for (const PieceId id : order) {
            result.pieces.push_back(spelled(id));
            result.scores.push_back(rounded(model_.pieces[id].value));
        }
    }

   private:
    // Characters are the first pieces, and stay.
    std::size_t characters() const { return characters_.size(); }

    std::string spelled(PieceId id) const {
        std::string text;
        for (Position i = 0; i < model_.pieces[id].length; ++i) {
            const PieceId longest = lattices_.longest[model_.places[id] - i];
            PieceId first = renamed_.empty() ? longest : renamed_[longest];
            while (model_.pieces[first].begun_by != kNone) first = model_.pieces[first].begun_by;
            text += write_code_point(characters_[first]);
        }
        return text;
    }

    std::vector<PieceId> ids_from(std::size_t first) const {
        std::vector<PieceId> ids(model_.size() - first);
        for (std::size_t i = 0; i < ids.size(); ++i) ids[i] = static_cast<PieceId>(first + i);
        return ids;
    }

    template <class Work>
    void each_block(Work work) {
        in_parallel(lattices_.blocks(), options_.threads, watch_, model_.size(), work);
    }

    // Calls `work(id)` for each piece, on all threads.
    template <class Work>
    void each_piece(Work work) {
        constexpr std::size_t kMany = 1 << 14;
        in_parallel((model_.size() + kMany - 1) / kMany, options_.threads, watch_, model_.size(),
                    [&](std::size_t job, std::size_t) {
                        const std::size_t end = std::min(model_.size(), (job + 1) * kMany);
                        for (std::size_t id = job * kMany; id < end; ++id) work(static_cast<PieceId>(id));
                    });
    }

    void scores_to_chances() {
        each_piece([&](PieceId id) { model_.pieces[id].value = exponential(model_.pieces[id].value); });
    }

    // What `add(block, speller, tallies)` adds up over all blocks, which then know the new names of pieces.
    template <class Add>
    Tallies summed(Add add) {
        std::vector<Tallies> tallies(options_.threads);
        tallies.front().assign(model_.size() + 1, 0);
        each_block([&](std::size_t block, std::size_t worker) {
            if (tallies[worker].empty()) tallies[worker].assign(model_.size() + 1, 0);
            add(block, spellers_[worker], tallies[worker]);
        });
        renamed_ = {};
        Tallies& sum = tallies.front();
        for (std::size_t worker = 1; worker < tallies.size(); ++worker)
            for (std::size_t i = 0; i < tallies[worker].size(); ++i) sum[i] += tallies[worker][i];
        sum.resize(model_.size());
        return std::move(sum);
    }

    // What pieces look up has changed; where some are gone, their chains have too.
    void lay_chains(double nothing) {
        if (!std::exchange(chained_, true)) chains_.lay(model_, most_groups_, [&](auto work) { each_piece(work); });
        if (chains_.laid()) chains_.set_values(model_, nothing);
    }

    Tallies expected() {
        lay_chains(0.0);
        return summed([&](std::size_t block, Speller& speller, Tallies& tallies) {
            speller.add_expected(block, renamed_, bits_, tallies);
        });
    }

    void maximize(Tallies counts) {
        const auto least = static_cast<std::int64_t>(std::ldexp(kLeastExpected, bits_));
        std::vector<bool> kept(model_.size());
        std::size_t number = 0;
        for (PieceId id = 0; id < model_.size(); ++id) number += kept[id] = id < characters() || counts[id] >= least;
        if (number < size_) {
            std::vector<PieceId> others = ids_from(characters());
            std::erase_if(others, [&](PieceId id) { return kept[id]; });
            std::stable_sort(others.begin(), others.end(),
                             [&](PieceId left, PieceId right) { return counts[left] > counts[right]; });
            for (std::size_t i = 0; i < others.size() && number < size_; ++i, ++number) kept[others[i]] = true;
        }
        std::int64_t sum = 0;
        for (PieceId id = 0; id < kept.size(); ++id)
            if (kept[id]) sum += counts[id] = std::max(counts[id], least);
        const double unit = std::ldexp(1.0, bits_);
        const double whole = digamma(static_cast<double>(sum) / unit);
        each_piece([&](PieceId id) {
            if (kept[id]) model_.pieces[id].value = digamma(static_cast<double>(counts[id]) / unit) - whole;
        });
        counts = {};
        drop(kept);
    }

    void prune(std::size_t most) {
        lay_chains(-std::numeric_limits<double>::infinity());
        const Tallies used = summed([&](std::size_t block, Speller& speller, Tallies& tallies) {
            speller.add_used(block, renamed_, tallies);
        });
        std::vector<double> losses(model_.size());
        std::vector<std::uint8_t> missed(model_.size(), 0);
        std::int64_t total = 0;
        for (const std::int64_t count : used) total += count;
        const Whole whole = {static_cast<double>(total), logarithm(static_cast<double>(total))};
        std::vector<bool> marked(lattices_.longest.size());
        for (std::size_t id = characters(); id < model_.size(); ++id) marked[model_.places[id]] = true;
        each_block([&](std::size_t block, std::size_t worker) {
            spellers_[worker].each_other(block, used, marked, [&](PieceId id, double score, const auto& spelled) {
                if (score > model_.pieces[id].value) return;
                missed[id] = 1;
                losses[id] = loss(used, whole, id, spelled);
            });
        });
        keep_most_missed(missed, losses, most);
    }

    struct Whole {
        double total, logarithm;
    };

    static double loss(const Tallies& used, const Whole& whole, PieceId id, const std::vector<PieceId>& instead) {
        const auto count = static_cast<double>(used[id]);
        const double with_it = logarithm(count) - whole.logarithm;
        const double total_without = logarithm(whole.total + count * static_cast<double>(instead.size() - 1));
        double without_it = 0.0;
        for (const PieceId other : instead)
            without_it += logarithm(static_cast<double>(used[other]) + count) - total_without;
        return count * (with_it - without_it);
    }

    void keep_most_missed(const std::vector<std::uint8_t>& missed, const std::vector<double>& losses, std::size_t most) {
        std::vector<PieceId> order = ids_from(characters());
        const auto of_use = static_cast<std::size_t>(std::count(missed.begin(), missed.end(), 1));
        const std::size_t number = std::max(std::min(of_use, most - characters()), size_ - characters());
        if (number < order.size())
            std::nth_element(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(number), order.end(),
                             [&](PieceId left, PieceId right) {
                                 if (missed[left] != missed[right]) return missed[left] > missed[right];
                                 if (missed[left] && losses[left] != losses[right]) return losses[left] > losses[right];
                                 return left < right;
                             });
        std::vector<bool> kept(model_.size());
        for (PieceId id = 0; id < characters(); ++id) kept[id] = true;
        for (std::size_t i = 0; i < std::min(number, order.size()); ++i) kept[order[i]] = true;
        drop(kept);
    }

    void drop(const std::vector<bool>& kept) {
        renamed_ = keep(model_, kept);
        if (!renamed_.empty()) chained_ = false;
    }

    std::vector<char32_t> characters_;
    Model model_;
    Lattices lattices_;
    std::size_t size_;
    const UnigramOptions& options_;
    Watch& watch_;
    int bits_ = 0;
    Chains chains_;
    bool chained_ = false;  // whether the chains are those of the model
    std::size_t most_groups_;  // of chains, which take no more memory than the first model did
    std::vector<Speller> spellers_;
    Renamed renamed_;  // what blocks have yet to catch up with
};

// How many pieces are to be learned, characters included, or none where there is no room for the characters.
std::optional<std::size_t> learned_size(const UnigramOptions& options, const std::vector<char32_t>& alphabet) {
    std::unordered_set<std::string> fixed(options.reserved.begin(), options.reserved.end());
    fixed.insert(options.user_defined.begin(), options.user_defined.end());
    std::size_t shared = 0;
    for (const char32_t point : alphabet) shared += fixed.contains(write_code_point(point));
    if (options.vocab_size + shared < fixed.size() + alphabet.size()) return std::nullopt;
    return options.vocab_size + shared - fixed.size();
}

}  // namespace

LearnedPieces learn_unigram(const WordsView& words, const UnigramOptions& options, Watch& watch) {
    LearnedPieces result;
    watch.enter("characters");
    result.alphabet = covered(words, options, watch);
    const std::optional<std::size_t> size = learned_size(options, result.alphabet);
    if (!size) return result;
    watch.enter("texts");
    Texts texts = cut_texts(words, result.alphabet, options, watch);
    if (texts.ends.empty()) return result;
    const std::size_t absent = result.alphabet.size() - (texts.characters.size() - 1);
    Trainer trainer(find_seeds(std::move(texts), options, watch), *size - absent, options, watch);
    trainer.train();
    watch.enter("result");
    trainer.cut(result);
    return result;
}

}  // namespace tokbench
