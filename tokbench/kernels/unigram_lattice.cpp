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

// The probability of each end of texts, summed over its spellings: from one place to the next. Returns whether none
// is too small to be held so.
template <class Source>
bool Speller::sum_rests(Source& source, std::size_t block) {
    rests_before_.clear();
    double least = 1.0;
    each_text(block, [&](std::size_t text) {
        const Position end = texts_.ends[text];
        grow(rests_, end - texts_.begin_of(text));
        rests_[0] = 1.0;
        double* rest = rests_.data() + texts_.shared[text];
        for (Position place = texts_.places_of(text); place < end; ++place) {
            ++rest;
            double sum = 0.0;
            const auto chain = chain_at(source, place, 0.0);
            for (const auto* link = chain.begin; link < chain.end; link += kGroup)
                for (std::size_t i = 0; i < kGroup; ++i) sum += source.value(link[i]) * *(rest - source.length(link[i]));
            rests_before_.push_back(*rest);
            *rest = sum;
            least = std::min(least, sum);
        }
    });
    return least >= kSmall;
}

// Hand out how often texts occur, in units of 2^-bits, from the last place to the first: `spread(place, length, share)`
// gives the share of a place to the pieces that stand there and to the ends of the text behind them.
template <class Spread>
void Speller::share_out(std::size_t block, int bits, Spread spread) {
    const double unit = std::ldexp(1.0, bits);
    for (std::size_t text = texts_.blocks[block + 1]; text-- > texts_.blocks[block];) {
        std::size_t length = texts_.ends[text] - texts_.begin_of(text);
        grow(shares_, length);
        shares_[length] += static_cast<double>(texts_.counts[text]) * unit / rests_[length];
        Position place = texts_.ends[text];
        for (; length > texts_.shared[text]; --length) {
            const double share = shares_[length];
            shares_[length] = 0.0;
            spread(--place, length, share);
        }
    }
    shares_[0] = 0.0;
}

// How often each piece is expected.
template <class Source>
void Speller::spread(Source& source, std::size_t block, int bits, Tallies& expected) {
    const double* before = rests_before_.data() + rests_before_.size();
    share_out(block, bits, [&](Position place, std::size_t length, double share) {
        double* const shares = shares_.data() + length;
        double* const rests = rests_.data() + length;
        const auto chain = chain_again(source, place);
        for (const auto* link = chain.begin; link < chain.end; link += kGroup)
            for (std::size_t i = 0; i < kGroup; ++i) {
                const double chance = source.value(link[i]);
                const std::size_t size = source.length(link[i]);
                expected[source.id(link[i])] += static_cast<std::int64_t>(share * (chance * *(rests - size)) + 0.5);
                *(shares - size) += share * chance;
            }
        *rests = *--before;
    });
}

// As sum_rests does, but small numbers are held in smaller units.
template <class Source>
void Speller::sum_scaled_rests(Source& source, std::size_t block) {
    rests_before_.clear();
    scales_before_.clear();
    each_text(block, [&](std::size_t text) {
        const Position end = texts_.ends[text];
        std::size_t length = texts_.shared[text];
        grow(rests_, end - texts_.begin_of(text));
        grow(scales_, end - texts_.begin_of(text));
        rests_[0] = 1.0;
        scales_[0] = {0, 0};
        for (Position place = texts_.places_of(text); place < end; ++place) {
            const Scale last = scales_[length++];
            double sum = 0.0;
            const auto chain = chain_at(source, place, 0.0);
            for (const auto* link = chain.begin; link < chain.end; ++link)
                sum += source.value(*link) * rests_[length - source.length(*link)];
            rests_before_.push_back(rests_[length]);
            scales_before_.push_back(scales_[length]);
            rests_[length] = sum;
            scales_[length] = last;
            const std::size_t longest = model_.pieces[lattices_.longest[place]].length;
            if (last.since + longest > length || sum < kSmall) settle(source, chain, length);
        }
    });
}

// Sum up one place where units differ, or the sum is too small for its unit.
template <class Source, class Link>
void Speller::settle(const Source& source, const Chain<Link>& chain, std::size_t length) {
    int unit = std::numeric_limits<int>::max();
    for (const auto* link = chain.begin; link < chain.end; ++link)
        unit = std::min(unit, scales_[length - source.length(*link)].steps);
    double sum = 0.0;
    for (const auto* link = chain.begin; link < chain.end; ++link) {
        const std::size_t after = length - source.length(*link);
        sum += source.value(*link) * std::ldexp(rests_[after], -kStep * (scales_[after].steps - unit));
    }
    const bool small = sum < kSmall;
    Scale& scale = scales_[length];
    rests_[length] = small ? std::ldexp(sum, kStep) : sum;
    scale = {small ? unit + 1 : unit, static_cast<Position>(length)};
    if (scales_[length - 1].steps == scale.steps) scale.since = scales_[length - 1].since;
}

// As spread does, of numbers in units of their own.
template <class Source>
void Speller::spread_scaled(Source& source, std::size_t block, int bits, Tallies& expected) {
    std::size_t index = rests_before_.size();
    share_out(block, bits, [&](Position place, std::size_t length, double share) {
        const auto chain = chain_again(source, place);
        for (const auto* link = chain.begin; link < chain.end; ++link) {
            const std::size_t after = length - source.length(*link);
            const int steps = scales_[length].steps - scales_[after].steps;
            const double chance = steps == 0 ? source.value(*link) : std::ldexp(source.value(*link), kStep * steps);
            expected[source.id(*link)] += static_cast<std::int64_t>(share * (chance * rests_[after]) + 0.5);
            shares_[after] += share * chance;
        }
        rests_[length] = rests_before_[--index];
        scales_[length] = scales_before_[index];
    });
}

template <class Source>
void Speller::add_expected_from(Source& source, std::size_t block, int bits, Tallies& expected) {
    if (sum_rests(source, block)) return spread(source, block, bits, expected);
    followed_.forget();
    sum_scaled_rests(source, block);
    spread_scaled(source, block, bits, expected);
}

void Speller::add_expected(std::size_t block, const Renamed& renamed, int bits, Tallies& expected) {
    begin(block, renamed);
    if (chains_.laid()) add_expected_from(chains_, block, bits, expected);
    else add_expected_from(followed_, block, bits, expected);
}

// The likeliest spelling of each end of texts, by its first piece.
template <class Source>
void Speller::choose(Source& source, std::size_t block) {
    choices_.clear();
    each_text(block, [&](std::size_t text) {
        std::size_t length = texts_.shared[text];
        grow(best_, texts_.ends[text] - texts_.begin_of(text));
        best_[0] = 0.0;
        for (Position place = texts_.places_of(text); place < texts_.ends[text]; ++place) {
            double best = kNever;
            Choice first = {};
            const double* const after = best_.data() + ++length;
            const auto chain = chain_at(source, place, kNever);
            // The shortest piece last: its score is the last to be known.
            for (const auto* link = chain.end; link > chain.begin; link -= kGroup)
                for (std::size_t i = 1; i <= kGroup; ++i) {
                    const auto& next = *(link - i);
                    const auto size = static_cast<std::uint32_t>(source.length(next));
                    const double score = *(after - size) + source.value(next);
                    const bool better = score > best;
                    best = better ? score : best;
                    first.id = better ? source.id(next) : first.id;
                    first.length = better ? size : first.length;
                }
            best_[length] = best;
            choices_.push_back(first);
        }
    });
    followed_.forget();
}

void Speller::add_used(std::size_t block, const Renamed& renamed, Tallies& used) {
    begin(block, renamed);
    if (chains_.laid()) choose(chains_, block);
    else choose(followed_, block);
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
