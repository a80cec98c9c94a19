#ifndef OCTET_NN_HPP
#define OCTET_NN_HPP

#include <octet/nn/activation.hpp>
#include <octet/nn/add.hpp>
#include <octet/nn/chunks.hpp>
#include <octet/nn/concepts.hpp>
#include <octet/nn/conv2d.hpp>
#include <octet/nn/copy.hpp>
#include <octet/nn/epilogue.hpp>
#include <octet/nn/exponential.hpp>
#include <octet/nn/finish.hpp>
#include <octet/nn/geometry.hpp>
#include <octet/nn/multiply.hpp>
#include <octet/nn/operations.hpp>
#include <octet/nn/pool.hpp>
#include <octet/nn/resize.hpp>
#include <octet/nn/shuffle.hpp>
#include <octet/nn/sigmoid_table.hpp>

#endif
