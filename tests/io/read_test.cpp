#include "io/read.h"

#include "golden.h"
#include "io/npz.h"

using namespace rankscope;
using rankscope::test::golden;

namespace {

std::vector<std::int64_t> shape(const std::string& name, Bytes bytes) {
  const auto data = read_data(name, bytes);
  REQUIRE_MESSAGE(data, (data ? "" : data.error().text()));
  if (const auto* d = std::get_if<Dense>(data->get())) return d->shape;
  const auto& t = std::get<Triplets>(**data);
  return {t.rows, t.cols, static_cast<std::int64_t>(t.value.size())};
}

std::string refusal(const std::string& name, Bytes bytes) {
  const auto data = read_data(name, bytes);
  REQUIRE(!data);
  return data.error().text();
}

using Shape = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("read: the content decides, then the extension") {
  CHECK(shape("a.npy", golden("f8.npy")) == Shape{2, 3});
  CHECK(shape("wrongly-named.csv", golden("f8.npy")) == Shape{2, 3});
  CHECK(shape("a.npz", golden("single.npz")) == Shape{3, 4});
  CHECK(shape("a.PNG", golden("grey.png")) == Shape{12, 16});
  CHECK(shape("a.jpeg", golden("photo.jpg")) == Shape{12, 16});
  CHECK(shape("dir.x/a.tsv", test::bytes_of("1\t2\n")) == Shape{1, 2});
  CHECK(shape("noextension", test::bytes_of("1 2\n")) == Shape{1, 2});
  CHECK(refusal("a.png", test::bytes_of("1,2\n")).find("a.png: is neither a PNG nor a JPEG") == 0);
  CHECK(refusal("a.npy", test::bytes_of("1,2\n")).find("a.npy: is not a .npy file") == 0);
  CHECK(refusal("a.xlsx", test::bytes_of("1,2\n")) ==
        "a.xlsx: is of no kind that is read (one of .npy, .npz, .png, .jpg, .jpeg, .idx, .csv, .tsv, .txt, .dat, .data, .gz)");
  CHECK(refusal("a.csv", {}).find("a.csv: is empty") == 0);
  CHECK(refusal("a.npy", golden("empty.npy")).find("holds an array without numbers") != std::string::npos);
}

TEST_CASE("read: options stand behind the name") {
  CHECK(path_of("dir/photo.png?channel=red") == "dir/photo.png");
  CHECK(path_of("what?.csv") == "what?.csv");
  CHECK(shape("photo.png?channel=rgb", golden("rgb.png")) == Shape{12, 48});
  CHECK(shape("bundle.npz?array=mask", golden("stored.npz")) == Shape{3, 3});
  const std::string ratings = "1,1,5\n1,2,3\n2,1,4\n2,2,1\n";
  CHECK(shape("r.csv", test::bytes_of(ratings)) == Shape{2, 2, 4});
  CHECK(shape("r.csv?form=dense", test::bytes_of(ratings)) == Shape{4, 3});
  CHECK(shape("r.csv?form=triplets&form=dense", test::bytes_of(ratings)) == Shape{4, 3});
  ReadOptions blue;
  blue.channel = Channel::Blue;
  const auto red = read_data("rgb.png?channel=red", golden("rgb.png"), blue);
  REQUIRE(red);
  CHECK(std::get<Dense>(**red).data[16] == 20 / 255.0);
}

TEST_CASE("read: an option that is unknown or does not fit names what is near") {
  CHECK(refusal("p.png?chanel=red", golden("rgb.png")) ==
        "p.png?chanel=red: the option \"chanel\" is not known (did you mean channel? known: array, channel, form)");
  CHECK(refusal("p.png?channel=gray", golden("rgb.png")).find("did you mean grey?") != std::string::npos);
  CHECK(refusal("p.png?array=W", golden("rgb.png")) ==
        "p.png?array=W: a picture takes no option array (it takes channel)");
  CHECK(refusal("a.npy?form=dense", golden("f8.npy")) ==
        "a.npy?form=dense: a NumPy array takes no option form (leave it out)");
  CHECK(refusal("p.png?channel", golden("rgb.png")).find("has no value") != std::string::npos);
}

TEST_CASE("read: the same array has the same hash whatever file it came from") {
  const auto npy = read_data("a.npy", golden("fortran.npy")), npz = read_data("a.npz", golden("single.npz"));
  const std::string text = write_table(std::get<Dense>(**npy));
  const auto csv = read_data("a.csv", test::bytes_of(text));
  CHECK(hash(*npy) == hash(*npz));
  CHECK(hash(*npy) == hash(*csv));
}
