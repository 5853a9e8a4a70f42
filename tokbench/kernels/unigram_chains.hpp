// Where a piece stands, all pieces that begin it stand too: they are its chain.
#pragma once

#include "unigram_model.hpp"

namespace tokbench {

// Chains are looked through a group of links at a time: most have one group, so that processors guess rightly where
// they end. What a group lacks is filled with links whose value adds nothing to what is sought.
constexpr std::size_t kGroup = 4;

template <class Link>
struct Chain {
    const Link* begin;
    const Link* end;
};

// The chains of all pieces, the shortest piece first, one behind the other: a link is an id and, in the lowest bits, a
// length. As long as they would take too much memory there are none.
class Chains {
   public:
    using Link = std::uint32_t;

    // Lay the chains, if they have no more than `most` groups.
    template <class EachPiece>
    void lay(const Model& model, std::size_t most, EachPiece each_piece) {
        begins_.resize(model.size() + 1);
        begins_.front() = 0;
        each_piece([&](PieceId id) {
            std::size_t length = 0;
            for (PieceId link = id; link != kNone; link = model.pieces[link].begun_by) ++length;
            begins_[id + 1] = static_cast<std::uint32_t>((length + kGroup - 1) / kGroup);
        });
        std::size_t groups = 0;
        for (std::size_t i = 1; i < begins_.size() && groups <= most; ++i)
            begins_[i] = static_cast<std::uint32_t>(groups += begins_[i]);
        if (groups > most || model.size() >> (32 - kLengthBits) != 0) {
            begins_ = {};
            return;
        }
        links_.resize(groups * kGroup);
        each_piece([&](PieceId id) { write(model, id); });
    }

    // Take over the values of pieces; what fills groups has the value `nothing`.
    void set_values(const Model& model, double nothing) {
        values_.resize(model.size() + 1);
        for (std::size_t id = 0; id < model.size(); ++id) values_[id] = model.pieces[id].value;
        values_.back() = nothing;
    }

    bool laid() const { return !begins_.empty(); }

    Chain<Link> of(PieceId id) const {
        return {links_.data() + kGroup * begins_[id], links_.data() + kGroup * begins_[id + 1]};
    }

    double value(Link link) const { return values_[link >> kLengthBits]; }
    static PieceId id(Link link) { return link >> kLengthBits; }
    static std::size_t length(Link link) { return link & ((1 << kLengthBits) - 1); }

    void ask_where(PieceId id) const { __builtin_prefetch(&begins_[id]); }
    void ask(PieceId id) const { __builtin_prefetch(links_.data() + kGroup * begins_[id]); }

   private:
    static constexpr int kLengthBits = 7;  // LONGEST_PIECE of unigram.py

    void write(const Model& model, PieceId id) {
        Link* const begin = links_.data() + kGroup * begins_[id];
        Link* end = links_.data() + kGroup * begins_[id + 1];
        const Link fill = static_cast<Link>(model.size() << kLengthBits) | model.pieces[id].length;
        for (; id != kNone; id = model.pieces[id].begun_by) *--end = id << kLengthBits | model.pieces[id].length;
        while (end > begin) *--end = fill;
    }

    UnsetMappedVector<std::uint32_t> begins_;  // by piece, in groups, and the end
    UnsetMappedVector<Link> links_;
    UnsetMappedVector<double> values_;  // by piece, and what fills groups
};

// Chains that are followed from one piece to the next, which waits for memory at each; kept one behind the other until
// they are taken back, the last one first.
class Followed {
   public:
    struct Link {
        double value;
        PieceId id;
        std::uint32_t length;
    };

    Chain<Link> follow(const Model& model, PieceId id, double nothing) {
        if (from_ < kMostLinks) make_room();
        const Link fill = {nothing, id, model.pieces[id].length};
        Link* const end = links_.data() + from_;
        Link* begin = end;
        for (; id != kNone; id = model.pieces[id].begun_by)
            *--begin = {model.pieces[id].value, id, model.pieces[id].length};
        while ((end - begin) % kGroup != 0) *--begin = fill;
        sizes_.push_back(static_cast<std::uint32_t>(end - begin));
        from_ -= sizes_.back();
        return {begin, end};
    }

    Chain<Link> take_back() {
        const Link* const begin = links_.data() + from_;
        from_ += sizes_.back();
        sizes_.pop_back();
        return {begin, links_.data() + from_};
    }

    void forget() {
        sizes_.clear();
        from_ = links_.size();
    }

    static double value(const Link& link) { return link.value; }
    static PieceId id(const Link& link) { return link.id; }
    static std::size_t length(const Link& link) { return link.length; }

   private:
    static constexpr std::size_t kMostLinks = 256;  // of a chain

    void make_room() {
        const std::size_t more = links_.size() + 64 * kMostLinks;
        links_.insert(links_.begin(), more, Link{});
        from_ += more;
    }

    std::vector<Link> links_;  // of the last chain first
    std::size_t from_ = 0;     // where they begin
    std::vector<std::uint32_t> sizes_;
};

}  // namespace tokbench
