// The one place where the compiled core meets Python: the headers beside it know nothing of Python.
#include <nanobind/nanobind.h>

namespace nb = nanobind;

void bind_counting(nb::module_ &module);
void bind_training(nb::module_ &module);
void bind_unigram(nb::module_ &module);

NB_MODULE(_kernels, module) {
    module.doc() = "The compiled core of tokbench; import tokbench.kernels, not this.";
    bind_counting(module);
    bind_training(module);
    bind_unigram(module);
}
