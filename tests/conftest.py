"""Settings of all tests: random searches have no deadline for a single case, for computers are slow or busy."""

from hypothesis import settings

# Based on what Hypothesis chooses by itself: the same cases in every run where CI is set, others by hand.
settings.register_profile("unhurried", settings(), deadline=None)
settings.load_profile("unhurried")
