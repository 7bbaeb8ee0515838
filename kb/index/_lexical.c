/* What kb/index/lexical.py adds up for every question: what its terms weigh, and the posting lists of the phrasings.
 * All arrays are C-contiguous.
 */

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define NUMBER(array, type) ((array).len / (Py_ssize_t)sizeof(type))

/* --- terms -------------------------------------------------------------------------------------------------------- */

/* What each term of some views weighs, so that a text would have the score 1 for itself. */
static PyObject *weigh_terms(PyObject *Py_UNUSED(module), PyObject *args)
{
    Py_buffer ids, counts, places, sizes, idfs, held_back, idf, weights, totals;
    double unknown, k1, b;
    int cosine;
    if (!PyArg_ParseTuple(args, "y*y*y*y*y*y*dddiw*w*w*", &ids, &counts, &places, &sizes, &idfs, &held_back, &unknown,
                          &k1, &b, &cosine, &idf, &weights, &totals))
        return NULL;
    const int64_t *id = ids.buf, *place = places.buf;
    const float *count = counts.buf, *known = idfs.buf;
    const double *size = sizes.buf, *held = held_back.buf;
    float *rarity = idf.buf, *weight = weights.buf;
    double *total = totals.buf;
    Py_ssize_t terms = NUMBER(ids, int64_t), spans = NUMBER(places, int64_t) - 1, views = NUMBER(held_back, double);
    int fits = spans >= 0 && views > 0 && NUMBER(counts, float) == terms && NUMBER(sizes, double) == spans &&
               NUMBER(idf, float) == terms && NUMBER(weights, float) == terms && NUMBER(totals, double) == spans &&
               place[0] == 0 && place[spans] == terms;
    for (Py_ssize_t span = 0; fits && span < spans; span++)
        fits = place[span] <= place[span + 1];
    for (Py_ssize_t at = 0; fits && at < terms; at++)
        fits = id[at] < NUMBER(idfs, float);
    for (Py_ssize_t span = 0; fits && span < spans; span++) {
        int squared = span % views == cosine;
        double rare = 0, scale = 0, longer = size[span] / held[span % views] + k1 * (1 - b);
        for (int64_t at = place[span]; at < place[span + 1]; at++) {
            rarity[at] = id[at] < 0 ? (float)unknown : known[id[at]];
            weight[at] = count[at] * rarity[at];
            /* a term that is said again counts for less, as in BM25; a cosine is that of what the terms weigh */
            scale += weight[at] * (squared ? weight[at] : count[at] * (k1 + 1) / (count[at] + longer));
            rare += rarity[at];
        }
        scale = squared ? sqrt(scale) : scale;
        for (int64_t at = place[span]; at < place[span + 1]; at++)
            weight[at] = (float)(weight[at] / (scale > 1e-9 ? scale : 1e-9));
        total[span] = rare;
    }
    Py_buffer *all[] = {&ids, &counts, &places, &sizes, &idfs, &held_back, &idf, &weights, &totals};
    for (size_t at = 0; at < sizeof all / sizeof *all; at++)
        PyBuffer_Release(all[at]);
    if (!fits)
        return PyErr_SetString(PyExc_ValueError, "the arrays do not fit each other"), NULL;
    Py_RETURN_NONE;
}

/* --- posting lists ------------------------------------------------------------------------------------------------ */

typedef struct {
    const int64_t *term_starts; /* (terms + 1,) */
    const int32_t *term_rows;
    const float *term_weights;
    Py_ssize_t terms, postings, rows;
} Postings;

typedef struct {
    int64_t begin, size;
    float factor;
    Py_ssize_t at;
} Run;

static int by_size(const void *one, const void *other)
{
    const Run *a = one, *b = other;
    return a->size != b->size ? (a->size < b->size ? -1 : 1) : a->at < b->at ? -1 : 1;
}

/* The posting lists of the terms that are known, the shortest first if all together are longer than `budget`; how many
 * of them may be looked through, -1 where they lie outside.
 */
static Py_ssize_t choose(const Postings *postings, const int64_t *ids, const float *factors, Py_ssize_t number,
                         int64_t budget, Run *runs)
{
    Py_ssize_t chosen = 0;
    int64_t all = 0;
    for (Py_ssize_t at = 0; at < number; at++) {
        if (ids[at] < 0)
            continue;
        if (ids[at] >= postings->terms)
            return -1;
        int64_t begin = postings->term_starts[ids[at]], end = postings->term_starts[ids[at] + 1];
        if (begin < 0 || end < begin || end > postings->postings)
            return -1;
        runs[chosen] = (Run){begin, end - begin, factors[at], chosen};
        all += runs[chosen++].size;
    }
    if (all <= budget)
        return chosen;
    qsort(runs, chosen, sizeof *runs, by_size);
    Py_ssize_t kept = 0;
    for (all = 0; kept < chosen && (all += runs[kept].size) <= budget; kept++)
        ;
    return kept ? kept : 1;
}

/* Add up what the terms weigh in each row; rows that had nothing yet are noted in `touched`, if that is wanted. */
static Py_ssize_t add_up(const Postings *postings, const Run *runs, Py_ssize_t number, double *scores, int32_t *touched)
{
    Py_ssize_t noted = 0;
    for (Py_ssize_t run = 0; run < number; run++)
        for (int64_t at = runs[run].begin; at < runs[run].begin + runs[run].size; at++) {
            int32_t row = postings->term_rows[at];
            if (row < 0 || row >= postings->rows)
                continue;
            float weight = postings->term_weights[at] * runs[run].factor;
            if (touched && scores[row] == 0 && weight != 0)
                touched[noted++] = row;
            scores[row] += weight;
        }
    return noted;
}

static PyObject *score_rows(PyObject *Py_UNUSED(module), PyObject *args)
{
    Py_buffer term_starts, term_rows, term_weights, ids, factors, scores;
    Py_ssize_t budget;
    if (!PyArg_ParseTuple(args, "(y*y*y*)y*y*nw*", &term_starts, &term_rows, &term_weights, &ids, &factors, &budget,
                          &scores))
        return NULL;
    Postings postings = {term_starts.buf, term_rows.buf, term_weights.buf, NUMBER(term_starts, int64_t) - 1,
                         NUMBER(term_rows, int32_t), NUMBER(scores, double)};
    Py_ssize_t number = NUMBER(ids, int64_t), chosen = -1;
    Run *runs = malloc((number + 1) * sizeof *runs);
    if (runs && NUMBER(factors, float) == number && NUMBER(term_weights, float) == postings.postings) {
        Py_BEGIN_ALLOW_THREADS
        chosen = choose(&postings, ids.buf, factors.buf, number, budget, runs);
        if (chosen > 0)
            add_up(&postings, runs, chosen, scores.buf, NULL);
        Py_END_ALLOW_THREADS
    }
    int memory = runs != NULL;
    free(runs);
    Py_buffer *all[] = {&term_starts, &term_rows, &term_weights, &ids, &factors, &scores};
    for (size_t at = 0; at < sizeof all / sizeof *all; at++)
        PyBuffer_Release(all[at]);
    if (!memory)
        return PyErr_NoMemory();
    if (chosen < 0)
        return PyErr_SetString(PyExc_ValueError, "the posting lists do not fit the terms"), NULL;
    Py_RETURN_NONE;
}

/* --- the best of them --------------------------------------------------------------------------------------------- */

typedef struct {
    double score;
    int32_t row;
} Scored;

static int by_score(const void *one, const void *other)
{
    const Scored *a = one, *b = other;
    return a->score != b->score ? (a->score < b->score ? 1 : -1) : a->row < b->row ? -1 : a->row > b->row;
}

/* Keep those above a share of the best score: the largest of the `shares` that leaves enough, or else the last. */
static Py_ssize_t close_ones(Scored *rows, Py_ssize_t number, double most, const double *shares, Py_ssize_t steps,
                             Py_ssize_t enough)
{
    Py_ssize_t step = 0, close = 0;
    for (; step < steps; step++) {
        close = 0;
        for (Py_ssize_t at = 0; at < number; at++)
            close += rows[at].score > shares[step] * most;
        if (close >= enough)
            break;
    }
    double least = shares[step < steps ? step : steps - 1] * most;
    Py_ssize_t kept = 0;
    for (Py_ssize_t at = 0; at < number; at++)
        if (rows[at].score > least)
            rows[kept++] = rows[at];
    return kept;
}

static PyObject *best_rows(PyObject *Py_UNUSED(module), PyObject *args)
{
    Py_buffer term_starts, term_rows, term_weights, ids, factors, closed, shares, scores, best;
    Py_ssize_t budget, enough, found = -1;
    if (!PyArg_ParseTuple(args, "(y*y*y*)y*y*ny*y*nw*w*", &term_starts, &term_rows, &term_weights, &ids, &factors,
                          &budget, &closed, &shares, &enough, &scores, &best))
        return NULL;
    Postings postings = {term_starts.buf, term_rows.buf, term_weights.buf, NUMBER(term_starts, int64_t) - 1,
                         NUMBER(term_rows, int32_t), NUMBER(scores, double)};
    Py_ssize_t number = NUMBER(ids, int64_t), most_rows = NUMBER(best, int64_t), chosen = -1;
    const char *shut = closed.len ? closed.buf : NULL;
    Run *runs = malloc((number + 1) * sizeof *runs);
    int32_t *touched = NULL;
    Scored *rows = NULL;
    int memory = runs != NULL;
    if (memory && NUMBER(factors, float) == number && NUMBER(term_weights, float) == postings.postings &&
        NUMBER(shares, double) > 0 && (!shut || closed.len == postings.rows)) {
        Py_BEGIN_ALLOW_THREADS
        chosen = choose(&postings, ids.buf, factors.buf, number, budget, runs);
        int64_t most_touched = 0;
        for (Py_ssize_t run = 0; run < chosen; run++)
            most_touched += runs[run].size;
        if (most_touched > postings.rows)
            most_touched = postings.rows;
        touched = malloc((most_touched + 1) * sizeof *touched);
        rows = malloc((most_touched + 1) * sizeof *rows);
        memory = touched && rows;
        if (chosen >= 0 && memory) {
            double *score = scores.buf, most = 0;
            Py_ssize_t noted = add_up(&postings, runs, chosen, score, touched), open = 0;
            for (Py_ssize_t at = 0; at < noted; at++) {
                int32_t row = touched[at];
                if (!shut || !shut[row]) {
                    rows[open++] = (Scored){score[row], row};
                    most = score[row] > most ? score[row] : most;
                }
                score[row] = 0; /* as it was, for the next question */
            }
            open = close_ones(rows, open, most, shares.buf, NUMBER(shares, double), enough);
            qsort(rows, open, sizeof *rows, by_score);
            found = open < most_rows ? open : most_rows;
            for (Py_ssize_t at = 0; at < found; at++)
                ((int64_t *)best.buf)[at] = rows[at].row;
        }
        Py_END_ALLOW_THREADS
    }
    free(rows);
    free(touched);
    free(runs);
    Py_buffer *all[] = {&term_starts, &term_rows, &term_weights, &ids, &factors, &closed, &shares, &scores, &best};
    for (size_t at = 0; at < sizeof all / sizeof *all; at++)
        PyBuffer_Release(all[at]);
    if (!memory)
        return PyErr_NoMemory();
    if (chosen < 0)
        return PyErr_SetString(PyExc_ValueError, "the posting lists do not fit the terms"), NULL;
    return PyLong_FromSsize_t(found);
}

static PyMethodDef functions[] = {
    {"weigh", weigh_terms, METH_VARARGS, "Write what the terms of texts weigh."},
    {"score", score_rows, METH_VARARGS, "Add to the scores of rows what terms weigh in them."},
    {"best", best_rows, METH_VARARGS, "Write the rows with the best scores; how many there are."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_lexical", NULL, -1, functions, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__lexical(void) { return PyModule_Create(&module); }
