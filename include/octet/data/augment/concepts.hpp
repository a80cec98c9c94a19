#ifndef OCTET_DATA_AUGMENT_CONCEPTS_HPP
#define OCTET_DATA_AUGMENT_CONCEPTS_HPP

#include <octet/core/random_source.hpp>
#include <octet/data/labelled_picture.hpp>

#include <concepts>

/// Changes of labelled pictures before a network learns from them. Each is a plain struct with its numbers as members; the
/// random source alone decides what it does. Numbers that are left alone are PaddleDetection's.
namespace octet::data::augment {

/// A change of one picture.
template <class S>
concept augmentation_step = requires(const S step, labelled_picture& p, random_source& random) {
  { step(p, random) } -> std::same_as<void>;
};

/// Gives a picture of the set, which the random source chooses; it has at least one pixel.
template <class P>
concept picture_source = requires(P& another, random_source& random) {
  { another(random) } -> std::same_as<labelled_picture>;
};

/// A change that takes further pictures.
template <class S>
concept mixing_step = requires(const S step, labelled_picture& p, random_source& random,
                               labelled_picture (&another)(random_source&)) {
  { step(p, random, another) } -> std::same_as<void>;
};

}  // namespace octet::data::augment

#endif
