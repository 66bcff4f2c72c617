"""The evaluator for many contacts at once: columns in, decisions out, with the same answers as `record`.

A contact file has many rows but few distinct answers. The tests on a column divide its values into a few classes with
the same answers; everything else works on classes (see ARCHITECTURE.md). `values` reads each distinct cell once,
`classes` finds the class of each value and answers conditions by class, `placing` applies all rules at once as bits,
and `asking` finds the questions once per distinct pattern of answers. No Python code loops over rows: `record` is
called for the first row of each class.
"""
