#include "presets/bibliography.h"

#include <algorithm>

namespace rankscope {

std::span<const Paper> bibliography() {
  static constexpr Paper papers[] = {
      {"1802.06509", "arora2018optimization", "Arora and Cohen and Hazan", "On the Optimization of Deep Networks: Implicit Acceleration by Overparameterization", 2018},
      {"1810.02281", "arora2019convergence", "Arora and Cohen and Golowich and Hu", "", 2019},
      {"1905.13655", "arora2019implicit", "Arora and Cohen and Hu and Luo", "Implicit Regularization in Deep Matrix Factorization", 2019},
      {"2005.06398", "razin2020norms", "Razin and Cohen", "Implicit Regularization in Deep Learning May Not Be Explainable by Norms", 2020},
      {"2010.00679", "jing2020implicit", "Jing and Zbontar and LeCun", "Implicit Rank-Minimizing Autoencoder", 2020},
      {"2102.09972", "razin2021tensor", "Razin and Maman and Cohen", "Implicit Regularization in Tensor Factorization", 2021},
      {"2105.01346", "milanesi2021tensor", "Milanesi and Kadri and Ayache and Artieres", "Implicit Regularization in Deep Tensor Factorization", 2021},
      {"2201.11729", "razin2022hierarchical", "Razin and Maman and Cohen",
       "Implicit Regularization in Hierarchical Tensor Factorization and Deep Convolutional Neural Networks", 2022},
      {"2207.08942", "hariz2022growth", "Hariz and Kadri and Ayache and Moakher and Artieres",
       "Implicit Regularization with Polynomial Growth in Deep Tensor Factorization", 2022},
      {"2408.13767", "cohen2024lecture", "Cohen and Razin", "Lecture Notes on Linear Neural Networks", 2024},
  };
  return papers;
}

std::vector<std::string> arxiv_ids(std::string_view text) {
  constexpr std::string_view sign = "arXiv ";
  std::vector<std::string> ids;
  for (auto at = text.find(sign); at != std::string_view::npos; at = text.find(sign, at)) {
    at += sign.size();
    const std::string id(text.substr(at, std::min(text.find_first_not_of("0123456789.", at), text.size()) - at));
    if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
  }
  return ids;
}

}  // namespace rankscope
