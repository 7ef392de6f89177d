/* Deoptimization: from the places of compiled code back to the interpreter's. */
#ifndef GRAFT_DEOPT_H
#define GRAFT_DEOPT_H

#include "emit/stencil_abi.h"
#include "translate/context.h"

/* Writes every slot of context `s` to the frame (values from jf) and has the
 * interpreter go on at bytecode unit `at`.  -1 with MemoryError set when a box
 * could not be made: the frame is valid all the same. */
int deoptimize(jit_frame *jf, const snapshot *s, int at);

#endif
