"""Writes the stencils as C tables, and the header that names the micro-ops."""

BLOBS = ["S_enter", "S_engine", "S_slow", "S_slow_ints", "S_slow_none"]
KINDS = {"imm": "IMM", "num": "POOL", "big": "POOL", "ptr": "POOL", "label": "LABEL"}

HEADER = """\
/* Made by tools/stencils/build.py from src/uops/uops.def.  Do not edit. */
#ifndef GRAFT_STENCILS_H
#define GRAFT_STENCILS_H

#include <stdint.h>

/* What fills a hole.  IMM, POOL and LABEL are operands of the micro-op; SYM is
 * a slot of the table of process symbols, DATA one of the stencil constants. */
enum hole_what {{
    HOLE_IMM, HOLE_POOL, HOLE_LABEL, HOLE_NEXT, HOLE_HOT, HOLE_COLD, HOLE_SYM, HOLE_DATA,
    HOLE_BLOB           /* one of STENCIL_BLOBS */
}};

typedef struct {{
    uint16_t offset;    /* of four bytes, in the part */
    uint8_t what;       /* enum hole_what */
    uint8_t which;      /* number of the operand, symbol or constant */
    int32_t addend;
    uint8_t relative;   /* to the address of the hole */
}} hole;

typedef struct {{
    uint32_t code;      /* in stencil_code: hot bytes, then cold bytes */
    uint32_t holes;     /* in stencil_holes: of the hot part, then of the cold part */
    uint16_t hot_size, cold_size;
    uint8_t hot_holes, cold_holes;
    uint8_t falls;      /* the hot part goes on at its end */
}} stencil;

/* Operands in order, but for fixed registers: a letter each.  i d: register of
 * that class; k: immediate; p: pool; x: label. */
typedef struct {{
    const char *name;
    const char *operands;
    uint16_t first;         /* in stencil_index; + sum(register * 8**k) */
    uint8_t calls;          /* destroys the registers that C does */
    uint8_t apart;          /* registers of one class must differ */
}} uop_info;

enum uop {{
{enum}
    UOP_COUNT
}};

#define STENCIL_NONE 0xffff
extern const uop_info uop_table[UOP_COUNT];
extern const uint16_t stencil_index[];
extern const stencil stencil_table[];
extern const hole stencil_holes[];
extern const uint8_t stencil_code[];
extern void *const stencil_symbols[];
#define STENCIL_SYMBOLS {nsymbols}
extern const uint8_t stencil_data[][16];
#define STENCIL_DATA {ndata}
/* Pieces of code that are no micro-ops (emit/entry_stencils.h): the first rows
 * of stencil_table. */
enum {{ {blobs}, STENCIL_BLOBS }};

/* Fixed registers, as in uops.def. */
{fixed}

#endif
"""


class Pack:
    """The tables as they fill up."""

    def __init__(self, symbols):
        self.symbols = symbols
        self.code = bytearray()
        self.holes = []
        self.data = {}
        self.rows = []

    def add(self, item):
        row = (len(self.code), len(self.holes), len(item.hot.code), len(item.cold.code),
               len(item.hot.holes), len(item.cold.holes), int(item.falls))
        self.code += item.hot.code + item.cold.code
        for hole in item.hot.holes + item.cold.holes:
            self.holes.append((hole.offset, *self.meaning(hole.what), hole.addend,
                               int(hole.relative)))
        self.rows.append(row)
        return len(self.rows) - 1

    def meaning(self, what):
        if what.startswith("SYM:"):
            return "HOLE_SYM", self.symbols[what[4:]]
        if what.startswith("DATA:"):
            data = bytes.fromhex(what[5:]).ljust(16, b"\0")
            return "HOLE_DATA", self.data.setdefault(data, len(self.data))
        if what.startswith("BLOB:"):
            return "HOLE_BLOB", BLOBS.index(what[5:])
        for kind in ("IMM", "POOL", "LABEL"):
            if what.startswith(kind):
                return "HOLE_" + kind, int(what[len(kind):])
        return "HOLE_" + what, 0


def letters(uop):
    out = ""
    for operand in uop.operands:
        if operand.is_register:
            out += operand.kind if operand.fixed < 0 else ""
        else:
            out += {"IMM": "k", "POOL": "p", "LABEL": "x"}[KINDS[operand.kind]]
    return out


def rows(items, per_line=12):
    items = [str(i) for i in items]
    return "\n".join("    " + ", ".join(items[n:n + per_line]) + ","
                     for n in range(0, len(items), per_line))


def write(path_c, path_h, uops, names, symbols, stencils):
    pack = Pack(symbols)
    for name in BLOBS:
        pack.add(stencils[name])
    where = {}
    same = {}
    for uop, position, name in names:
        item = stencils[name]
        key = repr(item)
        if key not in same:
            same[key] = pack.add(item)
        where[uop.name, position] = same[key]
    index, infos = [], []
    for uop in uops:
        infos.append(f'{{"{uop.name}", "{letters(uop)}", {len(index)}, '
                     f"{int(uop.calls)}, {int(uop.apart)}}}")
        for position, _ in enumerate(uop.assignments()):
            index.append(where.get((uop.name, position), "STENCIL_NONE"))
    fixed = "\n".join(
        f"#define FIXED_{u.name}_{o.name} {o.fixed}"
        for u in uops for o in u.operands if o.fixed >= 0)
    with open(path_h, "w", encoding="utf-8") as file:
        file.write(HEADER.format(
            enum="\n".join(f"    U_{u.name}," for u in uops), nsymbols=len(symbols),
            ndata=len(pack.data), fixed=fixed,
            blobs=", ".join("STENCIL_" + name[2:].upper() for name in BLOBS)))
    with open(path_c, "w", encoding="utf-8") as file:
        file.write("/* Made by tools/stencils/build.py.  Do not edit. */\n"
                   '#include "cpython/adapter.h"\n#include "runtime/calls.h"\n#include "runtime/exceptions.h"\n#include "runtime/helpers.h"\n'
                   '#include "stencils.h"\n\n')
        file.write("const uop_info uop_table[UOP_COUNT] = {\n" + rows(infos, 1) + "\n};\n")
        file.write("const uint16_t stencil_index[] = {\n" + rows(index) + "\n};\n")
        file.write("const stencil stencil_table[] = {\n" + rows(
            ("{" + ", ".join(map(str, r)) + "}" for r in pack.rows), 4) + "\n};\n")
        file.write("const hole stencil_holes[] = {\n" + rows(
            ("{" + ", ".join(map(str, h)) + "}" for h in pack.holes), 4) + "\n};\n")
        file.write("const uint8_t stencil_code[] = {\n" + rows(pack.code, 24) + "\n};\n")
        file.write("void *const stencil_symbols[] = {\n" + rows(
            (f"(void *)&{n}" for n in symbols), 2) + "\n};\n")
        data = ["{" + ", ".join(map(str, d)) + "}" for d in pack.data] or ["{0}"]
        file.write("const uint8_t stencil_data[][16] = {\n" + rows(data, 1) + "\n};\n")
