#include "unigram_lattice.hpp"

#include <cmath>

namespace tokbench {
namespace {

constexpr int kStep = 512;
constexpr double kSmall = 0x1p-400;

}  // namespace

void rename(const Block& block, const std::vector<PieceId>& renamed) {
    const Edge* from = block.edges;
    Edge* to = block.edges;
    for (std::uint8_t* degree = block.degrees; degree < block.degrees + (block.end - block.begin); ++degree) {
        std::uint8_t left = 0;
        for (const Edge* end = from + *degree; from < end; ++from) {
            // Written in any case, and kept or not: whether a piece is gone is hard to predict.
            const PieceId id = renamed[from->id];
            *to = {id & (kMostPieces - 1), from->length};
            to += id != kGone;
            left += id != kGone;
        }
        *degree = left;
    }
}

// Returns whether no sum is so small that it must be raised.
bool Speller::forward(const Model& model, std::size_t length) {
    begins_.assign(length + 1, 0.0);
    begins_[0] = 1.0;
    bool holds = true;
    for (std::size_t start = 0; start < length; ++start) {
        const double begin = begins_[start];
        holds &= begin >= kSmall;
        for (std::size_t i = offsets_[start]; i < offsets_[start + 1]; ++i)
            begins_[start + edges_[i].length] += begin * model.chances[edges_[i].id];
    }
    return holds && begins_[length] >= kSmall;
}

// Returns the same of the sums behind each place; the product of the characters' own chances is a quick lower bound.
bool Speller::backward_holds(const Model& model, std::size_t length) {
    double bound = 1.0;
    for (std::size_t start = 0; start < length; ++start) bound *= model.chances[edges_[offsets_[start]].id];
    if (bound >= 2 * kSmall) return true;
    rests_.assign(length + 1, 1.0);
    for (std::size_t start = length; start-- > 0;) {
        double sum = 0.0;
        for (std::size_t i = offsets_[start]; i < offsets_[start + 1]; ++i)
            sum += model.chances[edges_[i].id] * rests_[start + edges_[i].length];
        if (sum < kSmall) return false;
        rests_[start] = sum;
    }
    return true;
}

void Speller::backward(const Model& model, std::size_t length, double weight, std::vector<std::int64_t>& expected) {
    const double share = weight / begins_[length];
    if (rests_.size() <= length) rests_.resize(length + 1);
    rests_[length] = 1.0;
    for (std::size_t start = length; start-- > 0;) {
        const double here = begins_[start] * share;
        double sum = 0.0;
        for (std::size_t i = offsets_[start]; i < offsets_[start + 1]; ++i) {
            const double rest = model.chances[edges_[i].id] * rests_[start + edges_[i].length];
            sum += rest;
            expected[edges_[i].id] += static_cast<std::int64_t>(here * rest + 0.5);
        }
        rests_[start] = sum;
    }
}

// The same for texts whose probability no double holds: numbers are value · 2^(-512 · steps).
void Speller::scaled(const Model& model, std::size_t length, double weight, std::vector<std::int64_t>& expected) {
    constexpr int kUnset = -1;
    const auto add = [](Scaled& sum, double value, int steps) {
        if (sum.steps == kUnset || steps < sum.steps) {
            const int down = sum.steps == kUnset ? 0 : sum.steps - steps;
            sum = {std::ldexp(sum.value, -kStep * down) + value, steps};
        } else {
            sum.value += std::ldexp(value, -kStep * (steps - sum.steps));
        }
    };
    const auto settle = [](Scaled& sum) {
        if (sum.value < kSmall) sum = {std::ldexp(sum.value, kStep), sum.steps + 1};
    };
    scaled_begins_.assign(length + 1, {0.0, kUnset});
    scaled_begins_[0] = {1.0, 0};
    for (std::size_t start = 0; start < length; ++start) {
        settle(scaled_begins_[start]);
        const Scaled begin = scaled_begins_[start];
        for (std::size_t i = offsets_[start]; i < offsets_[start + 1]; ++i)
            add(scaled_begins_[start + edges_[i].length], begin.value * model.chances[edges_[i].id], begin.steps);
    }
    settle(scaled_begins_[length]);
    const Scaled whole = scaled_begins_[length];
    const double share = weight / whole.value;
    scaled_rests_.assign(length + 1, {0.0, kUnset});
    scaled_rests_[length] = {1.0, 0};
    for (std::size_t start = length; start-- > 0;) {
        const double here = scaled_begins_[start].value * share;
        for (std::size_t i = offsets_[start]; i < offsets_[start + 1]; ++i) {
            const Scaled& end = scaled_rests_[start + edges_[i].length];
            const double rest = model.chances[edges_[i].id] * end.value;
            add(scaled_rests_[start], rest, end.steps);
            const int steps = scaled_begins_[start].steps + end.steps - whole.steps;
            expected[edges_[i].id] += static_cast<std::int64_t>(std::ldexp(here * rest, -kStep * steps) + 0.5);
        }
        settle(scaled_rests_[start]);
    }
}

void Speller::add_expected(const Block& block, const Model& model, int bits, std::vector<std::int64_t>& expected) {
    const double unit = std::ldexp(1.0, bits);
    each_text(block, [&](std::size_t text, std::size_t length, Position) {
        const double weight = static_cast<double>(counts_[text]) * unit;
        if (forward(model, length) && backward_holds(model, length)) {
            backward(model, length, weight, expected);
        } else {
            scaled(model, length, weight, expected);
        }
    });
}

// The likeliest spelling of `length` characters from `start`, into path_; of equal ones, the one whose last piece is
// the longest. `without` may not be used. Returns its score.
double Speller::likeliest(const Model& model, std::size_t start, std::size_t length, PieceId without) {
    best_.assign(length + 1, {0.0, kGone, 0});
    for (std::size_t at = 0; at < length; ++at) {
        const double so_far = best_[at].score;
        for (std::size_t i = offsets_[start + at]; i < offsets_[start + at + 1]; ++i) {
            const Edge edge = edges_[i];
            const std::size_t end = at + edge.length;
            if (end > length) break;
            if (edge.id == without) continue;
            const double score = so_far + model.scores[edge.id];
            if (best_[end].length == 0 || score > best_[end].score) best_[end] = {score, edge.id, edge.length};
        }
    }
    path_.clear();
    for (std::size_t end = length; end > 0; end -= best_[end].length) path_.push_back(best_[end].piece);
    std::reverse(path_.begin(), path_.end());
    return best_[length].score;
}

void Speller::add_used(const Block& block, const Model& model, std::vector<std::int64_t>& used) {
    each_text(block, [&](std::size_t text, std::size_t length, Position) {
        likeliest(model, 0, length, kGone);
        for (const PieceId piece : path_) used[piece] += counts_[text];
    });
}

}  // namespace tokbench
