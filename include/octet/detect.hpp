#ifndef OCTET_DETECT_HPP
#define OCTET_DETECT_HPP

#include <octet/detect/decode.hpp>
#include <octet/detect/nms.hpp>
#include <octet/detect/overlap.hpp>
#include <octet/detect/stable_sort.hpp>
#include <octet/detect/values.hpp>

#endif
