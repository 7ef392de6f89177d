"""Writes the micro-ops as ordinary C, one function each: the steps that records in the
code cache are done by (src/emit/records.h)."""

from spec import CLASSES

HEAD = """\
/* Made by tools/stencils/build.py from src/uops/uops.def.  Do not edit. */
#include "emit/stencil_env.h"
#include "emit/entry_stencils.h"

#pragma GCC diagnostic ignored "-Wunused-variable"
#pragma GCC diagnostic ignored "-Wunused-value"
#pragma GCC diagnostic ignored "-Wmisleading-indentation"
"""
#: kinds of operand that are no registers: the declaration of its value, from field n.
#: Where a label leads can change while the body runs.
VALUES = {
    "imm": "const int64_t V_{name} = FIELD({n});",
    "num": "const double V_{name} = *(const double *)FAR({n});",
    "big": "const int64_t V_{name} = *(const int64_t *)FAR({n});",
    "label": "const int32_t *const V_{name} = &FIELD({n});",
    "ptr": "void *const V_{name} = *(void *const *)FAR({n});",
}


def step(uop):
    """C source of the function for all choices of registers."""
    values, defines, kept = [], [], {"i": ["0"], "d": ["0"]}
    fields = 1
    for operand in uop.operands:
        meaning = f"V_{operand.name}"
        if not operand.is_register:
            values.append(VALUES[operand.kind].format(name=operand.name, n=fields))
        elif operand.fixed >= 0:
            meaning = f"{CLASSES[operand.kind][1]}{operand.fixed}"
        else:
            values.append(f"{CLASSES[operand.kind][0]} *const V_{operand.name} = "
                          f"&file->{operand.kind}[FIELD({fields})];")
            meaning = f"(*V_{operand.name})"
        if operand.is_register and operand.access:
            number = operand.fixed if operand.fixed >= 0 else f"FIELD({fields})"
            kept[operand.kind].append(f"1u << {number}")
        fields += operand.fixed < 0
        defines.append((operand.name, meaning))
    body = uop.body.replace("EXIT(", "EXIT_LOST(") if uop.calls else uop.body
    return "\n".join([
        f"static int64_t step_{uop.name}(PARAMS)", "{",
        f"    const uint8_t *const H_NEXT = BEHIND({fields});",
        *(f"    {value}" for value in values),
        *(f"#define {name} {meaning}" for name, meaning in defines),
        f"    {body}",
        *(f"#undef {name}" for name, _ in defines),
        *([f"    LOSE({' | '.join(kept['i'])}, {' | '.join(kept['d'])})"] if uop.calls else []),
        "    EXIT(H_NEXT);", "}"])


def write(path, uops):
    with open(path, "w", encoding="utf-8") as file:
        file.write(HEAD)
        file.write("\nstatic int64_t step_jump(PARAMS)\n{\n    EXIT(FAR(1));\n}\n")
        for uop in uops:
            file.write("\n" + step(uop) + "\n")
        names = ["S_engine", "step_jump", *(f"step_{uop.name}" for uop in uops)]
        file.write("\nconst step step_table[] = {\n" + "".join(f"    {n},\n" for n in names) + "};\n")
