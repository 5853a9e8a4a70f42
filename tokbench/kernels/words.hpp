// Counting distinct words.
#pragma once

#include "chunks.hpp"

namespace tokbench {

class WordCounter {
  public:
    void add(Span word, std::int64_t count) {
        if (word.size() != 0) table_.add(word, word.end, false, count);
    }
    void absorb(const WordCounter &other) { table_.absorb(other.table_); }
    const CountTable &table() const { return table_; }

  private:
    CountTable table_;
};

}  // namespace tokbench
