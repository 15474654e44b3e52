// A run as it stands, as one .npz that NumPy reads too: it goes on from there with the same bits.
#pragma once
#include <string_view>
#include <vector>

#include "io/bytes.h"
#include "lab/run.h"
#include "lab/study.h"

namespace rankscope {

struct Checkpoint {
  Document document;
  State state;                ///< Run::save()
  std::vector<Frame> frames;  ///< recorded so far
  double seconds = 0;         ///< of wall time so far
  bool touched = false;       ///< its edits were made by hand, while it ran
};

/// The parts of the state by their names (W_1 ... W_N, optimizer.velocity, run.step ...) and types, and beside them
///   checkpoint  i8     version of this form
///   document    u1     the complete document, JSON as UTF-8
///   frames      u1     each u32 length and encode(Frame)
///   seconds     f8, touched i8
///   bits        u8     hash of all the others
/// Error: it would have more than 256 MiB.
Result<std::vector<std::byte>> write_checkpoint(const Run& run, std::span<const Frame> frames, double seconds, bool touched,
                                                const Tables& tables);

/// `name` is for messages. Error: truncated, changed since it was written, or written by a newer program.
Result<Checkpoint> read_checkpoint(Bytes bytes, std::string_view name, const Tables& tables);

/// Run::resume from its state. Error: what does not fit, the recorded Frames included: they are this run's, up to its step.
Result<Run> resume(const Entry& entry, const Document& document, const Inputs& inputs, const Checkpoint& checkpoint);

}  // namespace rankscope
