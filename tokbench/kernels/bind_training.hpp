#pragma once

#include <nanobind/nanobind.h>

// Adds the trainers to the module.
void bind_training(nanobind::module_& module);
