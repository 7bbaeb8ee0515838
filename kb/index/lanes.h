/* Many figures in one go, as wide as the processor allows. */

#ifndef KB_LANES_H
#define KB_LANES_H

#include <stddef.h>

/* A function is compiled for each kind of processor; which one is there is seen when the module is loaded. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && defined(__linux__)
#define EACH_PROCESSOR __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define EACH_PROCESSOR
#endif

enum { WIDE = 16 };
/* So many neighbours at once, wherever they lie. */
typedef float lanes __attribute__((vector_size(WIDE * sizeof(float)), aligned(sizeof(float)), may_alias));

static inline __attribute__((always_inline)) lanes *at_once(const float *values) { return (lanes *)values; }

static inline __attribute__((always_inline)) float inner_product(const float *one, const float *other, ptrdiff_t dim)
{
    lanes sums[2] = {{0}};
    ptrdiff_t at = 0;
    for (; at + 2 * WIDE <= dim; at += 2 * WIDE) {
        sums[0] += *at_once(one + at) * *at_once(other + at);
        sums[1] += *at_once(one + at + WIDE) * *at_once(other + at + WIDE);
    }
    sums[0] += sums[1];
    float sum = 0;
    for (int lane = 0; lane < WIDE; lane++)
        sum += sums[0][lane];
    for (; at < dim; at++)
        sum += one[at] * other[at];
    return sum;
}

#endif
