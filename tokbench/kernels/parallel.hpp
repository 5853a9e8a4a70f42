// Work in numbered jobs, on several threads, of which the caller's is one: it alone looks at the watch.
#pragma once

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

}  // namespace tokbench
