/* From standardised features to an order and a chance, list by list: see kb/answer/confidence.py for what it means.
 * All arrays are C-contiguous; what is worked out for one list does not depend on those beside it.
 */

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

enum { SCORE, LEAD, SHARE, FROM_ORDER }; /* as in kb/answer/confidence.py */

typedef struct {
    const double *line; /* of `features` figures */
    double score;
    int64_t place;
} Candidate;

typedef struct {
    const double *order, *weights; /* (features,) and (features + FROM_ORDER,) */
    double intercept;
    Py_ssize_t features;
} Models;

static double sum_of(const double *line, const double *weights, Py_ssize_t number)
{
    double sums[4] = {0}; /* side by side, or each addition would wait for the one before it */
    for (Py_ssize_t at = 0; at < number; at++)
        sums[at % 4] += line[at] * weights[at];
    return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

static int best_first(const void *one, const void *other)
{
    const Candidate *a = one, *b = other;
    return a->score != b->score ? (a->score < b->score ? 1 : -1) : (a->place > b->place) - (a->place < b->place);
}

/* One list, whose candidates are put in order: what the second model sees of each, and the chance that it gives. */
static void score_list(const Models *models, Candidate *candidates, Py_ssize_t size, int64_t *order, double *chances,
                       double *inputs)
{
    double total = 0, least = DBL_MAX;
    for (Py_ssize_t at = 0; at < size; at++)
        candidates[at].score = sum_of(candidates[at].line, models->order, models->features);
    qsort(candidates, size, sizeof *candidates, best_first);
    double best = candidates[0].score;
    for (Py_ssize_t at = 0; at < size; at++)
        total += exp(candidates[at].score - best);
    for (Py_ssize_t at = 0; at < size; at++, inputs += models->features + FROM_ORDER) {
        double score = candidates[at].score, *from_order = inputs + models->features;
        for (Py_ssize_t feature = 0; feature < models->features; feature++)
            inputs[feature] = candidates[at].line[feature];
        from_order[SCORE] = score;
        from_order[LEAD] = at ? score - best : size > 1 ? score - candidates[1].score : score;
        from_order[SHARE] = exp(score - best) / total;
        double odds = sum_of(inputs, models->weights, models->features + FROM_ORDER) + models->intercept;
        double chance = 1 / (1 + exp(-odds));
        least = chance < least ? chance : least;
        order[at] = candidates[at].place;
        chances[at] = least;
    }
}

/* --- as a function of arrays -------------------------------------------------------------------------------------- */

enum { TABLE, ORDER, WEIGHTS, SIZES, READ, OUT_ORDER = READ, OUT_CHANCES, OUT_INPUTS, ARRAYS };

#define NUMBER(array, type) ((array).len / (Py_ssize_t)sizeof(type))

/* How many candidates the longest list has; -1 if the arrays do not fit each other. */
static Py_ssize_t longest(const Py_buffer *arrays)
{
    const int64_t *sizes = arrays[SIZES].buf;
    Py_ssize_t features = NUMBER(arrays[ORDER], double), all = 0, most = 0;
    for (Py_ssize_t list = 0; list < NUMBER(arrays[SIZES], int64_t); list++) {
        if (sizes[list] < 1 || sizes[list] > NUMBER(arrays[OUT_ORDER], int64_t) - all)
            return -1;
        all += sizes[list];
        most = sizes[list] > most ? sizes[list] : most;
    }
    int fits = features > 0 && NUMBER(arrays[WEIGHTS], double) == features + FROM_ORDER &&
               NUMBER(arrays[TABLE], double) == all * features && NUMBER(arrays[OUT_ORDER], int64_t) == all &&
               NUMBER(arrays[OUT_CHANCES], double) == all &&
               NUMBER(arrays[OUT_INPUTS], double) == all * (features + FROM_ORDER);
    return fits ? most : -1;
}

static PyObject *score(PyObject *Py_UNUSED(module), PyObject *args)
{
    Py_buffer arrays[ARRAYS];
    Models models;
    if (!PyArg_ParseTuple(args, "y*y*y*dy*w*w*w*", arrays + TABLE, arrays + ORDER, arrays + WEIGHTS, &models.intercept,
                          arrays + SIZES, arrays + OUT_ORDER, arrays + OUT_CHANCES, arrays + OUT_INPUTS))
        return NULL;
    models.order = arrays[ORDER].buf;
    models.weights = arrays[WEIGHTS].buf;
    models.features = NUMBER(arrays[ORDER], double);
    Py_ssize_t most = longest(arrays);
    Candidate *candidates = most < 0 ? NULL : malloc((most + 1) * sizeof *candidates);
    if (most < 0)
        PyErr_SetString(PyExc_ValueError, "the arrays do not fit each other");
    else if (!candidates)
        PyErr_NoMemory();
    else {
        const double *line = arrays[TABLE].buf;
        const int64_t *sizes = arrays[SIZES].buf;
        double *inputs = arrays[OUT_INPUTS].buf;
        Py_ssize_t done = 0;
        for (Py_ssize_t list = 0; list < NUMBER(arrays[SIZES], int64_t); list++) {
            Py_ssize_t size = sizes[list];
            for (Py_ssize_t at = 0; at < size; at++, line += models.features)
                candidates[at] = (Candidate){line, 0, done + at};
            score_list(&models, candidates, size, (int64_t *)arrays[OUT_ORDER].buf + done,
                       (double *)arrays[OUT_CHANCES].buf + done, inputs + done * (models.features + FROM_ORDER));
            done += size;
        }
    }
    for (int at = 0; at < ARRAYS; at++)
        PyBuffer_Release(arrays + at);
    int failed = !candidates;
    free(candidates);
    if (failed)
        return NULL;
    Py_RETURN_NONE;
}

static PyMethodDef functions[] = {
    {"score", score, METH_VARARGS, "Write the order of each list, the chances in it and what they were made of."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_confidence", NULL, -1, functions, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__confidence(void) { return PyModule_Create(&module); }
