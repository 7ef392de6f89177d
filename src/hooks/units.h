/* The units of code objects: unit_of() (translate/compile.h) and what it needs. */
#ifndef GRAFT_UNITS_H
#define GRAFT_UNITS_H

#include "translate/compile.h"

/* Asks to be told of the death of code.  False: no watcher is to be had. */
bool units_start(void);

#endif
