"""The first rule that is yes for each row, found for all rules at once with bits."""
