/* What the engine and the stencils both know of dictionaries' keys. */
#ifndef GRAFT_DICTS_H
#define GRAFT_DICTS_H

#include <Python.h>
#include <internal/pycore_dict.h>
#include <stdint.h>

/* Sizes and kind in one number, from which an entry's offset follows. */
#define DICT_LAYOUT(keys) (*(const uint32_t *)&((PyDictKeysObject *)(keys))->dk_log2_size & 0xffffff)

#endif
