// The 2x2 completion in which every norm grows (Razin and Cohen 2020): W_12 = W_21 = 1 and W_22 = 0 are observed, W_11 = a is free, and the loss is
// l = 1/2 sum of squares. For a given a the rank-one symmetric matrix [[a, b], [b, b^2 / a]] fits best with b - 1 + b^3 / a^2 = 0; a run that is
// slow along a and fast across it follows this curve. Of + - * / and sqrt.
#pragma once

namespace rankscope::quasi_static {

/// The root in (0, 1) of b - 1 + b^3 / a^2 = 0, by Newton's method from the right: monotone, because the left side is convex. a > 0.
double b_of(double a);

/// l = (b - 1)^2 + b^4 / (2 a^2) at that b, which is (1 - b)(2 - b) / 2: it falls from 1 at a = 0 to 0. a > 0.
double loss_of(double a);

/// The inverse: 1 - b = 4 l / (1 + sqrt(1 + 8 l)) and a^2 = b^3 / (1 - b). 0 < l < 1.
double a_of(double loss);

/// W_11 > (1 - sqrt(2 l))^2 / sqrt(2 l) for every W with det W > 0 and loss l < 1/2 (the same paper); NaN where l is not in (0, 1/2): nothing is said.
double lower_bound(double loss);

}  // namespace rankscope::quasi_static
