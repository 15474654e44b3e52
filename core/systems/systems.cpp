#include "systems/systems.h"

#include <vector>

#include "systems/autoencoder.h"
#include "systems/cp.h"
#include "systems/deep_matrix.h"
#include "systems/end_to_end.h"
#include "systems/growth.h"
#include "systems/hierarchical.h"
#include "systems/image_predictor.h"
#include "systems/iterations_curve.h"
#include "systems/linear_network.h"
#include "systems/rank_curve.h"
#include "systems/tensor_train.h"
#include "systems/tucker.h"
#include "systems/update_loop.h"

namespace rankscope {

std::span<const Entry> systems() {
  static const std::vector<Entry> table = {
      deep_matrix_entry(),
      end_to_end_entry(),
      linear_network_entry(),
      iterations_curve_entry(),
      autoencoder_entry(),
      update_loop_entry(),
      image_predictor_entry(),
      rank_curve_entry(),
      cp_entry(),
      hierarchical_entry(),
      tensor_train_entry(),
      tucker_entry(),
      growth_entry(),
  };
  return table;
}

}  // namespace rankscope
