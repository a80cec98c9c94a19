#ifndef OCTET_COCO_HPP
#define OCTET_COCO_HPP

#include <octet/coco/accumulate.hpp>
#include <octet/coco/concepts.hpp>
#include <octet/coco/curves.hpp>
#include <octet/coco/evaluate.hpp>
#include <octet/coco/exact.hpp>
#include <octet/coco/ground_truth.hpp>
#include <octet/coco/group.hpp>
#include <octet/coco/id_index.hpp>
#include <octet/coco/json.hpp>
#include <octet/coco/mapped_file.hpp>
#include <octet/coco/match.hpp>
#include <octet/coco/matched_cell.hpp>
#include <octet/coco/mean.hpp>
#include <octet/coco/number.hpp>
#include <octet/coco/overlap.hpp>
#include <octet/coco/parallel.hpp>
#include <octet/coco/parameters.hpp>
#include <octet/coco/policy.hpp>
#include <octet/coco/read.hpp>
#include <octet/coco/read_results.hpp>
#include <octet/coco/record.hpp>
#include <octet/coco/records.hpp>
#include <octet/coco/score_order.hpp>
#include <octet/coco/summarize.hpp>
#include <octet/coco/write.hpp>

#endif
