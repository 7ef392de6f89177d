/* The pieces of machine code that are not micro-ops: how C enters compiled
 * code, and how compiled code calls the engine.  Compiled by clang as part of
 * the stencils; each is copied into the code cache once.  Records need the last
 * one only. */

#ifdef GRAFT_STENCIL
/* C's calling convention: int64_t (*)(frame, tstate, jf, code), how a called function returns. */
int64_t S_enter(char *frame, char *ts, jit_frame *jf, stencil_code code)
{
    int64_t i0, i1, i2, i3, i4, i5, i6, i7;
    double d0, d1, d2, d3, d4, d5, d6, d7;
    return code(ARGS);
}

/* The cold part of a stencil comes here to call C without spilling anything
 * itself: only what happens seldom pays for saving the register file. */
STENCIL int64_t S_slow(PARAMS)
{
    void *next = jf->slow_next;
    if (jf->slow(jf) != 0) {
        next = jf->slow_failed;
    }
    EXIT(((stencil_code)next));
}

/* The same where no register of doubles, or none at all, holds anything that is needed. */
STENCIL int64_t S_slow_ints(PARAMS)
{
    double lost_d;
    void *next = jf->slow_next;
    if (jf->slow(jf) != 0) {
        next = jf->slow_failed;
    }
    d0 = d1 = d2 = d3 = d4 = d5 = d6 = d7 = lost_d;
    EXIT(((stencil_code)next));
}

STENCIL int64_t S_slow_none(PARAMS)
{
    int64_t lost_i;
    double lost_d;
    void *next = jf->slow_next;
    if (jf->slow(jf) != 0) {
        next = jf->slow_failed;
    }
    i0 = i1 = i2 = i3 = i4 = i5 = i6 = i7 = lost_i;
    d0 = d1 = d2 = d3 = d4 = d5 = d6 = d7 = lost_d;
    EXIT(((stencil_code)next));
}
#endif

/* A stub comes here: put the register file where the engine can see it, ask it
 * what to do, and go on there or return to whom entered. */
STENCIL int64_t S_engine(PARAMS)
{
    jf->i[0] = i0; jf->i[1] = i1; jf->i[2] = i2; jf->i[3] = i3;
    jf->i[4] = i4; jf->i[5] = i5; jf->i[6] = i6; jf->i[7] = i7;
    jf->d[0] = d0; jf->d[1] = d1; jf->d[2] = d2; jf->d[3] = d3;
    jf->d[4] = d4; jf->d[5] = d5; jf->d[6] = d6; jf->d[7] = d7;
    stencil_code next = (stencil_code)SYM(graft_on_stub)(jf);
    if (next == NULL) {
        return (int64_t)jf->kind;
    }
    i0 = jf->i[0]; i1 = jf->i[1]; i2 = jf->i[2]; i3 = jf->i[3];
    i4 = jf->i[4]; i5 = jf->i[5]; i6 = jf->i[6]; i7 = jf->i[7];
    d0 = jf->d[0]; d1 = jf->d[1]; d2 = jf->d[2]; d3 = jf->d[3];
    d4 = jf->d[4]; d5 = jf->d[5]; d6 = jf->d[6]; d7 = jf->d[7];
    EXIT(next);
}
