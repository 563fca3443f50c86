"""The sections of a report, one file each: results in, sentences and tables out."""
