"""KBK evaluation reports: from the files of BPJS Kesehatan to a report that can be defended number by number."""

import warnings

__version__ = "0.1.0"

# Where Spark is installed pandera imports it, and Spark warns whoever reads the terminal of the version of pandas. What
# comes from Spark is compared with what comes from DuckDB by the tests.
warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
