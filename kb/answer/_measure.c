/* What is looked at when one question meets the entries that were found for it: the columns of `FEATURES` in
 * kb/answer/features.py, which says what each means, up to `longer`; those about details are left to it.
 * All arrays are C-contiguous.
 */

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../index/lanes.h"

enum { WORDS, CHARACTERS, BIGRAMS, CONCEPTS, VIEWS }; /* as in kb/index/lexical.py */

/* The columns, in the order of `FEATURES`; a view's stand side by side. */
enum {
    DENSE, DENSE_SECOND, CENTRE,
    SCORE, COVER = SCORE + VIEWS, BACK = COVER + VIEWS, BACK_CHARACTERS, BACK_CONCEPTS,
    UNION, MISSING = UNION + VIEWS, MISSING_CHARACTER, MISSING_CONCEPT,
    SAME_CONCEPTS, SOFT, SOFT_BACK, SOFT_BOTH, VOTE, PHRASINGS, QUESTION_LENGTH, LONGER,
    COLUMNS
};

/* --- what is known ------------------------------------------------------------------------------------------------ */

typedef struct {
    const float *base, *fresh; /* (kept, dim) and, numbered on, those that an edit added: `there` in all */
    const int32_t *place;      /* (number,) where each vector lies; NULL: where its number says */
    Py_ssize_t number, kept, there;
} Vectors;

typedef struct {
    Py_ssize_t dim, entries, rows, postings, words;
    Vectors vectors, centroids; /* of rows, and of entries */
    const int64_t *starts; /* (entries + 1,) */
    const int64_t *row_starts;
    const int32_t *row_terms; /* rising, so that the words come first */
    const float *row_weights, *idf, *masses, *sizes, *word_vectors;
    float unknown_idf;
} Known;

typedef struct {
    Py_ssize_t words;
    const float *vector;
    const int64_t *ids; /* of its terms, -1 for unknown ones; like the two beside them they are numbered by `places` */
    const float *weights, *idf;
    const int64_t *places; /* (views + 1,) where the terms of each view begin */
    const double *totals;
    const float *word_vectors; /* (words, dim) */
    double length;
} Question;

/* --- numbers looked up by number ---------------------------------------------------------------------------------- */

typedef struct {
    int32_t *keys, *values; /* -1: free */
    size_t mask;
} Lookup;

static size_t slot(const Lookup *lookup, int32_t key)
{
    size_t at = ((uint32_t)key * 2654435761u) & lookup->mask;
    while (lookup->keys[at] != key && lookup->keys[at] != -1)
        at = (at + 1) & lookup->mask;
    return at;
}

static int make_lookup(Lookup *lookup, size_t most)
{
    size_t room = 64;
    while (room < 3 * most)
        room *= 2;
    lookup->mask = room - 1;
    lookup->keys = malloc(2 * room * sizeof(int32_t));
    if (!lookup->keys)
        return 0;
    lookup->values = lookup->keys + room;
    memset(lookup->keys, -1, room * sizeof(int32_t));
    return 1;
}

/* --- one question ------------------------------------------------------------------------------------------------- */

/* One phrasing beside the question. */
typedef struct {
    int64_t row;
    float similarity, forth, back, near;
    float scores[VIEWS], explained[VIEWS];
} Beside;

typedef struct {
    const Known *known;
    const Question *question;
    Lookup asked;   /* term → its place in the question */
    Lookup words;   /* word of a phrasing → its place in `nearness` */
    float *nearness; /* (distinct words, words of the question + 1) how near each is, squared; last the nearest of all */
    float *reached;  /* (words of the question,) by the words of a phrasing */
    float *shares;   /* (words of the question,) of its words' idf */
    char *held;      /* (terms of the question,) by a phrasing of the entry */
    Beside *rows;
    float *entries;  /* how near each comes */
} Work;

static inline const float *vector_of(const Vectors *vectors, int64_t number, Py_ssize_t dim)
{
    Py_ssize_t place = vectors->place ? vectors->place[number] : number;
    return place < vectors->kept ? vectors->base + place * dim : vectors->fresh + (place - vectors->kept) * dim;
}

/* Whether there is a vector where one is said to lie. */
static inline int lies(const Vectors *vectors, int64_t number)
{
    return !vectors->place || (vectors->place[number] >= 0 && vectors->place[number] < vectors->there);
}

static void expect(const float *vector, Py_ssize_t dim)
{
    for (Py_ssize_t at = 0; at < dim; at += WIDE)
        __builtin_prefetch(vector + at);
}

/* How near each word of the phrasings comes to each word of the question; the same word stands in many of them. */
EACH_PROCESSOR
static void meet_words(const Work *work, const int32_t *distinct, Py_ssize_t number)
{
    const Question *question = work->question;
    Py_ssize_t words = question->words, dim = work->known->dim;
    for (Py_ssize_t at = 0; at < number; at++) {
        const float *vector = work->known->word_vectors + distinct[at] * dim;
        float *near = work->nearness + at * (words + 1), most = 0;
        if (at + 1 < number)
            expect(work->known->word_vectors + distinct[at + 1] * dim, dim);
        for (Py_ssize_t k = 0; k < words; k++) {
            float cosine = inner_product(vector, question->word_vectors + k * dim, dim);
            cosine = cosine < 0 ? 0 : cosine > 1 ? 1 : cosine;
            near[k] = cosine * cosine;
            most = near[k] > most ? near[k] : most;
        }
        near[words] = most;
    }
}

EACH_PROCESSOR
static void meet_phrasings(const Work *work, Beside *rows, int64_t begin, int64_t end)
{
    const Known *known = work->known;
    for (int64_t row = begin; row < end; row++)
        rows[row - begin].similarity =
            inner_product(vector_of(&known->vectors, row, known->dim), work->question->vector, known->dim);
}

static void read_beside(const Work *work, int64_t row, Beside *beside)
{
    const Known *known = work->known;
    const Question *question = work->question;
    Py_ssize_t words = question->words;
    double scores[VIEWS] = {0}, explained[VIEWS] = {0}, weight = 0, met = 0;
    int worded = 0;
    memset(work->reached, 0, words * sizeof(float));
    for (int64_t at = known->row_starts[row]; at < known->row_starts[row + 1]; at++) {
        int32_t term = known->row_terms[at];
        size_t found = slot(&work->asked, term);
        if (term >= 0 && work->asked.keys[found] == term) {
            int32_t place = work->asked.values[found];
            int view = 0;
            while (place >= question->places[view + 1] - question->places[0])
                view++;
            scores[view] += known->row_weights[at] * question->weights[question->places[0] + place];
            explained[view] += question->idf[question->places[0] + place];
            work->held[place] = 1;
        }
        if (words && (uint32_t)term < (uint32_t)known->words) {
            const float *near = work->nearness + work->words.values[slot(&work->words, term)] * (words + 1);
            for (Py_ssize_t k = 0; k < words; k++)
                work->reached[k] = near[k] > work->reached[k] ? near[k] : work->reached[k];
            met += near[words] * known->idf[term];
            weight += known->idf[term];
            worded = 1;
        }
    }
    beside->row = row;
    beside->forth = beside->back = 0;
    if (worded) {
        for (Py_ssize_t k = 0; k < words; k++)
            beside->forth += work->reached[k] * work->shares[k];
        beside->back = (float)(met / weight);
    }
    for (int view = 0; view < VIEWS; view++) {
        beside->scores[view] = (float)scores[view];
        beside->explained[view] = (float)explained[view];
    }
}

/* `part` of `whole`; all of it where there is nothing. */
static float share(double part, double whole) { return (float)(whole <= 0 ? part + 1 : part / whole); }

static float most(float one, float other) { return one > other ? one : other; }

/* What each phrasing of an entry holds of the question's terms counts once more for all of them together. */
static void together(const Work *work, float *line)
{
    const Question *question = work->question;
    for (int view = 0; view < VIEWS; view++) {
        double held = 0;
        float missing = 0;
        for (int64_t at = question->places[view]; at < question->places[view + 1]; at++)
            if (work->held[at - question->places[0]])
                held += question->idf[at];
            else
                missing = most(missing, question->idf[at] / work->known->unknown_idf);
        line[UNION + view] = share(held, question->totals[view]);
        if (view != BIGRAMS)
            line[MISSING + (view < BIGRAMS ? view : view - 1)] = missing;
    }
}

static int by_nearness(const void *one, const void *other)
{
    const Beside *a = one, *b = other;
    return a->near != b->near ? (a->near < b->near ? 1 : -1) : a->row < b->row ? -1 : a->row > b->row;
}

static int by_row(const void *one, const void *other)
{
    const Beside *a = one, *b = other;
    return a->row < b->row ? -1 : a->row > b->row;
}

/* Of an entry with more phrasings than `most_rows` those are kept that are nearest by all that they say. */
static Py_ssize_t nearest(Beside *rows, Py_ssize_t size, Py_ssize_t most_rows)
{
    if (size <= most_rows)
        return size;
    for (Py_ssize_t at = 0; at < size; at++) {
        rows[at].near = rows[at].similarity;
        for (int view = 0; view < VIEWS; view++)
            rows[at].near += rows[at].scores[view];
    }
    qsort(rows, size, sizeof *rows, by_nearness);
    qsort(rows, most_rows, sizeof *rows, by_row);
    return most_rows;
}

/* The line of an entry, whose phrasings lie in `rows`; which of them is the closest. */
static Py_ssize_t fill(const Work *work, Beside *rows, Py_ssize_t size, int64_t entry, float *line)
{
    const Known *known = work->known;
    const Question *question = work->question;
    Py_ssize_t closest = 0;
    float second = -FLT_MAX;
    for (int column = 0; column < COLUMNS; column++)
        line[column] = -FLT_MAX;
    for (Py_ssize_t at = 0; at < size; at++) {
        Beside *row = rows + at;
        const float *mass = known->masses + row->row * VIEWS;
        row->near = (row->similarity + row->scores[WORDS] + row->scores[CHARACTERS] + row->scores[BIGRAMS]) / 4;
        if (row->near > rows[closest].near)
            closest = at;
        second = row->similarity > line[DENSE] ? line[DENSE] : most(second, row->similarity);
        line[DENSE] = most(line[DENSE], row->similarity);
        for (int view = 0; view < VIEWS; view++) {
            line[SCORE + view] = most(line[SCORE + view], row->scores[view]);
            line[COVER + view] = most(line[COVER + view], share(row->explained[view], question->totals[view]));
        }
        double concepts = row->explained[CONCEPTS], either = mass[CONCEPTS] + question->totals[CONCEPTS] - concepts;
        line[SAME_CONCEPTS] = most(line[SAME_CONCEPTS], share(concepts, either));
        line[SOFT] = most(line[SOFT], row->forth);
        line[SOFT_BOTH] = most(line[SOFT_BOTH], row->forth < row->back ? row->forth : row->back);
    }
    const Beside *near = rows + closest;
    const float *mass = known->masses + near->row * VIEWS, *said = known->sizes + near->row * VIEWS;
    line[DENSE_SECOND] = size > 1 ? second - line[DENSE] : 0;
    line[CENTRE] = inner_product(vector_of(&known->centroids, entry, known->dim), question->vector, known->dim);
    line[BACK] = share(near->explained[WORDS], mass[WORDS]);
    line[BACK_CHARACTERS] = share(near->explained[CHARACTERS], mass[CHARACTERS]);
    line[BACK_CONCEPTS] = share(near->explained[CONCEPTS], mass[CONCEPTS]);
    line[SOFT_BACK] = near->back;
    line[PHRASINGS] = (float)log((double)size);
    line[QUESTION_LENGTH] = (float)log(question->length);
    line[LONGER] = (float)log((said[CHARACTERS] > 1 ? said[CHARACTERS] : 1) / question->length);
    return closest;
}

/* Read the phrasings of an entry; how many are kept. */
static Py_ssize_t read_entry(const Work *work, int64_t entry, Py_ssize_t most_rows, Beside *rows)
{
    const Known *known = work->known;
    const Question *question = work->question;
    int64_t begin = known->starts[entry], end = known->starts[entry + 1];
    memset(work->held, 0, question->places[VIEWS] - question->places[0]);
    for (int64_t row = begin; row < end; row++)
        read_beside(work, row, rows + (row - begin));
    meet_phrasings(work, rows, begin, end);
    Py_ssize_t size = nearest(rows, end - begin, most_rows);
    if (size < end - begin) { /* only these hold anything */
        memset(work->held, 0, question->places[VIEWS] - question->places[0]);
        for (Py_ssize_t at = 0; at < size; at++)
            read_beside(work, rows[at].row, rows + at);
    }
    return size;
}

/* The share of each entry in the phrasings of all, by nearness. */
static void vote(const Beside *rows, const int64_t *sizes, Py_ssize_t entries, double sharp, float *table,
                 Py_ssize_t width)
{
    float largest = -FLT_MAX;
    Py_ssize_t all = 0;
    double total = 0;
    for (Py_ssize_t at = 0; at < entries; at++)
        all += sizes[at];
    for (Py_ssize_t at = 0; at < all; at++)
        largest = most(largest, rows[at].near);
    for (Py_ssize_t entry = 0; entry < entries; entry++) {
        double votes = 0;
        for (Py_ssize_t at = 0; at < sizes[entry]; at++)
            votes += exp(sharp * (rows[at].near - largest));
        rows += sizes[entry];
        total += votes;
        table[entry * width + VOTE] = (float)votes;
    }
    for (Py_ssize_t entry = 0; entry < entries; entry++)
        table[entry * width + VOTE] /= (float)total;
}

/* What is written: entry by entry, and of each question which entries are read beside it, nearest first. */
typedef struct {
    int64_t *rows, *sizes, *closest;
    float *table;
    int64_t *nearest, *of;
    Py_ssize_t width;
} Out;

/* The places of the nearest entries, at most `most` of them, numbered from `first` on; how many there are. */
static Py_ssize_t nearest_of(const float *nearness, Py_ssize_t entries, Py_ssize_t most, Py_ssize_t first, int64_t *out)
{
    Py_ssize_t number = entries < most ? entries : most, before = -1;
    for (Py_ssize_t chosen = 0; chosen < number; chosen++) {
        Py_ssize_t best = -1;
        for (Py_ssize_t at = 0; at < entries; at++) {
            int behind = before < 0 || nearness[at] < nearness[before] ||
                         (nearness[at] == nearness[before] && at > before);
            if (behind && (best < 0 || nearness[at] > nearness[best]))
                best = at;
        }
        if (best < 0) /* what is no number has no place */
            return chosen;
        out[chosen] = first + best;
        before = best;
    }
    return number;
}

/* How many phrasings of an entry are looked at, how sharply their vote falls off, and how many entries are read. */
typedef struct {
    Py_ssize_t rows, beside;
    double sharp;
} Limits;

enum { MEASURED, DAMAGED, NO_MEMORY };

/* Room for all that is worked out for one question. */
static int prepare(Work *work, const int64_t *positions, Py_ssize_t entries)
{
    const Known *known = work->known;
    const Question *question = work->question;
    Py_ssize_t rows = 0, words = 0, terms = question->places[VIEWS] - question->places[0];
    for (Py_ssize_t at = 0; at < entries; at++) {
        int64_t entry = positions[at];
        if (entry < 0 || entry >= known->entries)
            return DAMAGED;
        if (known->starts[entry] < 0 || known->starts[entry + 1] < known->starts[entry] ||
            known->starts[entry + 1] > known->rows || known->starts[entry + 1] == known->starts[entry] ||
            !lies(&known->centroids, entry))
            return DAMAGED;
        for (int64_t row = known->starts[entry]; row < known->starts[entry + 1]; row++, rows++) {
            int64_t term = known->row_starts[row], end = known->row_starts[row + 1];
            if (term < 0 || end > known->postings || !lies(&known->vectors, row))
                return DAMAGED;
            while (term < end && known->row_terms[term] < known->words)
                term++;
            words += term - known->row_starts[row];
        }
    }
    if (!make_lookup(&work->asked, terms) || !make_lookup(&work->words, words))
        return NO_MEMORY;
    work->nearness = malloc((words * (question->words + 1) + 2 * question->words + 1) * sizeof(float));
    work->held = malloc(terms + 1);
    work->rows = malloc((rows + 1) * sizeof *work->rows);
    work->entries = malloc((entries + 1) * sizeof *work->entries);
    if (!work->nearness || !work->held || !work->rows || !work->entries)
        return NO_MEMORY;
    int32_t *distinct = malloc((words + 1) * sizeof(int32_t)), number = 0;
    if (!distinct)
        return NO_MEMORY;
    for (Py_ssize_t at = 0; at < entries; at++)
        for (int64_t row = known->starts[positions[at]]; row < known->starts[positions[at] + 1]; row++)
            for (int64_t term = known->row_starts[row]; term < known->row_starts[row + 1]; term++) {
                int32_t word = known->row_terms[term];
                if (word >= known->words)
                    break;
                size_t free = slot(&work->words, word);
                if (word >= 0 && work->words.keys[free] == -1) {
                    work->words.keys[free] = word;
                    work->words.values[free] = number;
                    distinct[number++] = word;
                }
            }
    meet_words(work, distinct, number);
    free(distinct);
    work->reached = work->nearness + words * (question->words + 1);
    work->shares = work->reached + question->words;
    const int64_t *ids = question->ids + question->places[0];
    for (int32_t at = 0; at < terms; at++)
        if (ids[at] >= 0) {
            size_t free = slot(&work->asked, (int32_t)ids[at]);
            work->asked.keys[free] = (int32_t)ids[at];
            work->asked.values[free] = at;
        }
    float total = 0;
    for (Py_ssize_t at = 0; at < question->words; at++)
        total += question->idf[question->places[0] + at];
    for (Py_ssize_t at = 0; at < question->words; at++)
        work->shares[at] = question->idf[question->places[0] + at] / total;
    return MEASURED;
}

/* `begin` counts the entries of the questions before. */
static int measure_question(const Known *known, const Question *question, const int64_t *positions, Py_ssize_t begin,
                            Py_ssize_t entries, const Limits *limits, Out *out)
{
    Work work = {.known = known, .question = question};
    int outcome = prepare(&work, positions, entries);
    if (outcome == MEASURED) {
        Beside *rows = work.rows;
        int64_t *sizes = out->sizes;
        float *table = out->table;
        for (Py_ssize_t at = 0; at < entries; at++) {
            Py_ssize_t size = read_entry(&work, positions[at], limits->rows, rows);
            Py_ssize_t closest = fill(&work, rows, size, positions[at], out->table);
            together(&work, out->table);
            work.entries[at] = rows[closest].near;
            *out->closest++ = closest;
            *out->sizes++ = size;
            for (Py_ssize_t row = 0; row < size; row++)
                *out->rows++ = rows[row].row;
            out->table += out->width;
            rows += size;
        }
        vote(work.rows, sizes, entries, limits->sharp, table, out->width);
        out->nearest += nearest_of(work.entries, entries, limits->beside, begin, out->nearest);
    }
    free(work.asked.keys);
    free(work.words.keys);
    free(work.nearness);
    free(work.held);
    free(work.rows);
    free(work.entries);
    return outcome;
}

/* --- as a function of arrays -------------------------------------------------------------------------------------- */

enum {
    VECTORS, FRESH, PLACE, CENTROIDS, FRESH_CENTROIDS, CENTROIDS_PLACE,
    STARTS, ROW_STARTS, ROW_TERMS, ROW_WEIGHTS, IDF, MASSES, SIZES, WORD_VECTORS,
    KNOWN,
    ASKED_VECTORS = KNOWN, IDS, WEIGHTS, ASKED_IDF, PLACES, ASKED_SIZES, TOTALS, ASKED_WORDS, POSITIONS, BOUNDS,
    READ,
    OUT_ROWS = READ, OUT_SIZES, OUT_CLOSEST, OUT_TABLE, OUT_NEAREST, OUT_OF,
    ARRAYS
};

/* Open the arrays of a tuple; how many could be. */
static int open_arrays(PyObject *tuple, Py_buffer *arrays, int number, int flags)
{
    if (PyTuple_GET_SIZE(tuple) != number) {
        PyErr_SetString(PyExc_ValueError, "another number of arrays is expected");
        return 0;
    }
    for (int at = 0; at < number; at++)
        if (PyObject_GetBuffer(PyTuple_GET_ITEM(tuple, at), arrays + at, flags) < 0)
            return at;
    return number;
}

#define NUMBER(array, type) ((array).len / (Py_ssize_t)sizeof(type))

/* Vectors that lie in three arrays, of which this is the first. */
static Vectors vectors_of(const Py_buffer *arrays, Py_ssize_t number, Py_ssize_t dim)
{
    Vectors vectors = {
        .base = arrays[0].buf,
        .fresh = arrays[1].buf,
        .place = arrays[2].len ? arrays[2].buf : NULL,
        .number = number,
        .kept = dim ? NUMBER(arrays[0], float) / dim : 0,
        .there = dim ? (NUMBER(arrays[0], float) + NUMBER(arrays[1], float)) / dim : 0,
    };
    return vectors;
}

static int vectors_fit(const Py_buffer *arrays, const Vectors *vectors, Py_ssize_t dim)
{
    Py_ssize_t sized = sizeof(float);
    return arrays[0].len == vectors->kept * dim * sized &&
           arrays[1].len == (vectors->there - vectors->kept) * dim * sized &&
           (vectors->place ? NUMBER(arrays[2], int32_t) == vectors->number : vectors->number == vectors->kept);
}

/* Whether all arrays are as long as the others want them to be. */
static int fit(const Py_buffer *arrays, const Known *known, Py_ssize_t questions, Py_ssize_t found,
               const Limits *limits, Py_ssize_t width)
{
    const int64_t *places = arrays[PLACES].buf, *bounds = arrays[BOUNDS].buf;
    if (questions < 0 || known->entries < 0 || known->rows < 0 || known->dim < 1 || limits->rows < 1 ||
        limits->beside < 0 || width < COLUMNS)
        return 0;
    Py_ssize_t terms = NUMBER(arrays[IDS], int64_t), words = 0, sized = sizeof(float);
    if (NUMBER(arrays[PLACES], int64_t) != questions * VIEWS + 1 || places[0] != 0 || bounds[0] != 0)
        return 0;
    for (Py_ssize_t at = 0; at < questions * VIEWS; at++)
        if (places[at + 1] < places[at])
            return 0;
    for (Py_ssize_t at = 0; at < questions; at++) {
        words += places[at * VIEWS + 1] - places[at * VIEWS];
        if (bounds[at + 1] < bounds[at])
            return 0;
    }
    return places[questions * VIEWS] == terms && bounds[questions] == found &&
           vectors_fit(arrays + VECTORS, &known->vectors, known->dim) &&
           vectors_fit(arrays + CENTROIDS, &known->centroids, known->dim) &&
           arrays[ROW_WEIGHTS].len == known->postings * sized && NUMBER(arrays[IDF], float) >= known->words &&
           arrays[MASSES].len == known->rows * VIEWS * sized && arrays[SIZES].len == known->rows * VIEWS * sized &&
           arrays[WORD_VECTORS].len == known->words * known->dim * sized &&
           arrays[WEIGHTS].len == terms * sized && arrays[ASKED_IDF].len == terms * sized &&
           NUMBER(arrays[ASKED_SIZES], double) == questions * VIEWS &&
           NUMBER(arrays[TOTALS], double) == questions * VIEWS && arrays[ASKED_WORDS].len == words * known->dim * sized &&
           NUMBER(arrays[OUT_ROWS], int64_t) >= found * limits->rows && NUMBER(arrays[OUT_SIZES], int64_t) == found &&
           NUMBER(arrays[OUT_CLOSEST], int64_t) == found && NUMBER(arrays[OUT_TABLE], float) == found * width &&
           NUMBER(arrays[OUT_NEAREST], int64_t) == found && NUMBER(arrays[OUT_OF], int64_t) == found;
}

/* Measure every question; `read` says of how many entries in all it is asked which are nearest. */
static int measure_all(const Py_buffer *arrays, const Known *known, Py_ssize_t questions, const Limits *limits,
                       Py_ssize_t width, Py_ssize_t *read)
{
    const int64_t *places = arrays[PLACES].buf, *bounds = arrays[BOUNDS].buf, *positions = arrays[POSITIONS].buf;
    const float *word_vectors = arrays[ASKED_WORDS].buf;
    int64_t *nearest = arrays[OUT_NEAREST].buf;
    Out out = {arrays[OUT_ROWS].buf, arrays[OUT_SIZES].buf, arrays[OUT_CLOSEST].buf, arrays[OUT_TABLE].buf,
               nearest, arrays[OUT_OF].buf, width};
    int outcome = MEASURED;
    for (Py_ssize_t at = 0; at < questions && outcome == MEASURED; at++) {
        double characters = ((const double *)arrays[ASKED_SIZES].buf)[at * VIEWS + CHARACTERS];
        Question question = {
            .words = places[at * VIEWS + 1] - places[at * VIEWS],
            .vector = (const float *)arrays[ASKED_VECTORS].buf + at * known->dim,
            .ids = arrays[IDS].buf,
            .weights = arrays[WEIGHTS].buf,
            .idf = arrays[ASKED_IDF].buf,
            .places = places + at * VIEWS,
            .totals = (const double *)arrays[TOTALS].buf + at * VIEWS,
            .word_vectors = word_vectors,
            .length = characters > 1 ? characters : 1,
        };
        outcome = measure_question(known, &question, positions + bounds[at], bounds[at], bounds[at + 1] - bounds[at],
                                   limits, &out);
        for (; *read < out.nearest - nearest; ++*read)
            out.of[*read] = at;
        word_vectors += question.words * known->dim;
    }
    return outcome;
}

static PyObject *measure(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *known_arrays, *asked, *out;
    float unknown_idf;
    Py_ssize_t width, read = 0;
    Limits limits;
    if (!PyArg_ParseTuple(args, "O!fO!ndnO!n", &PyTuple_Type, &known_arrays, &unknown_idf, &PyTuple_Type, &asked,
                          &limits.rows, &limits.sharp, &limits.beside, &PyTuple_Type, &out, &width))
        return NULL;
    Py_buffer arrays[ARRAYS];
    int opened = open_arrays(known_arrays, arrays, KNOWN, PyBUF_SIMPLE);
    if (opened == KNOWN)
        opened += open_arrays(asked, arrays + opened, READ - KNOWN, PyBUF_SIMPLE);
    if (opened == READ)
        opened += open_arrays(out, arrays + opened, ARRAYS - READ, PyBUF_WRITABLE);
    int outcome = DAMAGED;
    if (opened == ARRAYS) {
        Py_ssize_t questions = NUMBER(arrays[BOUNDS], int64_t) - 1, found = NUMBER(arrays[POSITIONS], int64_t);
        Py_ssize_t dim = questions > 0 ? NUMBER(arrays[ASKED_VECTORS], float) / questions : 0;
        Py_ssize_t entries = NUMBER(arrays[STARTS], int64_t) - 1, rows = NUMBER(arrays[ROW_STARTS], int64_t) - 1;
        Known known = {
            .dim = dim,
            .entries = entries,
            .rows = rows,
            .postings = NUMBER(arrays[ROW_TERMS], int32_t),
            .words = dim ? NUMBER(arrays[WORD_VECTORS], float) / dim : 0,
            .vectors = vectors_of(arrays + VECTORS, rows, dim),
            .centroids = vectors_of(arrays + CENTROIDS, entries, dim),
            .starts = arrays[STARTS].buf,
            .row_starts = arrays[ROW_STARTS].buf,
            .row_terms = arrays[ROW_TERMS].buf,
            .row_weights = arrays[ROW_WEIGHTS].buf,
            .idf = arrays[IDF].buf,
            .masses = arrays[MASSES].buf,
            .sizes = arrays[SIZES].buf,
            .word_vectors = arrays[WORD_VECTORS].buf,
            .unknown_idf = unknown_idf,
        };
        if (fit(arrays, &known, questions, found, &limits, width)) {
            Py_BEGIN_ALLOW_THREADS
            outcome = measure_all(arrays, &known, questions, &limits, width, &read);
            Py_END_ALLOW_THREADS
        }
    }
    for (int at = 0; at < opened; at++)
        PyBuffer_Release(arrays + at);
    if (opened < ARRAYS)
        return NULL;
    if (outcome == DAMAGED)
        return PyErr_SetString(PyExc_ValueError, "the arrays do not fit each other"), NULL;
    if (outcome == NO_MEMORY)
        return PyErr_NoMemory();
    return PyLong_FromSsize_t(read);
}

/* --- what is known when all entries have been measured ------------------------------------------------------------ */

/* A column of a question's lines: what each has over the largest of the others, its distance to 0 when it is alone. */
static void lead(float *lines, Py_ssize_t entries, Py_ssize_t width, Py_ssize_t from, Py_ssize_t to)
{
    float first = -FLT_MAX, second = -FLT_MAX;
    Py_ssize_t top = 0;
    for (Py_ssize_t at = 0; at < entries; at++) {
        float value = lines[at * width + from];
        if (value > first) {
            second = first;
            first = value;
            top = at;
        } else if (value > second)
            second = value;
    }
    for (Py_ssize_t at = 0; at < entries; at++)
        lines[at * width + to] = lines[at * width + from] - first;
    lines[top * width + to] = entries > 1 ? first - second : first;
}

/* The figures of those that were read beside their question; the others' count like the least of these. */
static void lay_in(float *lines, Py_ssize_t entries, Py_ssize_t width, const float *figures, const int64_t *nearest,
                   Py_ssize_t read, Py_ssize_t first, Py_ssize_t number)
{
    for (Py_ssize_t figure = 0; figure < number; figure++) {
        float least = FLT_MAX;
        for (Py_ssize_t at = 0; at < read; at++)
            least = figures[at * number + figure] < least ? figures[at * number + figure] : least;
        for (Py_ssize_t at = 0; at < entries; at++)
            lines[at * width + figure] = least;
        for (Py_ssize_t at = 0; at < read; at++)
            lines[(nearest[at] - first) * width + figure] = figures[at * number + figure];
    }
}

enum { LINES, ENDS, NEAREST, BESIDE, LEADING, COMPLETED };

static PyObject *complete(PyObject *Py_UNUSED(module), PyObject *args)
{
    Py_buffer arrays[COMPLETED];
    Py_ssize_t width, figures, beside_at, leads_at;
    if (!PyArg_ParseTuple(args, "w*ny*y*y*nny*n", arrays + LINES, &width, arrays + ENDS, arrays + NEAREST,
                          arrays + BESIDE, &figures, &beside_at, arrays + LEADING, &leads_at))
        return NULL;
    const int64_t *bounds = arrays[ENDS].buf, *nearest = arrays[NEAREST].buf, *leading = arrays[LEADING].buf;
    Py_ssize_t questions = NUMBER(arrays[ENDS], int64_t) - 1, reads = NUMBER(arrays[NEAREST], int64_t);
    Py_ssize_t leads = NUMBER(arrays[LEADING], int64_t);
    int fits = questions >= 0 && width > 0 && bounds[0] == 0 && figures >= 0 && beside_at >= 0 && leads_at >= 0 &&
               beside_at + figures <= width && leads_at + leads <= width &&
               NUMBER(arrays[BESIDE], float) == reads * figures &&
               NUMBER(arrays[LINES], float) == bounds[questions] * width;
    for (Py_ssize_t at = 0; fits && at < questions; at++)
        fits = bounds[at] <= bounds[at + 1];
    for (Py_ssize_t at = 0; fits && at < leads; at++)
        fits = leading[at] >= 0 && leading[at] < width;
    for (Py_ssize_t at = 0; fits && at < reads; at++)
        fits = nearest[at] >= 0 && nearest[at] < bounds[questions];
    const float *beside = arrays[BESIDE].buf;
    for (Py_ssize_t at = 0, done = 0; fits && at < questions; at++) {
        Py_ssize_t entries = bounds[at + 1] - bounds[at], read = 0;
        float *lines = (float *)arrays[LINES].buf + bounds[at] * width;
        while (done + read < reads && nearest[done + read] >= bounds[at] && nearest[done + read] < bounds[at + 1])
            read++;
        if (!entries)
            continue;
        lay_in(lines + beside_at, entries, width, beside + done * figures, nearest + done, read, bounds[at], figures);
        for (Py_ssize_t column = 0; column < leads; column++)
            lead(lines, entries, width, leading[column], leads_at + column);
        done += read;
    }
    for (int at = 0; at < COMPLETED; at++)
        PyBuffer_Release(arrays + at);
    if (!fits)
        return PyErr_SetString(PyExc_ValueError, "the arrays do not fit each other"), NULL;
    Py_RETURN_NONE;
}

static PyMethodDef functions[] = {
    {"measure", measure, METH_VARARGS, "Write what is looked at when questions meet entries."},
    {"complete", complete, METH_VARARGS, "Write what is known when all entries have been measured."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_measure", NULL, -1, functions, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__measure(void) { return PyModule_Create(&module); }
