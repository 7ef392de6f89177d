"""What differs off and on in CPython's test suite, and is not Graft's to mend: patterns
(fnmatch) of test ids, or of files for what befalls the whole process, with the reason."""

SPECIALIZED = "looks at what the interpreter's bytecode is specialized to; Graft ran it instead"

OUTSIDE = ("reads the frames from another process: that stops at a frame which C code called (compiled code "
           "calls f(*args, **keywords) from C), and sees the line that was written back last")

OPCODES = ("CPython loses a frame's opcode events, which pdb waits for, when another tool has asked for "
           "PY_START; Graft prevents that only in code that names set_trace or breakpoint")

KNOWN = {
    "test.test_remote_pdb.PdbConnectTestCase.test_connect_and_basic_commands": OPCODES,
    "test.test_external_inspection.TestGetStackTrace.test_only_active_thread": OUTSIDE,
    "test.test_external_inspection.TestGetStackTrace.test_remote_stack_trace": OUTSIDE,
    "test.test_dis.*Tests.test_call_specialize": SPECIALIZED,
    "test.test_dis.*Tests.test_load_attr_specialize": SPECIALIZED,
    "test.test_dis.*Tests.test_loop_quicken": SPECIALIZED,
    "test.test_dis.*Tests.test_loop_with_conditional_at_end_is_quickened": SPECIALIZED,
    "test.test_dis.*Tests.test_super_instructions": SPECIALIZED,
    "test.test_type_cache.TypeCacheWithSpecializationTests.*": SPECIALIZED,
    "test.test_monitoring.ExceptionMonitoringTest.test_no_unwind_for_shim_frame": SPECIALIZED,
    "test.test_opcache.TestCallCache.*": SPECIALIZED,
    "test.test_opcache.TestRacesDoNotCrash.*": SPECIALIZED,
    "test.test_opcache.TestSpecializer.*": SPECIALIZED,
}
