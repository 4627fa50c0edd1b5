"""KBK evaluation reports: from the files of BPJS Kesehatan to a report that can be defended number by number."""

__version__ = "0.1.0"
