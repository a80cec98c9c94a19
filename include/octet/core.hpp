#ifndef OCTET_CORE_HPP
#define OCTET_CORE_HPP

#include <octet/core/arch.hpp>
#include <octet/core/communicator.hpp>
#include <octet/core/config.hpp>
#include <octet/core/elementary.hpp>
#include <octet/core/fixed_point.hpp>
#include <octet/core/preprocessing.hpp>
#include <octet/core/random_source.hpp>
#include <octet/core/result.hpp>
#include <octet/core/rounding.hpp>
#include <octet/core/types.hpp>
#include <octet/core/view.hpp>

#endif
