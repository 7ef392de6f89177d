"""Reads stencils out of an ELF object file: bytes and holes."""

from dataclasses import dataclass

from elftools.elf.elffile import ELFFile
from elftools.elf.relocation import RelocationSection

R_X86_64_PC32, R_X86_64_PLT32, R_X86_64_32, R_X86_64_32S = 2, 4, 10, 11
RELATIVE = (R_X86_64_PC32, R_X86_64_PLT32)


@dataclass
class Hole:
    """Four bytes at `offset` that the copier fills in: `what` names the value
    (IMM0, POOL1, LABEL0, NEXT, HOT, COLD, SYM:name, DATA:bytes), relative to
    the hole's own address or not."""
    offset: int
    what: str
    addend: int
    relative: bool


@dataclass
class Part:
    code: bytes
    holes: list


@dataclass
class Stencil:
    hot: Part
    cold: Part
    falls: bool


def read(path, falling, symbols):
    """Function name -> Stencil, of every function in the object file."""
    with open(path, "rb") as file:
        elf = ELFFile(file)
        sections = list(elf.iter_sections())
        symtab = elf.get_section_by_name(".symtab")
        marks = {s.name: (s["st_shndx"], s["st_value"]) for s in symtab.iter_symbols()
                 if s.name and s["st_shndx"] not in ("SHN_UNDEF", "SHN_ABS")}
        relocations = {}
        for section in sections:
            if isinstance(section, RelocationSection):
                relocations[section["sh_info"]] = [
                    (r["r_offset"], r["r_info_type"], symtab.get_symbol(r["r_info_sym"]),
                     r["r_addend"]) for r in section.iter_relocations()]
        result = {}
        for name in [n for n in marks if n + ".cold_end" in marks]:
            ranges = {"HOT": (marks[name], marks[name + ".end"][1]),
                      "COLD": (marks[name + ".cold"], marks[name + ".cold_end"][1])}
            parts = []
            for (index, start), end in ranges.values():
                code = sections[index].data()[start:end]
                holes = [hole(name, r, start, ranges, sections, symbols)
                         for r in relocations.get(index, ()) if start <= r[0] < end]
                parts.append(Part(code, holes))
            result[name] = Stencil(*parts, name in falling)
    return result


def hole(name, relocation, start, ranges, sections, symbols):
    offset, kind, symbol, addend = relocation
    if kind not in (*RELATIVE, R_X86_64_32, R_X86_64_32S):
        raise SystemExit(f"graft: {name}: relocation {kind} against {symbol.name}")
    what = symbol.name
    if what.startswith("H_SYM_"):
        what = "SYM:" + what[len("H_SYM_"):]
        assert what[4:] in symbols
    elif what.startswith("H_"):
        what = what[2:]
    elif what.startswith("S_") and not what.endswith((".end", ".cold", ".cold_end")):
        what = "BLOB:" + what
    else:
        index, value = symbol["st_shndx"], symbol["st_value"]
        if index == "SHN_UNDEF":
            raise SystemExit(f"graft: {name}: {symbol.name} is not reached through SYM()")
        place = value + addend + (4 if kind in RELATIVE else 0)
        for part, ((section, first), end) in ranges.items():
            if section == index and first <= place <= end:
                what, addend = part, addend + value - first
                break
        else:
            section = sections[index]
            if not section.name.startswith(".rodata"):
                raise SystemExit(f"graft: {name}: reference to {symbol.name or section.name}")
            size = section["sh_entsize"] or 8
            what = "DATA:" + section.data()[place:place + size].hex()
            addend = -4
    return Hole(offset - start, what, addend, kind in RELATIVE)
