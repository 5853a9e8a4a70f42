#include "unigram_lattice.hpp"

#include <cmath>
#include <limits>

namespace tokbench {
namespace {

constexpr int kStep = 512;
constexpr double kSmall = 0x1p-400;
constexpr double kNever = -std::numeric_limits<double>::infinity();

}  // namespace

// Give the pieces of a block their new names, before they are looked up.
void Speller::begin(std::size_t block, const Renamed& renamed) {
    end_ = texts_.ends[texts_.blocks[block + 1] - 1];
    if (renamed.empty()) return;
    each_text(block, [&](std::size_t text) {
        for (Position place = texts_.places_of(text); place < texts_.ends[text]; ++place)
            lattices_.longest[place] = renamed[lattices_.longest[place]];
    });
}

// The probability of each end of texts, summed over its spellings: from one place to the next.
void Speller::sum_rests(std::size_t block) {
    wholes_.clear();
    degrees_.clear();
    std::size_t count = 0;
    each_text(block, [&](std::size_t text) {
        const Position end = texts_.ends[text];
        std::size_t length = texts_.shared[text];
        grow(rests_, end - texts_.begin_of(text));
        grow(scales_, end - texts_.begin_of(text));
        rests_[0] = 1.0;
        scales_[0] = {0, 0};
        for (Position place = texts_.places_of(text); place < end; ++place) {
            const Scale before = scales_[length++];
            const std::size_t first = count;
            count += stand(place, length, first);
            double sum = 0.0;
            for (std::size_t i = count; i-- > first;) sum += edges_[i].rest;
            rests_[length] = sum;
            scales_[length] = before;
            if (before.since + edges_[first].length > length || sum < kSmall) settle(first, count, length);
            degrees_.push_back(static_cast<std::uint8_t>(count - first));
        }
        wholes_.push_back(rests_[length]);
    });
}

// Note the edges of a place, the longest first, from `first` on; returns how many there are.
std::size_t Speller::stand(Position place, std::size_t length, std::size_t first) {
    const Piece* const pieces = model_.pieces.data();
    ask(place);
    PieceId id = lattices_.longest[place];
    grow(edges_, first + pieces[id].length);
    Edge* edge = edges_.data() + first;
    const double* const rest = rests_.data() + length;
    for (; id != kNone; ++edge) {
        const Piece piece = pieces[id];
        *edge = {piece.value, piece.value * *(rest - piece.length), id, piece.length};
        id = piece.begun_by;
    }
    return static_cast<std::size_t>(edge - edges_.data()) - first;
}

// Sum up one place where units differ, or the sum is too small for its unit.
void Speller::settle(std::size_t begin, std::size_t end, std::size_t length) {
    int unit = std::numeric_limits<int>::max();
    for (std::size_t i = begin; i < end; ++i) unit = std::min(unit, scales_[length - edges_[i].length].steps);
    double sum = 0.0;
    for (std::size_t i = end; i-- > begin;) {
        const std::size_t after = length - edges_[i].length;
        sum += edges_[i].chance * std::ldexp(rests_[after], -kStep * (scales_[after].steps - unit));
    }
    const bool small = sum < kSmall;
    Scale& scale = scales_[length];
    rests_[length] = small ? std::ldexp(sum, kStep) : sum;
    scale = {small ? unit + 1 : unit, static_cast<Position>(length)};
    if (scales_[length - 1].steps == scale.steps) scale.since = scales_[length - 1].since;
    for (std::size_t i = begin; i < end; ++i) {
        const std::size_t after = length - edges_[i].length;
        edges_[i].chance = std::ldexp(edges_[i].chance, kStep * (scale.steps - scales_[after].steps));
        edges_[i].rest = edges_[i].chance * rests_[after];
    }
}

// How often each piece is expected: from the last place to the first.
void Speller::spread(std::size_t block, int bits, Tallies& expected) {
    const double unit = std::ldexp(1.0, bits);
    const std::uint8_t* degree = degrees_.data() + degrees_.size();
    const Edge* edge = edges_.data() + std::accumulate(degrees_.begin(), degrees_.end(), std::size_t{0});
    const double* whole = wholes_.data() + wholes_.size();
    for (std::size_t text = texts_.blocks[block + 1]; text-- > texts_.blocks[block];) {
        std::size_t length = texts_.ends[text] - texts_.begin_of(text);
        grow(shares_, length);
        shares_[length] += static_cast<double>(texts_.counts[text]) * unit / *--whole;
        for (; length > texts_.shared[text]; --length) {
            const double share = shares_[length];
            shares_[length] = 0.0;
            for (const Edge* const begin = edge - *--degree; edge > begin;) {
                --edge;
                expected[edge->id] += static_cast<std::int64_t>(share * edge->rest + 0.5);
                shares_[length - edge->length] += share * edge->chance;
            }
        }
    }
    shares_[0] = 0.0;
}

void Speller::add_expected(std::size_t block, const Renamed& renamed, int bits, Tallies& expected) {
    begin(block, renamed);
    sum_rests(block);
    spread(block, bits, expected);
}

void Speller::add_used(std::size_t block, const Renamed& renamed, Tallies& used) {
    begin(block, renamed);
    choices_.clear();
    const Piece* const pieces = model_.pieces.data();
    each_text(block, [&](std::size_t text) {
        std::size_t length = texts_.shared[text];
        grow(best_, texts_.ends[text] - texts_.begin_of(text));
        best_[0] = 0.0;
        for (Position place = texts_.places_of(text); place < texts_.ends[text]; ++place) {
            ++length;
            Best best = {kNever, {}};
            ask(place);
            const double* const after = best_.data() + length;
            for (PieceId id = lattices_.longest[place]; id != kNone;) {
                const Piece piece = pieces[id];
                const double score = *(after - piece.length) + piece.value;
                if (score > best.score) best = {score, {id, piece.length}};
                id = piece.begun_by;
            }
            best_[length] = best.score;
            choices_.push_back(best.first);
        }
    });
    const Choice* choice = choices_.data() + choices_.size();
    for (std::size_t text = texts_.blocks[block + 1]; text-- > texts_.blocks[block];) {
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

// The likeliest spelling of a piece by others, where the end of the text that it begins is `length` long, into
// spelled_; of equal ones, the one whose first piece is the longest. Returns its score.
double Speller::likeliest(std::size_t length, PieceId piece) {
    const std::size_t whole = model_.pieces[piece].length;
    grow(others_, whole);
    others_[0].score = 0.0;
    for (std::size_t at = 1; at <= whole; ++at) {
        Best best = {kNever, {}};
        for (PieceId id = path_[length - whole + at]; id != kNone; id = model_.pieces[id].begun_by) {
            const Piece& first = model_.pieces[id];
            if (first.length > at || id == piece) continue;
            const double score = others_[at - first.length].score + first.value;
            if (score > best.score) best = {score, {id, first.length}};
        }
        others_[at] = best;
    }
    spelled_.clear();
    for (std::size_t at = whole; at > 0; at -= others_[at].first.length) spelled_.push_back(others_[at].first.id);
    return others_[whole].score;
}

}  // namespace tokbench
