/* The likeliest way to cut a text into words: see `Words` in kb/text.py. */

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <math.h>

/* How often a word occurs; 0 where longer words begin with it, -1 where none does, -2 for an error. */
static double occurs(PyObject *known, PyObject *block, Py_ssize_t begin, Py_ssize_t end)
{
    PyObject *piece = PyUnicode_Substring(block, begin, end);
    if (!piece)
        return -2;
    PyObject *count = PyDict_GetItemWithError(known, piece); /* borrowed */
    Py_DECREF(piece);
    if (!count)
        return PyErr_Occurred() ? -2 : -1;
    double number = PyLong_AsDouble(count);
    return PyErr_Occurred() ? -2 : number;
}

/* Where the likeliest word that begins at each place ends, and how likely the text is from there on. */
static int follow(PyObject *block, PyObject *known, double log_total, Py_ssize_t size, double *likely, Py_ssize_t *ends)
{
    likely[size] = 0;
    for (Py_ssize_t begin = size - 1; begin >= 0; begin--) {
        ends[begin] = 0;
        for (Py_ssize_t end = begin + 1; end <= size; end++) {
            double count = occurs(known, block, begin, end);
            if (count < -1)
                return 0;
            if (count < 0)
                break;
            if (count == 0)
                continue;
            double chance = log(count) - log_total + likely[end];
            if (!ends[begin] || chance >= likely[begin]) {
                likely[begin] = chance;
                ends[begin] = end;
            }
        }
        if (!ends[begin]) {
            likely[begin] = likely[begin + 1] - log_total;
            ends[begin] = begin + 1;
        }
    }
    return 1;
}

static PyObject *likeliest(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *block, *known;
    double log_total;
    if (!PyArg_ParseTuple(args, "UO!d", &block, &PyDict_Type, &known, &log_total))
        return NULL;
    Py_ssize_t size = PyUnicode_GET_LENGTH(block);
    double *likely = PyMem_Malloc((size + 1) * sizeof *likely);
    Py_ssize_t *ends = PyMem_Malloc((size + 1) * sizeof *ends);
    PyObject *found = NULL;
    if (!likely || !ends)
        PyErr_NoMemory();
    else if (follow(block, known, log_total, size, likely, ends) && (found = PyList_New(0)))
        for (Py_ssize_t at = 0; found && at < size; at = ends[at]) {
            PyObject *end = PyLong_FromSsize_t(ends[at]);
            if (!end || PyList_Append(found, end) < 0)
                Py_CLEAR(found);
            Py_XDECREF(end);
        }
    PyMem_Free(likely);
    PyMem_Free(ends);
    return found;
}

static PyMethodDef functions[] = {
    {"likeliest", likeliest, METH_VARARGS, "Say where each word ends on the likeliest way through a text."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_text", NULL, -1, functions, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__text(void) { return PyModule_Create(&module); }
