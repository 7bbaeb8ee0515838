/* What kb/index/ngram.py adds up for every text: the vectors of its n-grams. Arrays are C-contiguous. */

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "lanes.h"

#define NUMBER(array, type) ((array).len / (Py_ssize_t)sizeof(type))

static const float TINY = 1e-30f; /* keeps the zero vector from being divided by zero */

/* out (dim,) = the sum of some rows of vectors (tokens, dim), each by its scale, made 1 long. */
EACH_PROCESSOR
static void add_rows(float *restrict out, const int8_t *restrict vectors, const float *scales, const int64_t *rows,
                     Py_ssize_t number, Py_ssize_t dim)
{
    memset(out, 0, dim * sizeof *out);
    for (Py_ssize_t at = 0; at < number; at++) {
        const int8_t *vector = vectors + rows[at] * dim;
        float scale = scales[rows[at]];
        for (Py_ssize_t k = 0; k < dim; k++)
            out[k] += scale * vector[k];
    }
    float length = sqrtf(inner_product(out, out, dim));
    for (Py_ssize_t k = 0; k < dim; k++)
        out[k] /= length > TINY ? length : TINY;
}

static PyObject *pool(PyObject *Py_UNUSED(module), PyObject *args)
{
    Py_buffer vectors, scales, rows, ends, out;
    if (!PyArg_ParseTuple(args, "y*y*y*y*w*", &vectors, &scales, &rows, &ends, &out))
        return NULL;
    const int64_t *row = rows.buf, *end = ends.buf;
    Py_ssize_t tokens = NUMBER(scales, float), texts = NUMBER(ends, int64_t), number = NUMBER(rows, int64_t);
    Py_ssize_t dim = tokens ? vectors.len / tokens : 0;
    int fits = vectors.len == tokens * dim && out.len == texts * dim * (Py_ssize_t)sizeof(float);
    for (Py_ssize_t at = 0; fits && at < number; at++)
        fits = row[at] >= 0 && row[at] < tokens;
    for (Py_ssize_t text = 0; fits && text < texts; text++)
        fits = end[text] >= (text ? end[text - 1] : 0) && end[text] <= number;
    if (fits) {
        Py_BEGIN_ALLOW_THREADS
        for (Py_ssize_t text = 0; text < texts; text++) {
            int64_t begin = text ? end[text - 1] : 0;
            add_rows((float *)out.buf + text * dim, vectors.buf, scales.buf, row + begin, end[text] - begin, dim);
        }
        Py_END_ALLOW_THREADS
    }
    PyBuffer_Release(&vectors);
    PyBuffer_Release(&scales);
    PyBuffer_Release(&rows);
    PyBuffer_Release(&ends);
    PyBuffer_Release(&out);
    if (!fits)
        return PyErr_SetString(PyExc_ValueError, "the rows do not fit the vectors"), NULL;
    Py_RETURN_NONE;
}

static PyMethodDef functions[] = {
    {"pool", pool, METH_VARARGS, "Write the sum of each text's rows, made 1 long."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_ngram", NULL, -1, functions, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__ngram(void) { return PyModule_Create(&module); }
