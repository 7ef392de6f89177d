"""All that writes random programs, by name: program(seed) is source text with a function main()."""

import programs_with_calls
import programs_with_everything
import programs_with_owners

GENERATORS = {"owners": programs_with_owners.program, "calls": programs_with_calls.program,
              "everything": programs_with_everything.program}
