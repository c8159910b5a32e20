"""The HTML report: what the tests did in their time, drawn on one page."""
