// What a run leaves behind as files: series.csv, completion.csv, arrays.npz.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "io/npz.h"
#include "lab/run.h"

namespace rankscope {

/// A line a Frame: step,time, then one column a scalar view and key_1..key_k a spectrum, in the order of the recording. After all of them, of each
/// recorded view with a theory, its values: key_theory, or key_theory_1..k, of the lines that stand in key_1..k at that moment.
/// Numbers read back as the same doubles; nan where a Frame has no value.
std::string series_csv(std::span<const ViewInfo> views, std::span<const std::uint32_t> recorded,
                       std::span<const Frame> frames);

/// The view `completed` of a run that has one, in the target's own units. A target of triplets gives
/// row_id,col_id,prediction for every entry that was not observed, with the file's ids (else 0-based places); any other
/// target gives the whole matrix. A tensor gives mode_1,...,mode_N,prediction for every entry that was not observed. Error: this run completes nothing.
Result<std::string> completion_csv(const Run& run);

/// An .npz: every matrix and image view at this moment, by its key, and the state by its parts' names, factors and
/// optimizer among them: --from starts from it.
std::vector<std::byte> final_arrays(const Run& run);

}  // namespace rankscope
