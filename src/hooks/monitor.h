/* How CPython lets compiled code in: sys.monitoring, as the tool OPTIMIZER_ID. */
#ifndef GRAFT_MONITOR_H
#define GRAFT_MONITOR_H

#include <Python.h>
#include <stdbool.h>

/* Counts loops from now on, or, with `later`, from when the program itself runs;
 * -1 with an exception (RuntimeError says why not). */
int monitor_start(bool later);
int monitor_stop(void);
bool monitor_running(void);

#endif
