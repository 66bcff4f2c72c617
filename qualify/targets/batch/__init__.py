"""Many contacts at once: columns to decisions, with the same answers as `record`.

A contact file has many rows and few distinct answers. Every test asks about one column, so for each column the tests
cut its values into a few classes within which all of them answer alike; the rest is work on classes.

1. `fields` reads each distinct cell once, `operands` makes further values of them, `columns` gives each value its
   class. What is distinct is numbered by `numbering`, and remembered from batch to batch with a bound.
2. `engine` settles criteria, scores and grades in the order of their use: a condition is answered once for each
   combination of classes that occurs (`conditions`, `views`), scores are tables (`scores`).
3. `placing` answers all rules at once by bits, certainly and possibly.
4. `asking` finds what to ask once for each distinct pattern of answers; `reasons` works on such patterns too;
   `decided` gives it all as Arrow arrays.

There is no loop over rows in Python anywhere. `record` is the meaning: whatever can be asked of a single value is asked
of its functions, for the first row of a class.
"""
