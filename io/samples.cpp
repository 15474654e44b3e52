#include "io/samples.h"

#include "io/read.h"

#ifndef __EMSCRIPTEN__
#include "embedded/samples.h"
#endif

namespace rankscope {
namespace {

constexpr Sample table[] = {
    {"cloth", "cloth-128.npz", "target", "A woven cloth of rank 5, 128 x 128", "made for Rankscope",
     "free to use and pass on"},
    {"cloth_mask", "cloth-128.npz", "mask", "The third of the cloth's threads that is seen", "made for Rankscope",
     "free to use and pass on"},
    {"camera", "camera-128.png", "", "A photographer, 128 x 128", "scikit-image, data.camera, scaled down", "CC0"},
    {"brick", "brick-128.png", "", "A brick wall, 128 x 128", "scikit-image, data.brick, scaled down", "CC0"},
    {"digits", "digits.npz", "images", "1797 handwritten digits of 8 x 8 pixels, a row each", "E. Alpaydin and C. Kaynak, UCI optical digits", "CC BY 4.0"},
    {"mnist", "mnist-train-images-idx3-ubyte.gz", "", "5000 handwritten digits of 28 x 28 pixels", "Y. LeCun and C. Cortes, MNIST: a seeded sample", "CC BY-SA 3.0"},
    {"mnist_labels", "mnist-train-labels-idx1-ubyte.gz", "", "Which digits they are", "Y. LeCun and C. Cortes, MNIST: a seeded sample", "CC BY-SA 3.0"},
    {"mnist_test", "mnist-test-images-idx3-ubyte.gz", "", "1000 other handwritten digits of 28 x 28 pixels", "Y. LeCun and C. Cortes, MNIST: a seeded sample", "CC BY-SA 3.0"},
    {"mnist_test_labels", "mnist-test-labels-idx1-ubyte.gz", "", "Which digits those are", "Y. LeCun and C. Cortes, MNIST: a seeded sample", "CC BY-SA 3.0"},
    {"diabetes_x", "diabetes.npz", "x", "Ten measurements of 442 patients, standardised, and a 1", "Efron, Hastie, Johnstone and Tibshirani 2004", "BSD (scikit-learn)"},
    {"diabetes_y", "diabetes.npz", "y", "How far their diabetes went in a year, over its standard deviation", "Efron, Hastie, Johnstone and Tibshirani 2004", "BSD (scikit-learn)"},
    {"race_x", "linear.npz", "race_x", "Two inputs of 200 samples, the second three tenths as large", "made for Rankscope", "free to use and pass on"},
    {"race_y", "linear.npz", "race_y", "The outputs of (1, -1.5) for them", "made for Rankscope", "free to use and pass on"},
    {"slope", "linear.npz", "race_slope", "The two weights (1, -1.5)", "made for Rankscope", "free to use and pass on"},
    {"near", "linear.npz", "near", "A 3 x 3 matrix near the identity", "made for Rankscope", "free to use and pass on"},
    {"commuting", "commuting.npz", "measurements", "The measurement diag(1, 2)", "made for Rankscope", "free to use and pass on"},
    {"commuting_value", "commuting.npz", "targets", "Its value, 2", "made for Rankscope", "free to use and pass on"},
    {"one", "notes.npz", "one", "The number 1, for scalar networks", "made for Rankscope", "free to use and pass on"},
    {"stretch", "notes.npz", "stretch", "diag(2, 0.5)", "made for Rankscope", "free to use and pass on"},
    {"corner", "notes.npz", "corner", "[?, 1; 1, 0]: only the first entry is unknown", "Razin and Cohen 2020", "free to use and pass on"},
    {"corner_perturbed", "notes.npz", "corner_perturbed", "[?, 1; 1, 0.1]", "Razin and Cohen 2020", "free to use and pass on"},
    {"corner_5", "notes.npz", "corner_5", "The same in 5 x 5: ones behind the corner", "Razin and Cohen 2020", "free to use and pass on"},
};

}  // namespace

std::span<const Sample> samples() { return table; }

const Sample* find_sample(std::string_view name) {
  for (const Sample& s : table)
    if (s.name == name) return &s;
  return nullptr;
}

Bytes sample_bytes([[maybe_unused]] const Sample& sample) {
#ifdef __EMSCRIPTEN__
  return {};
#else
  return embedded::samples::find(sample.file);
#endif
}

Result<Data> read_sample(const Sample& sample, Bytes bytes) {
  ReadOptions options;
  options.array = sample.array;
  return read_data(sample.file, bytes, options);
}

}  // namespace rankscope
