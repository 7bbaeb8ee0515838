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

/* Add up what the terms weigh in each row. */
static void add_up(const Postings *postings, const Run *runs, Py_ssize_t number, double *restrict scores)
{
    for (Py_ssize_t run = 0; run < number; run++) {
        const int32_t *rows = postings->term_rows + runs[run].begin;
        const float *weights = postings->term_weights + runs[run].begin;
        float factor = runs[run].factor;
        for (int64_t at = 0; at < runs[run].size; at++)
            if ((uint32_t)rows[at] < (uint32_t)postings->rows)
                scores[rows[at]] += weights[at] * factor;
    }
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
            add_up(&postings, runs, chosen, scores.buf);
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

/* Of two with the same score the earlier row is the better. */
static inline int better(const Scored *one, const Scored *other)
{
    return one->score != other->score ? one->score > other->score : one->row < other->row;
}

/* Let what stands at a place of a heap, which has the best on top, sink to where it belongs. */
static void sink(Scored *heap, Py_ssize_t size, Py_ssize_t at)
{
    Scored sinking = heap[at];
    for (Py_ssize_t child; (child = 2 * at + 1) < size; at = child) {
        child += child + 1 < size && better(heap + child + 1, heap + child);
        if (!better(heap + child, &sinking))
            break;
        heap[at] = heap[child];
    }
    heap[at] = sinking;
}

/* Take what was given to the rows of a few posting lists out of all scores: (found,) what, and to which row. */
static Py_ssize_t take_out(const Postings *postings, const Run *runs, Py_ssize_t number, double *scores, double *values,
                           int32_t *rows)
{
    Py_ssize_t found = 0;
    for (Py_ssize_t run = 0; run < number; run++)
        for (int64_t at = runs[run].begin; at < runs[run].begin + runs[run].size; at++) {
            int32_t row = postings->term_rows[at];
            if ((uint32_t)row >= (uint32_t)postings->rows || scores[row] == 0)
                continue;
            values[found] = scores[row];
            rows[found++] = row;
            scores[row] = 0;
        }
    return found;
}

/* The share of the best score above which rows are looked at: the largest that leaves enough of them, or the last. */
static double least_of(const double *values, Py_ssize_t number, const double *shares, Py_ssize_t steps,
                       Py_ssize_t enough)
{
    double most = 0, least = 0;
    for (Py_ssize_t at = 0; at < number; at++)
        most = values[at] > most ? values[at] : most;
    for (Py_ssize_t step = 0; step < steps; step++) {
        Py_ssize_t close = 0;
        least = shares[step] * most;
        for (Py_ssize_t at = 0; at < number; at++)
            close += values[at] > least;
        if (close >= enough)
            break;
    }
    return least;
}

typedef struct {
    const Postings *postings;
    const Run *runs;
    Py_ssize_t number, steps, enough, most_rows, wanted;
    const char *closed;    /* (rows,), NULL for none */
    const int32_t *owners; /* (rows,) */
    const double *shares;
} Search;

/* Write the owners of the best of some rows, each once, until there are as many as are wanted; how many there are. */
static Py_ssize_t first_owners(const Search *search, Scored *heap, Py_ssize_t size, int64_t *best)
{
    Py_ssize_t found = 0;
    for (Py_ssize_t at = size / 2; at-- > 0;)
        sink(heap, size, at);
    for (Py_ssize_t left = search->most_rows; left && size && found < search->wanted; left--) {
        Py_ssize_t known = 0;
        int32_t owner = search->owners[heap->row];
        while (known < found && best[known] != owner)
            known++;
        if (known == found)
            best[found++] = owner;
        *heap = heap[--size];
        sink(heap, size, 0);
    }
    return found;
}

/* Write the best rows' owners and leave all scores at 0; how many there are, -1 without memory. A few posting lists are
 * looked through once more for what they gave; where they are many, all rows are.
 */
static Py_ssize_t find_best(const Search *search, double *scores, int64_t *best)
{
    const Postings *postings = search->postings;
    Py_ssize_t touched = 0, close = 0, found = -1, number = postings->rows;
    for (Py_ssize_t run = 0; run < search->number; run++)
        touched += search->runs[run].size;
    int few = touched < postings->rows;
    Scored *heap = malloc(((few ? touched : postings->rows) + 1) * sizeof *heap);
    double *values = few ? malloc((touched + 1) * sizeof *values) : scores;
    int32_t *rows = few ? malloc((touched + 1) * sizeof *rows) : NULL;
    if (heap && values && (rows || !few)) {
        add_up(postings, search->runs, search->number, scores);
        if (few)
            number = take_out(postings, search->runs, search->number, scores, values, rows);
        for (Py_ssize_t at = 0; search->closed && at < number; at++)
            if (search->closed[few ? rows[at] : at])
                values[at] = 0;
        double least = least_of(values, number, search->shares, search->steps, search->enough);
        for (Py_ssize_t at = 0; at < number; at++)
            if (values[at] > least)
                heap[close++] = (Scored){values[at], few ? rows[at] : (int32_t)at};
        found = first_owners(search, heap, close, best);
        if (!few)
            memset(scores, 0, postings->rows * sizeof *scores);
    }
    free(heap);
    if (few) {
        free(values);
        free(rows);
    }
    return found;
}

static PyObject *best_owners(PyObject *Py_UNUSED(module), PyObject *args)
{
    Py_buffer term_starts, term_rows, term_weights, ids, factors, closed, shares, owners, scores, best;
    Py_ssize_t budget, enough, most_rows, found = 0;
    if (!PyArg_ParseTuple(args, "(y*y*y*)y*y*ny*y*nny*w*w*", &term_starts, &term_rows, &term_weights, &ids, &factors,
                          &budget, &closed, &shares, &enough, &most_rows, &owners, &scores, &best))
        return NULL;
    Postings postings = {term_starts.buf, term_rows.buf, term_weights.buf, NUMBER(term_starts, int64_t) - 1,
                         NUMBER(term_rows, int32_t), NUMBER(scores, double)};
    Py_ssize_t number = NUMBER(ids, int64_t), chosen = -1;
    Run *runs = malloc((number + 1) * sizeof *runs);
    if (runs && NUMBER(factors, float) == number && NUMBER(term_weights, float) == postings.postings &&
        NUMBER(owners, int32_t) == postings.rows && (!closed.len || closed.len == postings.rows)) {
        Py_BEGIN_ALLOW_THREADS
        chosen = choose(&postings, ids.buf, factors.buf, number, budget, runs);
        Search search = {&postings, runs, chosen, NUMBER(shares, double), enough, most_rows, NUMBER(best, int64_t),
                         closed.len ? closed.buf : NULL, owners.buf, shares.buf};
        if (chosen > 0)
            found = find_best(&search, scores.buf, best.buf);
        Py_END_ALLOW_THREADS
    }
    int memory = runs && found >= 0;
    free(runs);
    Py_buffer *all[] = {&term_starts, &term_rows, &term_weights, &ids, &factors, &closed, &shares, &owners, &scores,
                        &best};
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
    {"best", best_owners, METH_VARARGS, "Write whose the rows with the best scores are; how many there are."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_lexical", NULL, -1, functions, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__lexical(void) { return PyModule_Create(&module); }
