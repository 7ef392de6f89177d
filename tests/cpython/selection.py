"""The files of CPython's test suite that are about the language and the types that
compiled code opens: what `make test` runs."""

LANGUAGE = """
    test_grammar test_generators test_dict test_list test_exceptions test_class test_descr
    test_scope test_float test_int test_sys_settrace test_monitoring test_frame test_traceback
    test_iter test_itertools test_enumerate test_set test_contextlib test_coroutines
    test_functools test_operator test_math test_complex test_slice test_sort test_patma
    test_unpack test_unpack_ex test_range test_bool test_bytes test_str test_tuple test_userdict
    test_userlist test_string test_fstring test_format test_compare test_richcmp test_binop
    test_augassign test_extcall test_keywordonlyarg test_positional_only_arg test_call
    test_funcattrs test_property test_super test_isinstance test_with test_raise test_except_star
    test_exception_variations test_exception_group test_generator_stop test_genexps test_listcomps
    test_setcomps test_dictcomps test_dictviews test_named_expressions test_global test_opcodes
    test_dynamic test_dynamicclassattribute test_metaclass test_subclassinit test_abc test_collections
    test_weakref test_weakset test_gc test_finalization test_int_literal test_pow test_builtin
    test_code test_opcache test_types test_typechecks test_yield_from test_asyncgen test_enum
    test_dataclasses test_bisect test_heapq test_copy test_statistics test_random test_fractions
    test_numeric_tower test_cmath test_struct test_array test_memoryview test_context
    test_sys_setprofile test_bdb test_trace test_compile test_syntax test_peepholer test_dis
    test_inspect test_long test_ordered_dict test_defaultdict test_deque test_json test_textwrap
    test_difflib test_string_literals test_thread test_threading_local test_baseexception
    test_contains test_hash test_longexp test_numeric_tower test_reprlib test_crossinterp
    test_strtod test_unicode_identifiers test_userstring test_lltrace test_pickle
""".split()
