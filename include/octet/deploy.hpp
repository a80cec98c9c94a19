#ifndef OCTET_DEPLOY_HPP
#define OCTET_DEPLOY_HPP

#include <octet/deploy/classes.hpp>
#include <octet/deploy/detector.hpp>
#include <octet/deploy/drop_broken.hpp>
#include <octet/deploy/evaluate.hpp>
#include <octet/deploy/head_values.hpp>
#include <octet/deploy/picture_sizes.hpp>

#endif
