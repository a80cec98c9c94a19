#ifndef OCTET_DETECT_HPP
#define OCTET_DETECT_HPP

#include <octet/detect/decode.hpp>
#include <octet/detect/greedy.hpp>
#include <octet/detect/kept_boxes.hpp>
#include <octet/detect/matrix_nms.hpp>
#include <octet/detect/nms.hpp>
#include <octet/detect/overlap.hpp>
#include <octet/detect/radix_sort.hpp>
#include <octet/detect/rules.hpp>
#include <octet/detect/soft_nms.hpp>
#include <octet/detect/values.hpp>
#include <octet/detect/weighted_fusion.hpp>

#endif
