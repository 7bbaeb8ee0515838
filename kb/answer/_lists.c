/* What kb/answer/lists.py asks for most often. Arrays are C-contiguous. */

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <float.h>
#include <stdint.h>

#define NUMBER(array, type) ((array).len / (Py_ssize_t)sizeof(type))

/* One column of a list: what each value has over the largest of the others, its distance to 0 when it is alone. */
static void ahead_in(const double *values, double *out, Py_ssize_t size, Py_ssize_t columns)
{
    double first = -DBL_MAX, second = -DBL_MAX;
    Py_ssize_t top = 0;
    for (Py_ssize_t at = 0; at < size; at++) {
        double value = values[at * columns];
        if (value > first) {
            second = first;
            first = value;
            top = at;
        } else if (value > second)
            second = value;
    }
    for (Py_ssize_t at = 0; at < size; at++)
        out[at * columns] = values[at * columns] - first;
    out[top * columns] = size > 1 ? first - second : first;
}

static PyObject *ahead(PyObject *Py_UNUSED(module), PyObject *args)
{
    Py_buffer values, sizes, out;
    Py_ssize_t columns, all = 0;
    if (!PyArg_ParseTuple(args, "y*ny*w*", &values, &columns, &sizes, &out))
        return NULL;
    const int64_t *size = sizes.buf;
    int fits = columns > 0;
    for (Py_ssize_t list = 0; fits && list < NUMBER(sizes, int64_t); list++) {
        fits = size[list] > 0;
        all += size[list];
    }
    fits = fits && NUMBER(values, double) == all * columns && out.len == values.len;
    const double *from = values.buf;
    double *to = out.buf;
    for (Py_ssize_t list = 0; fits && list < NUMBER(sizes, int64_t); list++) {
        for (Py_ssize_t column = 0; column < columns; column++)
            ahead_in(from + column, to + column, size[list], columns);
        from += size[list] * columns;
        to += size[list] * columns;
    }
    PyBuffer_Release(&values);
    PyBuffer_Release(&sizes);
    PyBuffer_Release(&out);
    if (!fits)
        return PyErr_SetString(PyExc_ValueError, "the values do not fit the lists"), NULL;
    Py_RETURN_NONE;
}

static PyMethodDef functions[] = {
    {"ahead", ahead, METH_VARARGS, "Write what each value has over the largest of the others in its list."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_lists", NULL, -1, functions, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__lists(void) { return PyModule_Create(&module); }
