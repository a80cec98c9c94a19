#ifndef OCTET_COCO_HPP
#define OCTET_COCO_HPP

#include <octet/coco/accumulate.hpp>
#include <octet/coco/concepts.hpp>
#include <octet/coco/evaluate.hpp>
#include <octet/coco/ground_truth.hpp>
#include <octet/coco/json.hpp>
#include <octet/coco/match.hpp>
#include <octet/coco/mean.hpp>
#include <octet/coco/overlap.hpp>
#include <octet/coco/parameters.hpp>
#include <octet/coco/read.hpp>
#include <octet/coco/summarize.hpp>
#include <octet/coco/write.hpp>

#endif
