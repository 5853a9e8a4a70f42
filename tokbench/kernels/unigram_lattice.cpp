#include "unigram_lattice.hpp"

#include <cmath>
#include <limits>

namespace tokbench {
namespace {

constexpr int kStep = 512;
constexpr double kSmall = 0x1p-400;
constexpr double kNever = -std::numeric_limits<double>::infinity();

}  // namespace

// The probability of each end of texts, summed over its spellings: from one place to the next.
void Speller::sum_rests(Block& block, const std::vector<Named>& chances) {
    products_.resize(block.edge_count);
    wholes_.clear();
    Product* product = products_.data();
    const Edge* from = block.edges;
    Edge* to = block.edges;
    for (std::size_t text = block.first_text; text < block.last_text; ++text) {
        std::size_t length = texts_.shared[text];
        grow(rests_, texts_.ends[text] - texts_.begin_of(text));
        rests_[0] = {1.0, 0, 0};
        for (Position place = texts_.places_of(text); place < texts_.ends[text]; ++place) {
            const Scaled before = rests_[length++];
            const Edge* const end = from + block.degrees[place];
            const bool even = before.since + end[-1].length <= length;
            Edge* const first = to;
            Product* const first_product = product;
            double sum = 0.0;
            for (; from < end; ++from) {
                // Written in any case, and kept or not: whether a piece is gone is hard to predict.
                const Named& piece = chances[from->id];
                const double rest = piece.value * rests_[length - from->length].value;
                sum += rest;
                *product = {piece.value, rest};
                *to = {piece.id & (kMostPieces - 1), from->length};
                to += piece.id != kGone;
                product += piece.id != kGone;
            }
            block.degrees[place] = static_cast<std::uint8_t>(to - first);
            rests_[length] = {sum, before.steps, before.since};
            if (!even || sum < kSmall) settle(first, to, first_product, length);
        }
        wholes_.push_back(rests_[length].value);
    }
    block.edge_count = static_cast<std::size_t>(to - block.edges);
}

// Sum up one place where units differ, or the sum is too small for its unit.
void Speller::settle(const Edge* begin, const Edge* end, Product* products, std::size_t length) {
    int unit = std::numeric_limits<int>::max();
    for (const Edge* edge = begin; edge < end; ++edge) unit = std::min(unit, rests_[length - edge->length].steps);
    double sum = 0.0;
    for (const Edge* edge = begin; edge < end; ++edge) {
        const Scaled& after = rests_[length - edge->length];
        sum += products[edge - begin].chance * std::ldexp(after.value, -kStep * (after.steps - unit));
    }
    Scaled& whole = rests_[length];
    whole = sum < kSmall ? Scaled{std::ldexp(sum, kStep), unit + 1, length} : Scaled{sum, unit, length};
    if (rests_[length - 1].steps == whole.steps) whole.since = rests_[length - 1].since;
    for (const Edge* edge = begin; edge < end; ++edge) {
        const Scaled& after = rests_[length - edge->length];
        const double chance = std::ldexp(products[edge - begin].chance, kStep * (whole.steps - after.steps));
        products[edge - begin] = {chance, chance * after.value};
    }
}

// How often each piece is expected: from the last place to the first.
void Speller::spread(const Block& block, int bits, std::vector<std::int64_t>& expected) {
    const double unit = std::ldexp(1.0, bits);
    const Edge* edge = block.edges + block.edge_count;
    const Product* product = products_.data() + block.edge_count;
    for (std::size_t text = block.last_text; text-- > block.first_text;) {
        std::size_t length = texts_.ends[text] - texts_.begin_of(text);
        grow(shares_, length);
        shares_[length] += static_cast<double>(texts_.counts[text]) * unit / wholes_[text - block.first_text];
        for (Position place = texts_.ends[text]; place-- > texts_.places_of(text); --length) {
            const double share = shares_[length];
            shares_[length] = 0.0;
            const std::uint8_t degree = block.degrees[place];
            edge -= degree;
            product -= degree;
            for (std::size_t i = 0; i < degree; ++i) {
                expected[edge[i].id] += static_cast<std::int64_t>(share * product[i].rest + 0.5);
                shares_[length - edge[i].length] += share * product[i].chance;
            }
        }
    }
    shares_[0] = 0.0;
}

void Speller::add_expected(Block& block, const std::vector<Named>& chances, int bits,
                           std::vector<std::int64_t>& expected) {
    sum_rests(block, chances);
    spread(block, bits, expected);
}

void Speller::add_used(Block& block, const std::vector<Named>& scores, std::vector<std::int64_t>& used) {
    choices_.clear();
    const Edge* from = block.edges;
    Edge* to = block.edges;
    for (std::size_t text = block.first_text; text < block.last_text; ++text) {
        std::size_t length = texts_.shared[text];
        grow(best_, texts_.ends[text] - texts_.begin_of(text));
        best_[0] = 0.0;
        for (Position place = texts_.places_of(text); place < texts_.ends[text]; ++place) {
            ++length;
            Edge* const first = to;
            double best = kNever;
            Edge choice{};
            for (const Edge* end = from + block.degrees[place]; from < end; ++from) {
                const Named& piece = scores[from->id];
                const double score = best_[length - from->length] + piece.value;
                *to = {piece.id & (kMostPieces - 1), from->length};
                if (score >= best) best = score, choice = *to;
                to += piece.id != kGone;
            }
            block.degrees[place] = static_cast<std::uint8_t>(to - first);
            best_[length] = best;
            choices_.push_back(choice);
        }
    }
    block.edge_count = static_cast<std::size_t>(to - block.edges);
    const Edge* choice = choices_.data() + choices_.size();
    for (std::size_t text = block.last_text; text-- > block.first_text;) {
        std::size_t length = texts_.ends[text] - texts_.begin_of(text);
        grow(uses_, length);
        uses_[length] += texts_.counts[text];
        for (; length > texts_.shared[text]; --length) {
            --choice;
            used[choice->id] += uses_[length];
            uses_[length - choice->length] += uses_[length];
            uses_[length] = 0;
        }
    }
    uses_[0] = 0;
}

// The likeliest spelling of a piece, which begins where the end of a text is `length` long, into spelled_; of equal
// ones, the one whose first piece is the longest. `without` may not be used. Returns its score.
double Speller::likeliest(const Model& model, std::size_t length, std::size_t piece_length, PieceId without) {
    grow(others_, piece_length);
    others_[0].score = 0.0;
    for (std::size_t at = 1; at <= piece_length; ++at) {
        const Edges& here = path_[length - piece_length + at];
        others_[at].score = kNever;
        for (const Edge* edge = here.begin; edge < here.end && edge->length <= at; ++edge) {
            if (edge->id == without) continue;
            const double score = others_[at - edge->length].score + model.scores[edge->id];
            if (score >= others_[at].score) others_[at] = {score, edge->id, edge->length};
        }
    }
    spelled_.clear();
    for (std::size_t at = piece_length; at > 0; at -= others_[at].length) spelled_.push_back(others_[at].piece);
    return others_[piece_length].score;
}

}  // namespace tokbench
