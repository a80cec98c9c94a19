#ifndef OCTET_PTQ_HPP
#define OCTET_PTQ_HPP

#include <octet/ptq/analyse.hpp>
#include <octet/ptq/calibrate.hpp>
#include <octet/ptq/dequantize_weights.hpp>
#include <octet/ptq/lower.hpp>
#include <octet/ptq/quantize.hpp>

#endif
