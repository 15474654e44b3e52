#include "io/table.h"

#include <limits>

#include "golden.h"
#include "io/rows.h"

using namespace rankscope;
using rankscope::test::same;

namespace {

const double gap = std::numeric_limits<double>::quiet_NaN();

Dense dense(const std::string& text, Form form = Form::Auto, Notes* notes = nullptr) {
  auto table = read_table(test::bytes_of(text), "a.csv", form, notes);
  REQUIRE_MESSAGE(table, (table ? "" : table.error().text()));
  REQUIRE(std::holds_alternative<Dense>(*table));
  return std::get<Dense>(*table);
}

Triplets triplets(const std::string& text, Form form = Form::Auto, Notes* notes = nullptr) {
  auto table = read_table(test::bytes_of(text), "a.csv", form, notes);
  REQUIRE_MESSAGE(table, (table ? "" : table.error().text()));
  REQUIRE(std::holds_alternative<Triplets>(*table));
  return std::get<Triplets>(*table);
}

std::string refusal(const std::string& text, Form form = Form::Auto) {
  auto table = read_table(test::bytes_of(text), "a.csv", form);
  REQUIRE(!table);
  return table.error().text();
}

void check(const Dense& a, std::vector<std::int64_t> shape, std::vector<double> data) {
  CHECK(a.shape == shape);
  CHECK(same(a.data, data));
}

using Ints = std::vector<std::int64_t>;
using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("table: separators, line ends, comments and blank lines") {
  for (const char* text : {"1,2\n3,4.5\n", "1,2\r\n3,4.5", "1\t2\r3\t4.5\r", "1;2\n3;4.5\n", " 1  2 \n3 \t 4.5\n",
                           "# a matrix, of two; columns\n\n1, 2\n  # more\n\n 3 ,4.5\n\n",
                           "\xef\xbb\xbf" "1,2\n3,4.5\n", "1,2,\n3,4.5,\n", "1;2\n3;4,5\n", "1\t2\n3\t4,5\n",
                           "\"1\",\"2\"\n\"3\" , 4.5\n", "+1,2e0\n3.0,45E-1\n"})
    check(dense(text), {2, 2}, {1, 2, 3, 4.5});
  check(dense("1\n2\n\n3\n"), {3, 1}, {1, 2, 3});
  check(dense("1,2,3,4,5"), {1, 5}, {1, 2, 3, 4, 5});
}

TEST_CASE("table: gaps are empty cells, NA, nan, null, ? and infinities") {
  check(dense("1,,NA,n/a,NaN\n?,null,inf,-Infinity,2\n"), {2, 5}, {1, gap, gap, gap, gap, gap, gap, gap, gap, 2});
  check(dense("1,\n,4\n"), {2, 2}, {1, gap, gap, 4});
  check(dense("1\t\t3\t4\t5\n\t\t\t\t2\n"), {2, 5}, {1, gap, 3, 4, 5, gap, gap, gap, gap, 2});
  check(dense("\"\",2\n3,4\n"), {2, 2}, {gap, 2, 3, 4});
}

TEST_CASE("table: headers and labels are left out, and labels are told of") {
  check(dense("a,b\n1,2\n"), {1, 2}, {1, 2});
  check(dense("height\n1\n2\n"), {2, 1}, {1, 2});
  check(dense("\"x \"\"1\"\"\",\"a,b\nc\"\n1,2\n"), {1, 2}, {1, 2});
  Notes notes;
  check(dense("gene,a,b,c\nx,1,2,3\ny,4,5,6\n", Form::Auto, &notes), {2, 3}, {1, 2, 3, 4, 5, 6});
  CHECK(notes == Notes{"a.csv: the first column holds labels and is left out"});
  check(dense("x,1,2\ny,4,5\n"), {2, 2}, {1, 2, 4, 5});
  check(dense("\"\",\"V1\",\"V2\"\n\"1\",7,8\n\"2\",9,\n"), {2, 2}, {7, 8, 9, gap});      // R
  check(dense(",0,1,2\n0,0.5,1,2\n1,3,4,5\n"), {2, 3}, {0.5, 1, 2, 3, 4, 5});             // pandas
  check(dense(",0,1,2\n7,0.5,1,2\n"), {2, 4}, {gap, 0, 1, 2, 7, 0.5, 1, 2});              // a gap in the corner
}

TEST_CASE("table: numbers are correctly rounded and come back to the bit") {
  const std::vector<double> hard = {0.1,  1.0 / 3, 5e-324, 2.2250738585072011e-308, 1.7976931348623157e308,
                                    -0.0, 123456,  1e23,   9007199254740993.0};
  const Dense a{{3, 3}, hard};
  CHECK(same(dense(write_table(a), Form::Dense).data, hard));
  CHECK(dense("9007199254740993\n").data[0] == 9007199254740992.0);
  CHECK(write_table(Dense{{2, 2}, {1, 0.1, gap, 1e-7}}) == "1,0.1\nnan,1e-7\n");
  CHECK(write_table(Dense{{2}, {1, 2}}, Words{"a \"b\""}, '\t') == "\"a \"\"b\"\"\"\n1\n2\n");
  check(dense(write_table(Dense{{2, 2}, {gap, gap, gap, gap}})), {2, 2}, {gap, gap, gap, gap});
}

TEST_CASE("table: errors name the line, what stands there and what to do") {
  CHECK(refusal("1,2\n# x\n3,4,5\n") ==
        "a.csv:3: has 3 cells where line 1 has 2 "
        "(give every row the same number of cells, with an empty cell or nan for a gap)");
  CHECK(refusal("1,2\n3\n").find("a.csv:2: has 1 cell where") == 0);
  CHECK(refusal("1,2\n3,4,\n5,6,7,8\n").find("a.csv:3: has 4 cells") == 0);
  CHECK(refusal("1,2\n3,4,5,6\n7\n").find("a.csv:2: has 4 cells") == 0);
  CHECK(refusal("1,2\n\"3\n4\",x\n") ==
        "a.csv:2: column 1 holds \"3 4\", which is not a finite number "
        "(write a number, or nothing, NA, nan or ? for a gap)");
  CHECK(refusal("1,2\n\"3\n\n4\",5\n1,1e999\n").find("a.csv:2:") == 0);
  CHECK(refusal("1,2\n1,1e999\n").find("a.csv:2: column 2 holds \"1e999\", which is not a finite number") == 0);
  CHECK(refusal("1,2\n1,0x10\n").find("a.csv:2: column 2 holds \"0x10\"") == 0);
  CHECK(refusal("1,2\n3,\"4\n").find("a.csv:2: a quote is opened and never closed") == 0);
  CHECK(refusal("1,2\n3,\"4\" 5\n").find("a.csv:2: text follows a closing quote") == 0);
  CHECK(refusal("a,b\n").find("a.csv: has a header and no rows") == 0);
  CHECK(refusal("").find("a.csv: holds no rows") == 0);
  CHECK(refusal("# nothing\n").find("a.csv: holds no rows") == 0);
  CHECK(refusal(std::string("1,2\0", 4)).find("a.csv: is not text: byte 3 is 0") == 0);
  CHECK(refusal("\xff\xfe" "1").find("UTF-16") != std::string::npos);
  CHECK(refusal("1,2\n3,4\n", Form::Triplets).find("a.csv: has 2 columns") == 0);
}

TEST_CASE("table: ratings by their header, whatever the ids") {
  Notes notes;
  const Triplets t = triplets("user_id,Movie ID,rating,timestamp\nann,Alien,5,1\nbob,\"M, 1931\",3.5,2\n"
                              "ann,\"M, 1931\",NA,3\nbob,Alien,1,4\n", Form::Auto, &notes);
  CHECK(t.rows == 2);
  CHECK(t.cols == 2);
  CHECK(t.row == Ints{0, 1, 1});
  CHECK(t.col == Ints{0, 1, 0});
  CHECK(t.value == std::vector<double>{5, 3.5, 1});
  CHECK(t.row_ids == Words{"ann", "bob"});
  CHECK(t.col_ids == Words{"Alien", "M, 1931"});
  CHECK(notes == Notes{"a.csv: the fourth column (timestamp) is ignored"});
}

TEST_CASE("table: ids that are whole numbers are put in order, and 0..n-1 are the places themselves") {
  const Triplets t = triplets("row,col,value\n2,100,1\n0,9,2\n1,9,3\n");
  CHECK(t.row == Ints{2, 0, 1});
  CHECK(t.row_ids.empty());
  CHECK(t.rows == 3);
  CHECK(t.col == Ints{1, 0, 0});
  CHECK(t.col_ids == Words{"9", "100"});
  const Triplets words = triplets("row,col,value\n07,1,1\n7,1,2\n");  // two different ids
  CHECK(words.row_ids == Words{"07", "7"});
}

TEST_CASE("table: without a telling header, triplets are guessed by the documented rule") {
  // Three whole-number columns, places once each, as many entries as rows and columns together.
  const std::string ratings = "1\t1\t5\n1\t2\t3\n2\t1\t4\n2\t2\t1\n";
  Notes notes;
  CHECK(triplets(ratings, Form::Auto, &notes).value.size() == 4);
  REQUIRE(notes.size() == 1);
  CHECK(notes[0].find("read as row,col,value triplets: 4 entries of a matrix of 2 x 2") != std::string::npos);
  CHECK(dense(ratings, Form::Dense).shape == Ints{4, 3});
  CHECK(dense("1,2,3\n4,5,6\n7,8,9\n").shape == Ints{3, 3});                    // too few entries
  CHECK(dense("1,0,0\n0,1,0\n0,0,1\n").shape == Ints{3, 3});
  CHECK(dense("1,1,5\n1,2,3\n2,1,4\n2,2,1\n1,1,2\n").shape == Ints{5, 3});      // a place twice
  CHECK(dense("1,1,5\n1,2,\n2,1,4\n2,2,1\n").shape == Ints{4, 3});              // something is missing
  CHECK(dense("1.5,1,5\n1,2,3\n2,1,4\n2,2,1\n").shape == Ints{4, 3});           // not whole
  CHECK(dense("x,y,z\n1,1,5\n1,2,3\n2,1,4\n2,2,1\n").shape == Ints{4, 3});      // another header
  CHECK(triplets("1,1,5,881250949\n1,2,3,881250949\n2,1,4,881250950\n2,2,1,881250951\n").value.size() == 4);
  CHECK(dense("1,1,5,8\n1,2,3,8\n2,1,4,8\n2,2,1,8\n").shape == Ints{4, 4});     // no timestamps
  CHECK(triplets("ann,alien,5\nbob,brazil,3\n").rows == 2);                     // words in the second column
  CHECK(triplets("who,what,stars\nann,alien,5\nbob,brazil,3\n").value == std::vector<double>{5, 3});
  CHECK(triplets("x,y,z\n1,1,5\n", Form::Triplets).value == std::vector<double>{5});
}

TEST_CASE("table: triplets that contradict themselves are refused with both lines") {
  CHECK(refusal("row,col,value\na,b,1\nc,d,2\na,b,3\na,b,1\n") ==
        "a.csv:4: gives the place of line 2 again (keep one value of the two)");
  CHECK(refusal("row,col,value\n,b,1\n").find("a.csv:2: the row id is empty") == 0);
  CHECK(refusal("row,col,value\na,b,x\n").find("a.csv:2: the value is \"x\"") == 0);
  CHECK(refusal("row,col,value\na,b,\n").find("a.csv: holds no values") == 0);
}

TEST_CASE("table: written triplets read back with their ids") {
  Triplets t;
  t.rows = 2, t.cols = 3;
  t.row = {0, 1, 1}, t.col = {0, 1, 2}, t.value = {0.1, -2, 1e-300};
  t.row_ids = {"#1", " x "}, t.col_ids = {"a \"b\"", "c,d", "line\nbreak"};
  const Triplets back = triplets(write_table(t));
  CHECK(back.row == t.row);
  CHECK(back.col == t.col);
  CHECK(back.value == t.value);
  CHECK(back.row_ids == t.row_ids);
  CHECK(back.col_ids == t.col_ids);
  t.row_ids.clear(), t.col_ids.clear();
  CHECK(write_table(t) == "row,col,value\n0,0,0.1\n1,1,-2\n1,2,1e-300\n");
  CHECK(triplets(write_table(t)).row_ids.empty());
}

TEST_CASE("table: a file cut short or changed is an error or a matrix") {
  for (const std::string text : {"user,item,rating,t\nann,\"a \"\"b\"\"\",5,1\r\nbob,x,3,2\r\n",
                                 "# c\n1.5,2,,-4e3\n\"5\",NA,?,8,\n",
                                 "1\t1\t5\n1\t2\t3\n2\t1\t4\n2\t2\t1\n", ",0,1\n0,1,2\n"}) {
    const auto bytes = test::bytes_of(text);
    const test::Buffer whole(bytes.begin(), bytes.end());
    auto read = [](const test::Buffer& b) {
      for (Form form : {Form::Auto, Form::Dense, Form::Triplets}) {
        const auto table = read_table(b, "x", form);
        if (!table) continue;
        if (const auto* d = std::get_if<Dense>(&*table)) CHECK(d->size() == static_cast<std::int64_t>(d->data.size()));
        if (const auto* t = std::get_if<Triplets>(&*table)) {
          for (std::int64_t i : t->row) CHECK((i >= 0 && i < t->rows));
          for (std::int64_t j : t->col) CHECK((j >= 0 && j < t->cols));
          CHECK((t->row_ids.empty() || static_cast<std::int64_t>(t->row_ids.size()) == t->rows));
        }
      }
    };
    test::cut_short(whole, read);
    test::mutate(whole, 10000, read);
  }
}
