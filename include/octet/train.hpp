#ifndef OCTET_TRAIN_HPP
#define OCTET_TRAIN_HPP

#include <octet/train/assigner.hpp>
#include <octet/train/augment.hpp>
#include <octet/train/batch.hpp>
#include <octet/train/batch_norm.hpp>
#include <octet/train/checkpoint.hpp>
#include <octet/train/depthwise_products.hpp>
#include <octet/train/detection_loss.hpp>
#include <octet/train/detector_recipe.hpp>
#include <octet/train/differentiable.hpp>
#include <octet/train/distillation.hpp>
#include <octet/train/distillation_loss.hpp>
#include <octet/train/divergence.hpp>
#include <octet/train/estimator.hpp>
#include <octet/train/fake_quantization.hpp>
#include <octet/train/grid.hpp>
#include <octet/train/input_gradient.hpp>
#include <octet/train/move_gradient.hpp>
#include <octet/train/moving_average.hpp>
#include <octet/train/normalised_convolutions.hpp>
#include <octet/train/operation_gradient.hpp>
#include <octet/train/optimiser.hpp>
#include <octet/train/outer_products.hpp>
#include <octet/train/parameters.hpp>
#include <octet/train/read_ahead.hpp>
#include <octet/train/sampler.hpp>
#include <octet/train/schedule.hpp>
#include <octet/train/supervision.hpp>
#include <octet/train/synchronised_batch.hpp>
#include <octet/train/take_over.hpp>
#include <octet/train/weight_gradient.hpp>
#include <octet/train/workspace.hpp>

#endif
