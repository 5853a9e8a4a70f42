// Work in numbered jobs, on several threads, of which the caller's is one: it alone looks at the watch.
#pragma once

#include <algorithm>
#include <atomic>
#include <exception>
#include <thread>
#include <vector>

#include "training.hpp"

namespace tokbench {

// Calls `work(job, worker)` for every job below `jobs`, `worker` being below `threads`. Jobs must not depend on each
// other. What a job or the watch throws ends all work and is thrown here.
template <class Work>
void in_parallel(std::size_t jobs, std::size_t threads, Watch& watch, std::size_t progress, Work work) {
    std::atomic<std::size_t> next = 0;
    std::vector<std::exception_ptr> failures(threads);
    const auto run = [&](std::size_t worker) {
        try {
            for (std::size_t job; (job = next.fetch_add(1)) < jobs;) {
                if (worker == 0) watch.look(progress);
                work(job, worker);
            }
        } catch (...) {
            failures[worker] = std::current_exception();
            next = jobs;
        }
    };
    {
        std::vector<std::jthread> others;
        for (std::size_t worker = 1; worker < threads && worker < jobs; ++worker) others.emplace_back(run, worker);
        run(0);
    }
    for (const std::exception_ptr& failure : failures)
        if (failure) std::rethrow_exception(failure);
}

// Sorts by an order that is total, so that the result is the same for any number of threads.
template <class Iterator, class Less>
void sort_in_parallel(Iterator begin, Iterator end, Less less, std::size_t threads, Watch& watch) {
    const auto size = static_cast<std::size_t>(end - begin);
    const auto cut = [&](std::size_t part) { return begin + static_cast<std::ptrdiff_t>(size * part / threads); };
    in_parallel(threads, threads, watch, 0, [&](std::size_t part, std::size_t) {
        std::sort(cut(part), cut(part + 1), less);
    });
    for (std::size_t part = 1; part < threads; ++part) std::inplace_merge(begin, cut(part), cut(part + 1), less);
}

}  // namespace tokbench
