"""Rearranges clang's assembly of the stencils before it is assembled.

Of each function the part that runs when nothing special happens comes first
and falls through to the next stencil; everything else goes to the section
`.text.cold`.  A conditional jump to a block that only jumps to another label
becomes a conditional jump to that label.
"""

import re

LABEL = re.compile(r"^(\.?[A-Za-z_][\w.$]*):")
JCC = re.compile(r"^\s+(j[a-z]+)\s+(\S+)")
NEXT = "H_NEXT"

INVERSE = {}
for _a, _b in [("je", "jne"), ("jl", "jge"), ("jg", "jle"), ("ja", "jbe"),
               ("jb", "jae"), ("jo", "jno"), ("js", "jns"), ("jp", "jnp")]:
    INVERSE[_a], INVERSE[_b] = _b, _a


class Block:
    """A label (or None) and the instructions up to the next one."""

    def __init__(self, label):
        self.label = label
        self.lines = []

    @property
    def jumps_only_to(self):
        """The target, when the block does nothing but jump."""
        if len(self.lines) == 1 and (m := JCC.match(self.lines[0])) and m[1] == "jmp":
            return m[2]
        return None

    @property
    def ends(self):
        """Whether control never falls out of the block's end."""
        if not self.lines:
            return False
        word = self.lines[-1].split()[0]
        return word in ("jmp", "ret", "retq", "ud2")


def split_blocks(lines):
    blocks = [Block(None)]
    for line in lines:
        match = LABEL.match(line)
        if match:
            blocks.append(Block(match[1]))
            continue
        text = line.split("#")[0].rstrip()
        if text.strip() and not text.strip().startswith("."):
            blocks[-1].lines.append(text)
    return [b for b in blocks if b.lines or b.label]


def thread_jumps(blocks):
    """Jumps to a block that only jumps go where that block goes."""
    target = {b.label: b.jumps_only_to for b in blocks if b.label and b.jumps_only_to}
    for block in blocks:
        for at, line in enumerate(block.lines):
            match = JCC.match(line)
            seen = set()
            while match and match[2] in target and match[2] not in seen:
                seen.add(match[2])
                line = f"\t{match[1]}\t{target[match[2]]}"
                match = JCC.match(line)
            block.lines[at] = line
    used = {m[2] for b in blocks for line in b.lines if (m := JCC.match(line))}
    kept = []
    for before, block in zip([None, *blocks], blocks):
        falls_in = before is None or not before.ends
        if block.label and block.jumps_only_to and block.label not in used and not falls_in:
            continue
        kept.append(block)
    return kept


def fall_through(name, hot, cold):
    """Makes the hot part end in a jump to the next stencil: where it has
    `jcc next; rest` instead, the rest becomes cold."""
    lines = hot[-1].lines
    last = JCC.match(lines[-1])
    if not last or last[2] == NEXT:
        return
    for at in range(len(lines) - 2, -1, -1):
        match = JCC.match(lines[at])
        if match and match[2] == NEXT and match[1] in INVERSE:
            rest = Block(f".L{name}_rest")
            rest.lines = lines[at + 1:]
            target = rest.jumps_only_to
            if target is None:
                target = rest.label
                cold.append(rest)
            lines[at:] = [f"\t{INVERSE[match[1]]}\t{target}", f"\tjmp\t{NEXT}"]
            return


def rearrange(name, lines):
    """Assembly of one function, hot part first, with its marks: the symbols
    `name`, `name.end`, `name.cold` and `name.cold_end`."""
    blocks = thread_jumps(split_blocks(lines))
    end = next(n for n, b in enumerate(blocks) if b.ends) + 1
    hot, cold = blocks[:end], blocks[end:]
    fall_through(name, hot, cold)
    out = [".text", f".globl {name}", f"{name}:"]
    for block in hot:
        out += [f"{block.label}:"] if block.label else []
        out += block.lines
    falls = False
    if (m := JCC.match(out[-1])) and m[1] == "jmp" and m[2] == NEXT:
        out.pop()
        falls = True
    out += [f"{name}.end:", '.section .text.cold,"ax",@progbits', f"{name}.cold:"]
    for block in cold:
        out += [f"{block.label}:"] if block.label else []
        out += block.lines
    out += [f"{name}.cold_end:"]
    return out, falls


def process(text):
    """Rewrites a whole assembly file.  Returns the new text and the names of
    the functions whose hot part falls through."""
    out = [".intel_syntax noprefix"]
    falling = set()
    rodata = []
    name, body, in_data = None, [], False
    for line in text.splitlines():
        stripped = line.strip()
        if (m := re.match(r"^(S_\w+):", line)):
            name, body = m[1], []
        elif name and stripped.startswith(".Lfunc_end"):
            lines, falls = rearrange(name, body)
            out += lines
            if falls:
                falling.add(name)
            name = None
        elif name:
            body.append(line)
        else:
            if stripped.startswith(".section"):
                in_data = ".rodata" in stripped
                if in_data:
                    rodata.append(line)
            elif stripped.startswith(".text"):
                in_data = False
            elif in_data:
                rodata.append(line)
    return "\n".join(out + rodata) + "\n", falling
