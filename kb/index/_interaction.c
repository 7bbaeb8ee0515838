/* The arithmetic of kb/index/interaction.py: what stands there in words is added up here, text by text and pair by pair,
 * so that nothing depends on what else is read or compared at once. All arrays are C-contiguous.
 */

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lanes.h"

enum { HIGH = 6, FAR = 4 }; /* of a product, so many rows of one piece or one row of so many are in registers */

/* out (rows, columns) += x (rows, inner) @ w (inner, columns); the rows of x are `apart` from each other. */
EACH_PROCESSOR
static void add_product(float *restrict out, const float *restrict x, Py_ssize_t apart, const float *restrict w,
                        Py_ssize_t rows, Py_ssize_t inner, Py_ssize_t columns)
{
    Py_ssize_t row = 0, whole = columns - columns % WIDE;
    for (; row + HIGH <= rows; row += HIGH)
        for (Py_ssize_t column = 0; column < whole; column += WIDE) {
            lanes sum[HIGH];
            for (int i = 0; i < HIGH; i++)
                sum[i] = *at_once(out + (row + i) * columns + column);
            for (Py_ssize_t k = 0; k < inner; k++)
                for (int i = 0; i < HIGH; i++)
                    sum[i] += x[(row + i) * apart + k] * *at_once(w + k * columns + column);
            for (int i = 0; i < HIGH; i++)
                *at_once(out + (row + i) * columns + column) = sum[i];
        }
    for (; row < rows; row++) {
        Py_ssize_t column = 0;
        for (; column + FAR * WIDE <= whole; column += FAR * WIDE) {
            lanes sum[FAR];
            for (int j = 0; j < FAR; j++)
                sum[j] = *at_once(out + row * columns + column + j * WIDE);
            for (Py_ssize_t k = 0; k < inner; k++)
                for (int j = 0; j < FAR; j++)
                    sum[j] += x[row * apart + k] * *at_once(w + k * columns + column + j * WIDE);
            for (int j = 0; j < FAR; j++)
                *at_once(out + row * columns + column + j * WIDE) = sum[j];
        }
        for (; column < whole; column += WIDE) {
            lanes sum = *at_once(out + row * columns + column);
            for (Py_ssize_t k = 0; k < inner; k++)
                sum += x[row * apart + k] * *at_once(w + k * columns + column);
            *at_once(out + row * columns + column) = sum;
        }
    }
    for (row = 0; row < rows; row++)
        for (Py_ssize_t column = whole; column < columns; column++)
            for (Py_ssize_t k = 0; k < inner; k++)
                out[row * columns + column] += x[row * apart + k] * w[k * columns + column];
}

/* table (high, wide) = one (high, dim) @ other (wide, dim).T */
EACH_PROCESSOR
static void inner_products(float *restrict table, const float *restrict one, const float *restrict other,
                           Py_ssize_t high, Py_ssize_t wide, Py_ssize_t dim)
{
    for (Py_ssize_t i = 0; i < high; i++)
        for (Py_ssize_t j = 0; j < wide; j++)
            table[i * wide + j] = inner_product(one + i * dim, other + j * dim, dim);
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

typedef struct {
    Py_ssize_t dim, tokens;
    const int8_t *vectors;
    const float *scales, *convolution, *bias, *projection;
} Reader;

/* A token's vector is added to `sum`; nothing for -1. */
EACH_PROCESSOR
static void add_vector(const Reader *reader, int32_t token, float *restrict sum)
{
    if (token < 0)
        return;
    const int8_t *vector = reader->vectors + token * reader->dim;
    float scale = reader->scales[token];
    for (Py_ssize_t k = 0; k < reader->dim; k++)
        sum[k] += vector[k] * scale;
}

EACH_PROCESSOR
static void bend(float *restrict states, const float *restrict bias, Py_ssize_t rows, Py_ssize_t dim)
{
    for (Py_ssize_t row = 0; row < rows; row++)
        for (Py_ssize_t k = 0; k < dim; k++) {
            float value = states[row * dim + k] + bias[k];
            states[row * dim + k] = value > 0 ? value : 0;
        }
}

/* The states of one text of `size` units; `wide` has room for (size + 2) rows. */
static void read_text(const Reader *reader, const int32_t *units, Py_ssize_t size, float *restrict wide,
                      float *restrict states)
{
    Py_ssize_t dim = reader->dim;
    memset(wide, 0, (size + 2) * dim * sizeof(float)); /* nothing stands before the first and behind the last */
    for (Py_ssize_t at = 0; at < size; at++) {
        float *here = wide + (at + 1) * dim;
        add_vector(reader, units[2 * at], here);
        add_vector(reader, units[2 * at + 1], here);
        if (at)
            add_vector(reader, units[2 * at - 1], here);
    }
    memset(states, 0, size * dim * sizeof(float));
    /* three rows end to end are the unit before, the unit itself and the one behind it */
    add_product(states, wide, dim, reader->convolution, size, 3 * dim, dim);
    bend(states, reader->bias, size, dim);
    add_product(states, wide + dim, dim, reader->projection, size, dim, dim);
}

static PyObject *read_states(PyObject *Py_UNUSED(module), PyObject *args)
{
    Py_buffer vectors, scales, convolution, bias, projection, units, sizes, states;
    if (!PyArg_ParseTuple(args, "(y*y*y*y*y*)y*y*w*", &vectors, &scales, &convolution, &bias, &projection, &units,
                          &sizes, &states))
        return NULL;
    Reader reader = {bias.len / (Py_ssize_t)sizeof(float), scales.len / (Py_ssize_t)sizeof(float), vectors.buf,
                     scales.buf, convolution.buf, bias.buf, projection.buf};
    Py_ssize_t dim = reader.dim, texts = sizes.len / (Py_ssize_t)sizeof(int64_t), all = 0, longest = 0;
    const int64_t *size = sizes.buf;
    for (Py_ssize_t at = 0; at < texts; at++) {
        all += size[at];
        longest = size[at] > longest ? size[at] : longest;
    }
    const int32_t *token = units.buf;
    int fits = vectors.len == reader.tokens * dim && convolution.len == 3 * dim * dim * (Py_ssize_t)sizeof(float) &&
               projection.len == dim * dim * (Py_ssize_t)sizeof(float) &&
               units.len == 2 * all * (Py_ssize_t)sizeof(int32_t) && states.len == all * dim * (Py_ssize_t)sizeof(float);
    for (Py_ssize_t at = 0; fits && at < 2 * all; at++)
        fits = token[at] < reader.tokens;
    float *wide = fits ? malloc((longest + 2) * dim * sizeof(float)) : NULL;
    if (wide) {
        float *out = states.buf;
        Py_BEGIN_ALLOW_THREADS
        for (Py_ssize_t at = 0; at < texts; at++) {
            read_text(&reader, token, size[at], wide, out);
            token += 2 * size[at];
            out += size[at] * dim;
        }
        Py_END_ALLOW_THREADS
    }
    free(wide);
    Py_buffer *all_of_them[] = {&vectors, &scales, &convolution, &bias, &projection, &units, &sizes, &states};
    for (size_t at = 0; at < sizeof all_of_them / sizeof *all_of_them; at++)
        PyBuffer_Release(all_of_them[at]);
    if (!fits)
        return PyErr_SetString(PyExc_ValueError, "weights, units and states do not fit each other"), NULL;
    if (!wide)
        return PyErr_NoMemory();
    Py_RETURN_NONE;
}

/* --- comparing ---------------------------------------------------------------------------------------------------- */

typedef struct {
    Py_ssize_t dim;
    const float *alignment, *equal, *beside, *itself, *of_equals, *hidden, *hidden_bias, *out, *out_bias;
} Comparer;

typedef struct {
    Py_ssize_t size;
    const int32_t *units; /* (size, 2) */
    const float *states;  /* (size, dim) */
    float *found;         /* (size, dim) what the unit alone gives to what is found at it */
} Text;

/* A piece of memory for the largest pair. */
typedef struct {
    float *projected, *table, *turned, *beside, *found, *pooled, *hidden;
    int8_t *kinds;
} Desk;

EACH_PROCESSOR
static void softmax(float *restrict table, Py_ssize_t high, Py_ssize_t wide)
{
    for (Py_ssize_t i = 0; i < high; i++) {
        float *row = table + i * wide, most = row[0], sum = 0;
        for (Py_ssize_t j = 1; j < wide; j++)
            most = row[j] > most ? row[j] : most;
        for (Py_ssize_t j = 0; j < wide; j++)
            sum += row[j] = expf(row[j] - most);
        for (Py_ssize_t j = 0; j < wide; j++)
            row[j] /= sum;
    }
}

/* Each state beside what it is aligned with: (size, 3 * dim) that, how far it is away, their product. */
EACH_PROCESSOR
static void lay_beside(float *restrict beside, const float *restrict states, const float *restrict aligned,
                       Py_ssize_t size, Py_ssize_t dim)
{
    for (Py_ssize_t at = 0; at < size; at++)
        for (Py_ssize_t k = 0; k < dim; k++) {
            float one = states[at * dim + k], other = aligned[at * dim + k];
            beside[at * 3 * dim + k] = other;
            beside[at * 3 * dim + dim + k] = fabsf(one - other);
            beside[at * 3 * dim + 2 * dim + k] = one * other;
        }
}

/* Mean and peak of what is found, behind each other. */
EACH_PROCESSOR
static void pool(float *restrict pooled, const float *restrict found, Py_ssize_t size, Py_ssize_t dim)
{
    float *mean = pooled, *peak = pooled + dim;
    for (Py_ssize_t k = 0; k < dim; k++)
        mean[k] = peak[k] = found[k];
    for (Py_ssize_t at = 1; at < size; at++)
        for (Py_ssize_t k = 0; k < dim; k++) {
            float value = found[at * dim + k];
            mean[k] += value;
            peak[k] = value > peak[k] ? value : peak[k];
        }
    for (Py_ssize_t k = 0; k < dim; k++)
        mean[k] /= (float)size;
}

/* What is found at the units of `mine`, which are aligned by `shares` (mine, theirs), pooled: (2 * dim,). */
static void find(const Comparer *comparer, const Desk *desk, const Text *mine, const Text *theirs, const float *shares,
                 float *pooled)
{
    Py_ssize_t dim = comparer->dim;
    float *aligned = desk->projected; /* which is no longer read */
    memset(aligned, 0, mine->size * dim * sizeof(float));
    add_product(aligned, shares, theirs->size, theirs->states, mine->size, theirs->size, dim);
    lay_beside(desk->beside, mine->states, aligned, mine->size, dim);
    memcpy(desk->found, mine->found, mine->size * dim * sizeof(float));
    add_product(desk->found, desk->beside, 3 * dim, comparer->beside, mine->size, 3 * dim, dim);
    for (Py_ssize_t at = 0; at < mine->size; at++)
        bend(desk->found + at * dim, comparer->of_equals + desk->kinds[at] * dim, 1, dim);
    pool(pooled, desk->found, mine->size, dim);
}

/* 0, 1 where the unit stands in the other text too, 2 where it does with the one behind it. */
static void equal_units(int8_t *kinds, const Text *mine, const Text *theirs, float *table, const float *equal)
{
    for (Py_ssize_t i = 0; i < mine->size; i++) {
        kinds[i] = 0;
        for (Py_ssize_t j = 0; j < theirs->size; j++) {
            if (mine->units[2 * i] != theirs->units[2 * j])
                continue;
            int pair = mine->units[2 * i + 1] >= 0 && mine->units[2 * i + 1] == theirs->units[2 * j + 1];
            if (kinds[i] < 1 + pair)
                kinds[i] = 1 + pair;
            if (table)
                table[i * theirs->size + j] += equal[0] + (pair ? equal[1] : 0);
        }
    }
}

static void compare_pair(const Comparer *comparer, const Desk *desk, const Text *mine, const Text *theirs,
                         const float *projected, float *figures, Py_ssize_t number)
{
    Py_ssize_t dim = comparer->dim, high = mine->size, wide = theirs->size;
    inner_products(desk->table, projected, theirs->states, high, wide, dim);
    equal_units(desk->kinds, mine, theirs, desk->table, comparer->equal);
    for (Py_ssize_t i = 0; i < high; i++)
        for (Py_ssize_t j = 0; j < wide; j++)
            desk->turned[j * high + i] = desk->table[i * wide + j];
    softmax(desk->table, high, wide);
    softmax(desk->turned, wide, high);
    float *first = desk->pooled, *second = first + 2 * dim, *both = second + 2 * dim;
    find(comparer, desk, mine, theirs, desk->table, first);
    equal_units(desk->kinds, theirs, mine, NULL, NULL);
    find(comparer, desk, theirs, mine, desk->turned, second);
    for (Py_ssize_t k = 0; k < 2 * dim; k++) {
        both[k] = first[k] + second[k];
        both[2 * dim + k] = fabsf(first[k] - second[k]);
    }
    memset(desk->hidden, 0, dim * sizeof(float));
    add_product(desk->hidden, both, 4 * dim, comparer->hidden, 1, 4 * dim, dim);
    bend(desk->hidden, comparer->hidden_bias, 1, dim);
    memcpy(figures, comparer->out_bias, number * sizeof(float));
    add_product(figures, desk->hidden, dim, comparer->out, 1, dim, number);
}

/* What depends on one text alone: its states as they are aligned with others, and what they give to what is found. */
static void prepare(const Comparer *comparer, const Text *text, float *projected)
{
    Py_ssize_t dim = comparer->dim;
    if (projected) {
        memset(projected, 0, text->size * dim * sizeof(float));
        add_product(projected, text->states, dim, comparer->alignment, text->size, dim, dim);
    }
    memset(text->found, 0, text->size * dim * sizeof(float));
    add_product(text->found, text->states, dim, comparer->itself, text->size, dim, dim);
}

static PyObject *compare_states(PyObject *Py_UNUSED(module), PyObject *args)
{
    Py_buffer alignment, equal, beside, itself, of_equals, hidden, hidden_bias, out, out_bias;
    Py_buffer units, states, starts, asked, their_units, their_states, their_sizes, figures;
    if (!PyArg_ParseTuple(args, "(y*y*y*y*y*y*y*y*y*)(y*y*y*)y*(y*y*y*)w*", &alignment, &equal, &beside, &itself,
                          &of_equals, &hidden, &hidden_bias, &out, &out_bias, &units, &states, &starts, &asked,
                          &their_units, &their_states, &their_sizes, &figures))
        return NULL;
    Comparer comparer = {hidden_bias.len / (Py_ssize_t)sizeof(float), alignment.buf, equal.buf, beside.buf, itself.buf,
                         of_equals.buf, hidden.buf, hidden_bias.buf, out.buf, out_bias.buf};
    Py_ssize_t dim = comparer.dim, number = out_bias.len / (Py_ssize_t)sizeof(float);
    Py_ssize_t row = dim * (Py_ssize_t)sizeof(float), unit = 2 * (Py_ssize_t)sizeof(int32_t);
    Py_ssize_t questions = starts.len / (Py_ssize_t)sizeof(int64_t) - 1, pairs = asked.len / (Py_ssize_t)sizeof(int64_t);
    const int64_t *start = starts.buf, *which = asked.buf, *sizes = their_sizes.buf;
    int fits = alignment.len == dim * row && itself.len == dim * row && beside.len == 3 * dim * row &&
               of_equals.len == 3 * row && hidden.len == 4 * dim * row && equal.len == 2 * (Py_ssize_t)sizeof(float) &&
               out.len == number * row && questions >= 0 && their_sizes.len == asked.len &&
               figures.len == pairs * number * (Py_ssize_t)sizeof(float) &&
               states.len == start[questions] * row && units.len == start[questions] * unit;
    Py_ssize_t longest = 0, all = 0;
    for (Py_ssize_t at = 0; fits && at < questions; at++) {
        Py_ssize_t size = start[at + 1] - start[at];
        fits = size >= 0;
        longest = size > longest ? size : longest;
    }
    for (Py_ssize_t at = 0; fits && at < pairs; at++) {
        fits = sizes[at] >= 0 && which[at] >= 0 && which[at] < questions;
        longest = sizes[at] > longest ? sizes[at] : longest;
        all += sizes[at];
    }
    fits = fits && their_states.len == all * row && their_units.len == all * unit;
    Py_ssize_t square = longest * longest, each = longest * dim;
    float *memory = fits ? malloc(((2 * square) + 8 * each + 9 * dim) * sizeof(float) + longest) : NULL;
    if (memory) {
        Desk desk = {.table = memory, .turned = memory + square, .projected = memory + 2 * square};
        desk.beside = desk.projected + each;
        desk.found = desk.beside + 3 * each;
        float *projected = desk.found + each, *my_found = projected + each, *their_found = my_found + each;
        desk.pooled = their_found + each;
        desk.hidden = desk.pooled + 8 * dim;
        desk.kinds = (int8_t *)(desk.hidden + dim);
        const int32_t *their_unit = their_units.buf;
        const float *their_state = their_states.buf;
        float *out_of_it = figures.buf;
        Text mine = {0};
        Py_BEGIN_ALLOW_THREADS
        for (Py_ssize_t at = 0, before = -1; at < pairs; at++, out_of_it += number) {
            if (which[at] != before) {
                before = which[at];
                mine = (Text){start[before + 1] - start[before], (const int32_t *)units.buf + 2 * start[before],
                              (const float *)states.buf + start[before] * dim, my_found};
                prepare(&comparer, &mine, projected);
            }
            Text theirs = {sizes[at], their_unit, their_state, their_found};
            if (mine.size && theirs.size) {
                prepare(&comparer, &theirs, NULL);
                compare_pair(&comparer, &desk, &mine, &theirs, projected, out_of_it, number);
            } else
                memset(out_of_it, 0, number * sizeof(float)); /* nothing is said where one of the two is empty */
            their_unit += 2 * sizes[at];
            their_state += sizes[at] * dim;
        }
        Py_END_ALLOW_THREADS
    }
    free(memory);
    Py_buffer *all_of_them[] = {&alignment, &equal, &beside, &itself, &of_equals, &hidden,
                                &hidden_bias, &out, &out_bias, &units, &states, &starts,
                                &asked, &their_units, &their_states, &their_sizes, &figures};
    for (size_t at = 0; at < sizeof all_of_them / sizeof *all_of_them; at++)
        PyBuffer_Release(all_of_them[at]);
    if (!fits)
        return PyErr_SetString(PyExc_ValueError, "weights, texts and pairs do not fit each other"), NULL;
    if (!memory)
        return PyErr_NoMemory();
    Py_RETURN_NONE;
}

static PyMethodDef functions[] = {
    {"read", read_states, METH_VARARGS, "Write the states of some texts."},
    {"compare", compare_states, METH_VARARGS, "Write the figures of some pairs of texts."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_interaction", NULL, -1, functions, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__interaction(void) { return PyModule_Create(&module); }
