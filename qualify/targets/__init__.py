"""The fast evaluators: `single` for one contact at a time, `batch` for many."""
