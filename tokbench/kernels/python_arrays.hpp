// Arrays that Python gives, and that it is given, without a copy.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <vector>

namespace tokbench {

namespace nb = nanobind;

template <class Value>
using Array = nb::ndarray<const Value, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

// A memoryview that owns the vector's memory: whoever wants an array of NumPy or Arrow makes it of that, uncopied.
template <class T, class Memory>
nb::object to_python(std::vector<T, Memory>&& values) {
    using Values = std::vector<T, Memory>;
    auto* kept = new Values(std::move(values));
    nb::capsule owner(kept, [](void* memory) noexcept { delete static_cast<Values*>(memory); });
    return nb::cast(nb::ndarray<nb::memview, T, nb::ndim<1>>(kept->data(), {kept->size()}, owner));
}

}  // namespace tokbench
