"""What differs off and on in CPython's test suite, and is not Graft's to mend: patterns
(fnmatch) of test ids, or of files for what befalls the whole process, with the reason."""

SPECIALIZED = "looks at what the interpreter's bytecode is specialized to; Graft ran it instead"

OPCODES = ("CPython loses a frame's opcode events, which pdb.set_trace() waits for, when any other "
           "tool has asked for PY_START (co_monitoring's per_instruction_tools begin as 0)")

KNOWN = {
    "test.test_doctest.test_doctest.test_pdb_set_trace*": OPCODES,
    "test.test_pdb.test_*": OPCODES,            # doctests, which begin with pdb.set_trace()
    "test.test_pdb.PdbTestInline.*": OPCODES,
    "test.test_remote_pdb.PdbConnectTestCase.test_connect_and_basic_commands": OPCODES,
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
