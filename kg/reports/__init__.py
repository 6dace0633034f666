"""Findings as reports: one module per format. A report is told one finding at a time and keeps as few as it can."""
