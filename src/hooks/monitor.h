/* How CPython lets compiled code in: sys.monitoring, as the tool OPTIMIZER_ID. */
#ifndef GRAFT_MONITOR_H
#define GRAFT_MONITOR_H

#include <Python.h>
#include <stdbool.h>

/* Asks for the events; -1 with an exception (RuntimeError says why not). */
int monitor_start(void);
int monitor_stop(void);
bool monitor_running(void);

#endif
